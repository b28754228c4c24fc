"""The rows of messages, their attempts and statuses, and what of them waits to leave."""
