"""Files: customers', and ours for Twilio to fetch."""
