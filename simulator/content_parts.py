"""What a phone gets of a content: the richest type, with the values of a ContentVariables and samples for the rest."""

from __future__ import annotations

import json
import re
from typing import Any

from simulator.contents import Content

RICHEST_FIRST = (
    "whatsapp/authentication", "whatsapp/card", "whatsapp/flows", "twilio/flows", "twilio/pay", "twilio/catalog",
    "twilio/carousel", "twilio/card", "twilio/list-picker", "twilio/call-to-action", "twilio/quick-reply",
    "twilio/location", "twilio/media", "twilio/text",
)  # fmt: skip
WINDOW_ONLY = ("twilio/list-picker", "twilio/location", "twilio/pay")
NEVER_FREE = ("twilio/carousel", "twilio/flows", "whatsapp/flows", "whatsapp/authentication")
# What WhatsApp doesn't take in a variable.
BAD_VALUE = re.compile(r"[\n\r\t]| {5}")
_SLOT = re.compile(r"{{ *([0-9A-Za-z_]{1,16}) *}}")


def richest(content: Content) -> str:
    """The type that WhatsApp gets; '' where there is none that it knows."""
    return next((kind for kind in RICHEST_FIRST if kind in content.types), "")


def values_of(variables: str) -> dict[str, str]:
    """A ContentVariables as values by name."""
    return {str(name): str(value) for name, value in json.loads(variables or "{}").items()}


def shown(content: Content, values: dict[str, str]) -> dict[str, Any]:
    """The parts from top to bottom; a variable without a value is sent as the content's sample."""
    kind = richest(content)
    held = content.types.get(kind) or {}
    filled = _filled(held, {**content.variables, **values})
    if kind == "whatsapp/authentication":
        return _code(filled, {**content.variables, **values})
    return {"kind": kind, **_parts(filled, kind)}


def _filled(value: Any, values: dict[str, str]) -> Any:
    if isinstance(value, str):
        return _SLOT.sub(lambda slot: str(values.get(slot[1], slot[0])), value)
    if isinstance(value, dict):
        return {name: _filled(each, values) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, values) for each in value]
    return value


def _parts(held: dict[str, Any], kind: str) -> dict[str, Any]:
    title, body = held.get("title") or "", held.get("body") or ""
    media = held.get("media") or held.get("media_url") or []
    place = [part for part in (held.get("label"), held.get("address")) if part]
    buttons = [_button(action, kind) for action in held.get("actions") or []]
    if held.get("button_text"):
        buttons.append({"kind": "FLOW", "title": held["button_text"], "target": ""})
    items = [
        {"title": item.get("item") or item.get("name") or "", "description": item.get("description") or ""}
        for item in held.get("items") or []
    ]
    return {
        "header": held.get("header_text") or (title if body else ""),
        "media": media if isinstance(media, list) else [media],
        "place": "\n".join(place),
        "body": body or title,
        "footer": held.get("footer") or held.get("subtitle") or "",
        "buttons": buttons,
        "list_button": held.get("button") or "",
        "items": items,
        "cards": [{"kind": kind, **_parts(card, kind)} for card in held.get("cards") or []],
    }


def _button(action: dict[str, Any], kind: str) -> dict[str, str]:
    word = action.get("type") or ("QUICK_REPLY" if kind == "twilio/quick-reply" else "")
    target = action.get("url") or action.get("phone") or action.get("code") or ""
    return {"kind": word, "title": action.get("title") or action.get("copy_code_text") or "", "target": target}


def _code(held: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    body = f"{values.get('1', '{{1}}')} is your verification code."
    if held.get("add_security_recommendation"):
        body += " For your security, do not share this code."
    minutes = held.get("code_expiration_minutes")
    return {
        "kind": "whatsapp/authentication",
        **_parts({"actions": held.get("actions"), "body": body}, "whatsapp/authentication"),
        "footer": f"This code expires in {minutes} minutes." if minutes else "",
    }
