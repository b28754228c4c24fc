"""What Twilio posts: stored as it came, then applied. One way for request, spool, replay and pull."""
