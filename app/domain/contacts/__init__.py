"""Who somebody is, how they are reached, and until when they may be answered."""
