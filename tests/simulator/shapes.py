"""Does an answer have the shape that Twilio's API description gives it? The shapes are in `shapes.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

SHAPES: dict[str, Any] = json.loads(Path(__file__).with_name("shapes.json").read_text())
TYPES: dict[str, Any] = {"string": str, "integer": int, "object": dict}


def objections(shape: str, answer: dict[str, Any]) -> list[str]:
    """What is wrong with an answer: names that are missing or unknown, and values that don't fit."""
    fields = SHAPES[shape]
    wrong = [f"{name} is missing" for name in fields.keys() - answer.keys()]
    wrong += [f"{name} is unknown" for name in answer.keys() - fields.keys()]
    for name in fields.keys() & answer.keys():
        wrong += [f"{name} {what}: {answer[name]!r}" for what in _misfits(fields[name], answer[name])]
    return sorted(wrong)


def page_objections(rows: str, shape: str, answer: dict[str, Any]) -> list[str]:
    """The same for a page with its rows below `rows`."""
    page = {name: value for name, value in answer.items() if name != rows}
    return objections("page", page) + [what for row in answer[rows] for what in objections(shape, row)]


def _misfits(field: dict[str, Any], value: Any) -> Iterator[str]:
    if value is None:
        if not field.get("null"):
            yield "is null"
        return
    if isinstance(value, bool) or not isinstance(value, TYPES[field["type"]]):
        yield f"is no {field['type']}"
        return
    if "pattern" in field and not re.fullmatch(field["pattern"], value):
        yield "does not fit its pattern"
    if "words" in field and value not in field["words"]:
        yield "is no word of Twilio's"
    if field.get("form") == "rfc2822" and not _is_date(value):
        yield "is no RFC 2822 date with its zone"


def _is_date(value: str) -> bool:
    try:
        return parsedate_to_datetime(value).tzinfo is not None and value.endswith("+0000")
    except ValueError:
        return False
