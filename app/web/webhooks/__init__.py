"""The doors for Twilio."""
