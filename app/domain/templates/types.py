"""The types of content, from the plainest to the richest, and what holds for each (docs/twilio.md#templates)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

# Of several types in one content WhatsApp gets the richest.
TYPES = (
    "twilio/text",
    "twilio/media",
    "twilio/location",
    "twilio/quick-reply",
    "twilio/call-to-action",
    "twilio/list-picker",
    "twilio/card",
    "twilio/carousel",
    "twilio/catalog",
    "twilio/pay",
    "twilio/flows",
    "whatsapp/flows",
    "whatsapp/card",
    "whatsapp/authentication",
)
AUTHENTICATION = "whatsapp/authentication"
# These go only as an answer within the session window.
IN_WINDOW_ONLY = frozenset({"twilio/list-picker", "twilio/location", "twilio/pay"})
# These need approval within the session window too.
ALWAYS_APPROVED = frozenset({"twilio/carousel", "twilio/flows", "whatsapp/flows", AUTHENTICATION})
PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_]{1,16})\s*\}\}")
# What an authentication template says, which Twilio's resource doesn't show.
CODE_TEXT = "{{1}} is your verification code."


def richest(content_types: Mapping[str, Any]) -> str:
    """The type that WhatsApp gets; one that nobody knows where there is no other, '' of none."""
    known = [name for name in TYPES if name in content_types]
    return known[-1] if known else next(iter(content_types), "")


def content_of(content_types: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """What a content holds for one type."""
    found = content_types.get(kind)
    return found if isinstance(found, Mapping) else {}


def body_of(content_types: Mapping[str, Any], kind: str) -> str:
    """The text of a type as it is written, with its placeholders."""
    if kind == AUTHENTICATION:
        return CODE_TEXT
    content = content_of(content_types, kind)
    return text_of(content, "body") or text_of(content, "title")


def text_of(content: Mapping[str, Any], name: str) -> str:
    """A text of a content; '' where there is none."""
    value = content.get(name)
    return "" if value is None else str(value)


def texts(value: Any) -> Iterator[str]:
    """Every text in a type's content, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each)


def names_in(text: str) -> list[str]:
    """The names of the placeholders in a text, in their order."""
    return PLACEHOLDER.findall(text)


def plain(value: Any) -> Any:
    """A value with its placeholders written without blanks, with which they come back from Twilio."""
    if isinstance(value, str):
        return PLACEHOLDER.sub(r"{{\1}}", value)
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value
