"""Messages as others see them."""
