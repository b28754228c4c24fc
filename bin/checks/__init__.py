"""The project's own checks: `python -m bin.checks.<name>` prints what it finds, and exits 1 if anything."""
