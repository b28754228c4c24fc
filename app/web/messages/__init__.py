"""How a message is shown, wherever it is shown. No routes."""
