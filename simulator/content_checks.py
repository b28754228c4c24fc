"""What the Content API refuses before anything happens."""

from __future__ import annotations

import re
from typing import Any

from simulator.content_parts import richest
from simulator.contents import Content, Contents
from simulator.errors import TwilioError

CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")
NAME = re.compile(r"[a-z0-9_]{1,512}")
VARIABLE = re.compile(r"[0-9A-Za-z_]{1,16}")
MOST_VARIABLES = 100
LONGEST_VALUE = 1600
# What a type can't do without.
NEEDS = {
    "twilio/text": ("body",),
    "twilio/media": ("media",),
    "twilio/location": ("latitude", "longitude"),
    "twilio/quick-reply": ("body", "actions"),
    "twilio/call-to-action": ("body", "actions"),
    "twilio/list-picker": ("body", "button", "items"),
    "twilio/card": (),
    "twilio/carousel": ("body", "cards"),
    "twilio/catalog": ("body",),
    "twilio/flows": ("body", "button_text", "pages", "type"),
    "twilio/schedule": ("id", "title", "timeSlots"),
    "whatsapp/card": ("body",),
    "whatsapp/flows": ("body", "button_text", "flow_id"),
    "whatsapp/authentication": ("actions",),
}


def invalid(words: str, status: int = 400) -> TwilioError:
    """A refusal of what was asked."""
    return TwilioError(20001, status, words)


def check_content(asked: dict[str, Any]) -> None:
    """Raise the refusal of a content that isn't one."""
    types, variables = asked.get("types"), asked.get("variables") or {}
    if not isinstance(asked.get("language"), str) or not asked["language"]:
        raise invalid("language is required")
    if not isinstance(types, dict) or not types:
        raise invalid("types is required")
    for kind, held in types.items():
        if kind not in NEEDS:
            raise invalid(f"types.{kind} is not a content type")
        absent = [name for name in NEEDS[kind] if not isinstance(held, dict) or held.get(name) in (None, "", [])]
        if absent or not isinstance(held, dict):
            raise invalid(f"types.{kind}: {', '.join(absent) or 'fields'} required")
    if not isinstance(variables, dict) or len(variables) > MOST_VARIABLES:
        raise invalid("variables is an object of at most 100 names")
    for name, value in variables.items():
        if not VARIABLE.fullmatch(name) or not isinstance(value, str) or len(value) > LONGEST_VALUE:
            raise invalid(f"variables.{name} is not valid")


def check_change(content: Content) -> None:
    """A content that was submitted stays as it is."""
    if content.approval is not None:
        raise invalid("Content that was submitted for approval can't be changed", 409)


def check_submission(content: Content, contents: Contents, asked: dict[str, Any]) -> None:
    """Raise the refusal of a submission."""
    name, category = asked.get("name"), asked.get("category")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise invalid("name consists of lower case letters, digits and underscores")
    if category not in CATEGORIES:
        raise invalid(f"category is one of {', '.join(CATEGORIES)}")
    if content.approval is not None:
        raise invalid("Content was submitted already", 409)
    if contents.barred(name):
        raise invalid("A template of this name was rejected within the last 30 days")
    if not richest(content):
        raise invalid("There is no type for WhatsApp")
