"""Files of ours that Twilio fetches: hosted under addresses made for one attempt, each fetch written down."""
