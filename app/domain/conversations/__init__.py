"""What people do with a conversation."""
