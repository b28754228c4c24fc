"""What became of the templates, as a page and as CSV."""
