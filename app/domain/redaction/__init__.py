"""What is made unreadable before anything keeps it: card numbers and one-time codes (REDACT)."""
