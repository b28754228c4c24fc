"""How requests name rows."""

from __future__ import annotations

# The largest number a row can have; a larger one is no row's.
ROW = "int(max=9223372036854775807)"
