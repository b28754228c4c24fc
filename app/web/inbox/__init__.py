"""The inbox: the list of conversations."""
