"""Consent: what people agreed to and took back."""
