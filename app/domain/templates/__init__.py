"""Templates: what they hold, whether they may be sent, and how they are kept like Twilio's."""
