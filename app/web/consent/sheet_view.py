"""How an evidence sheet shows its content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template

from app.web.words.consent_fields import facts, moment, not_counting


def document(content: Mapping[str, Any]) -> str:
    """The sheet's document, not yet signed."""
    return render_template("consent/sheet.html", sheet=content, fields=fields, moment=moment, not_counting=not_counting)


def fields(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a record tells: each field that says something, with its name."""
    return facts({**record["sealed"], **record["values"]})
