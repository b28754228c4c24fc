"""The feed's rows: appended with every change, read as they grow."""
