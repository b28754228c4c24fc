"""Cells of CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

# A cell that begins with one of these is run as a formula by spreadsheets (OWASP ASVS 1.2.10).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"\+[0-9]+")


def harmless(cell: str) -> str:
    """The cell, behind an apostrophe where a spreadsheet would run it. A number in E.164 begins with +, and is none."""
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell


def lines(rows: Iterable[Iterable[str]]) -> str:
    """Rows as RFC 4180 writes them, every cell quoted and harmless."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()
