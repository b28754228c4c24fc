"""The words by which people opt out and in (Twilio's own: docs/twilio.md#opt-outs)."""

from __future__ import annotations

import unicodedata
from typing import Literal

OPT_OUT = frozenset({"STOP", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
OPT_IN = frozenset({"START", "UNSTOP", "SUBSCRIBE"})

Action = Literal["opt_out", "opt_in"]


def keyword(text: str) -> str:
    """The text as a keyword: capitals, without spaces around and punctuation at the end; '' if it is none."""
    bare = unicodedata.normalize("NFKC", text).strip()
    while bare and (unicodedata.category(bare[-1])[0] in "PZ" or bare[-1].isspace()):
        bare = bare[:-1]
    word = bare.upper()
    return word if word in OPT_OUT | OPT_IN else ""


def action_of(word: str) -> Action | None:
    """The action that a keyword asks for."""
    if word in OPT_OUT:
        return "opt_out"
    return "opt_in" if word in OPT_IN else None
