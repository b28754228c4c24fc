"""The tests, and the machinery that they share."""
