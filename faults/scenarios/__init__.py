"""The scenarios, each a function of a ground and a number of runs."""
