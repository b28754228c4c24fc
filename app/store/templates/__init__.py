"""Named queries on templates."""
