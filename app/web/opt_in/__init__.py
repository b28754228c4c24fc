"""The page where people opt in, without a login: in their language, without a script."""
