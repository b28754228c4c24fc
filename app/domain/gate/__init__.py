"""The one gate: whether a message may leave."""
