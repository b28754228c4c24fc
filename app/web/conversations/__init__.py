"""One conversation: its thread, its panel, and what is done in it."""
