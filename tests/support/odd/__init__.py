"""Files that are hostile, odd, or of some rarer make, built byte by byte: what each is, and whether it can be sent."""
