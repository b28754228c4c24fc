"""What a message holds beside its text: a place, a choice, form data, the ad it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain import json_text
from app.store.tables import Message
from app.web.words.gettext import _
from app.web.words.links import is_web_address

# An answer that was left empty.
_NOTHING = "–"
# What is nested deeper is shown as JSON.
_MOST_LEVELS = 5


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
    # What a list's choice holds beside its title is for machines; the answers to a form are the message.
    shown = data["flow"] if "flow" in data else data.get("interactive") if not title else None
    raw = "\n".join(json_text.indented(part) for part in data.values())
    return InteractiveReply(title, "" if value == title else value, _answers(shown), raw)


def _answers(data: Any) -> list[tuple[str, str]]:
    """Every answer of a form, with its name; a nested one has the names of all that it is in."""
    if data is None:
        return []
    if not isinstance(data, dict):
        return list(_named("", data))
    # Some forms put their answers into "data". The token is our own, and no answer.
    inner = data.get("data")
    parts = [pair for pair in data.items() if pair[0] != "data"] if isinstance(inner, dict) else [*data.items()]
    answers = [*parts, *(inner.items() if isinstance(inner, dict) else ())]
    return [answer for name, value in answers if name != "flow_token" for answer in _named(str(name), value)]


def _named(name: str, value: Any, level: int = 1) -> Iterator[tuple[str, str]]:
    inside: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inside = [*value.items()]
    elif isinstance(value, list) and any(isinstance(part, dict | list) for part in value):
        inside = [*enumerate(value, start=1)]
    if not inside:
        parts = value if isinstance(value, list) else [value]
        yield name or _("Answer"), ", ".join(map(_plain, parts)) or _NOTHING
    elif level > _MOST_LEVELS:
        yield name, json_text.indented(value)
    else:
        for key, part in inside:
            yield from _named(f"{name} › {key}" if name else str(key), part, level + 1)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return _NOTHING if value is None or value == {} or value == "" else str(value)


def ad_of(referral: Any) -> Ad | None:
    """The ad that a referral tells of, or None."""
    if not isinstance(referral, dict):
        return None
    said = {name: str(referral.get(name) or "") for name in ("headline", "body", "source_url")}
    url = said["source_url"] if is_web_address(said["source_url"]) else ""
    return Ad(said["headline"], said["body"], url)
