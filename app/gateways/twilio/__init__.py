"""Twilio: its REST API, its signature, its media."""
