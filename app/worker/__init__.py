"""The worker process: the sender, and the clock's jobs."""
