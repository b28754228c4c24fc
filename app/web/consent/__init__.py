"""The pages of consent: everybody, and one person's whole history."""
