"""Reports: what became of the templates that were sent."""
