"""Export of everything about one person, and erasure of a person."""
