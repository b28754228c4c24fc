"""Pages on which a message is written anew."""
