"""Words by which people may ask for no more messages without a keyword. They are shown to an agent, who decides."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from app.store.spellings import fold

TABLE = Path(__file__).with_name("opt_out_phrases.tsv")
# Whoever wants no more messages says so in few words; a long letter is read anyway.
LONGEST_TEXT = 1000


def may_be_opt_out(text: str) -> bool:
    """True when a message that is no keyword reads as if it asked for no more messages."""
    return len(text) <= LONGEST_TEXT and bool(_any_of_them().search(" ".join(fold(text).split())))


@cache
def _any_of_them() -> re.Pattern[str]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return re.compile("|".join(f"(?:{row['words']})" for row in rows))
