"""What `bin/demo`, `bin/serve` and `bin/switchboard` do once `.venv` is there."""
