"""What never came by webhook, and what Twilio knows better."""
