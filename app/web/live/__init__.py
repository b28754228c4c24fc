"""Consoles follow every change: one follower a process, one rendering for all, nothing passed over."""
