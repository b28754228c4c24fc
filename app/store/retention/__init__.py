"""What is old enough to be deleted, by kind, and the runs that delete it."""
