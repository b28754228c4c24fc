"""JSON inside a field of Twilio's: read where it can be kept and shown everywhere, left as text where it can't."""

from __future__ import annotations

import json
import re
from typing import Any

# Python's versions and PostgreSQL give up at depths of their own; no answer to a form comes near this one.
MOST_DEPTH = 100
# A whole string (which may hold brackets that mean nothing), or a bracket.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


def parsed(text: str) -> Any:
    """What the JSON says; the text itself where it is no JSON, is nested too deep, or holds what can't be kept."""
    if depth(text) > MOST_DEPTH:
        return text
    try:
        found = json.loads(text)
        # PostgreSQL's JSON refuses NaN and Infinity, and lone surrogates and NUL, which an escape can hide.
        storable = json.dumps(found, ensure_ascii=False, allow_nan=False)
        storable.encode()
    except ValueError:
        return text
    return text if "\\u0000" in storable else found


def depth(text: str) -> int:
    """How deep objects and lists are nested in the JSON."""
    deepest = now = 0
    for token in _STRING_OR_BRACKET.finditer(text):
        if token[0] in "[{":
            now += 1
            deepest = max(deepest, now)
        elif token[0] in "]}":
            now -= 1
    return deepest


def indented(value: Any) -> str:
    """A parsed value as people read JSON."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=2)
    except RecursionError:
        # Kept by a version that did not look at the depth.
        return json.dumps(value, ensure_ascii=False)
