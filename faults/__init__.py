"""The fault runs: what the product promises, while its processes are killed and its Twilio misbehaves."""
