"""The rows of consent: the records, and what is derived from them."""
