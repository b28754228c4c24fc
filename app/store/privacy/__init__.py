"""Named queries on all that is kept of one person."""
