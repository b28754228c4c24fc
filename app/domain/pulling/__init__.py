"""Ask Twilio for what never came by webhook: it gives up on one after 15 seconds and doesn't repeat it."""
