"""From the outbox to Twilio, so that nothing is lost and nothing is sent twice by itself."""
