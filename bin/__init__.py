"""The commands, and the Python behind them."""
