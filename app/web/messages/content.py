"""What a message holds beside its text: a place, a choice, form data, the ad it came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.store.tables import Message
from app.web.words.gettext import _
from app.web.words.links import is_web_address


@dataclass(frozen=True)
class SharedLocation:
    """A shared location: what it is called, its coordinates, and a map of it."""

    title: str
    address: str
    coordinates: str
    map_url: str


@dataclass(frozen=True)
class Ad:
    """The advertisement that a customer came from; `url` only when it is a web address."""

    headline: str
    body: str
    url: str


@dataclass(frozen=True)
class InteractiveReply:
    """A customer's choice: what was chosen (`title`), what it means to our system (`value`), and the data as sent."""

    title: str
    value: str
    fields: list[tuple[str, str]]
    raw: str


def shared_location_of(details: Mapping[str, Any]) -> SharedLocation:
    """The location that a message tells; without a map when its coordinates are none."""
    try:
        latitude, longitude = float(details["latitude"]), float(details["longitude"])
        sound = -90 <= latitude <= 90 and -180 <= longitude <= 180
    except (KeyError, TypeError, ValueError):
        sound = False
    label, address = str(details.get("label") or ""), str(details.get("address") or "")
    title, below = label or address or _("Location"), address if label and address != label else ""
    if not sound:
        said = ", ".join(str(details.get(name) or "?") for name in ("latitude", "longitude"))
        return SharedLocation(title, below, said, "")
    spot = f"{latitude:.6f}".rstrip("0").rstrip("."), f"{longitude:.6f}".rstrip("0").rstrip(".")
    url = f"https://www.openstreetmap.org/?mlat={spot[0]}&mlon={spot[1]}#map=16/{spot[0]}/{spot[1]}"
    return SharedLocation(title, below, ", ".join(spot).replace("-", "\N{MINUS SIGN}"), url)


def interactive_reply_of(message: Message) -> InteractiveReply | None:
    """The customer's choice or filled-in form, or None."""
    details = message.details
    title = str(details.get("button_text") or details.get("list_title") or "")
    value = str(details.get("button_payload") or details.get("list_id") or "")
    data = {name: details[name] for name in ("interactive", "flow") if name in details}
    if not title and not value and not data:
        return None
    plain = [] if title else _fields(data.get("flow") or data.get("interactive"))
    raw = "\n".join(json.dumps(part, ensure_ascii=False, indent=2) for part in data.values())
    return InteractiveReply(title, "" if value == title else value, plain, raw)


def _fields(data: Any) -> list[tuple[str, str]]:
    """The values of a form, one a line, as far as they are plain."""
    if not isinstance(data, dict):
        return []
    inner = data.get("data")
    if not isinstance(inner, dict):
        inner = data
    plain = (str, int, float, bool)
    return [(str(name), str(value)) for name, value in inner.items() if isinstance(value, plain)][:20]


def ad_of(referral: Any) -> Ad | None:
    """The ad that a referral tells of, or None."""
    if not isinstance(referral, dict):
        return None
    said = {name: str(referral.get(name) or "") for name in ("headline", "body", "source_url")}
    url = said["source_url"] if is_web_address(said["source_url"]) else ""
    return Ad(said["headline"], said["body"], url)
