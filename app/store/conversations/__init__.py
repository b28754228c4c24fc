"""The rows of conversations, and the lists and threads made of them."""
