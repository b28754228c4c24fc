"""What is around every page: who asks, the guard, the headers, the errors, and what templates may call."""
