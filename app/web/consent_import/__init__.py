"""The pages that bring consents from a file."""
