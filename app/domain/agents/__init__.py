"""The people who work here: who they are, how they log in, and for how long."""
