"""Twilio's error codes in our own words."""
