"""Codes and values as people read them."""
