"""Customers' files and ours: what they are, where they are kept, who may fetch them."""
