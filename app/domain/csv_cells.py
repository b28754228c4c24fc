"""Cells of CSV files, which spreadsheets must not run."""

from __future__ import annotations

import re

# A cell that begins with one of these is run as a formula by spreadsheets (OWASP ASVS 1.2.10).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"\+[0-9]+")


def harmless(cell: str) -> str:
    """The cell, with a sign before what would be a formula. A number in E.164 begins with +, and is none."""
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell
