"""What a template needs, and exactly what the customer gets for given values. Pure: no row, no clock, no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.templates import types
from app.domain.templates.types import PLACEHOLDER, text_of

Fill = Callable[[str], str]
# Of a template's text with its values in it (docs/twilio.md#templates).
LONGEST_TEXT = 1024
_CAUTION = " For your security, do not share this code."


class MissingVariables(ValueError):
    """Values for these names are not given. Twilio would send the template's samples in their place."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


@dataclass(frozen=True)
class Button:
    """One button: `kind` is Twilio's word (URL, PHONE_NUMBER, QUICK_REPLY, COPY_CODE …), `target` where it leads."""

    kind: str
    title: str
    target: str = ""


@dataclass(frozen=True)
class Item:
    """One choice of a list."""

    title: str
    description: str = ""


@dataclass(frozen=True)
class Rendered:
    """The parts of a message as a phone shows them, from top to bottom; `place` is a location's label and address."""

    kind: str
    header: str = ""
    media: tuple[str, ...] = ()
    place: str = ""
    body: str = ""
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    list_button: str = ""
    items: tuple[Item, ...] = ()
    cards: tuple[Rendered, ...] = ()

    @property
    def text(self) -> str:
        """The texts in one, as they are kept with the message."""
        return "\n".join(part for part in (self.header, self.place, self.body, self.footer) if part)


def needed(content_types: Mapping[str, Any], kind: str = "") -> tuple[str, ...]:
    """The variables of the richest type (or of `kind`) in the order in which they are met; numbers first, by value."""
    kind = kind or types.richest(content_types)
    found = [types.CODE_TEXT] if kind == types.AUTHENTICATION else []
    found += types.texts(types.content_of(content_types, kind))
    names = dict.fromkeys(name for text in found for name in types.names_in(text))
    return tuple(sorted(names, key=lambda name: (not name.isdecimal(), int(name) if name.isdecimal() else 0)))


def missing(content_types: Mapping[str, Any], values: Mapping[str, str]) -> tuple[str, ...]:
    """The variables of the richest type that are not among the values."""
    return tuple(name for name in needed(content_types) if name not in values)


def render(content_types: Mapping[str, Any], values: Mapping[str, str], kind: str = "") -> Rendered:
    """The message of the richest type (or of `kind`) with these values. Raises MissingVariables.

    A value that itself holds a placeholder stays as it is.
    """
    kind = kind or types.richest(content_types)
    if absent := tuple(name for name in needed(content_types, kind) if name not in values):
        raise MissingVariables(absent)
    return _parts(content_types, kind, lambda text: PLACEHOLDER.sub(lambda match: values[match[1]], text))


def too_long(content_types: Mapping[str, Any], values: Mapping[str, str]) -> int:
    """How many characters the text has with these values, where that is more than WhatsApp takes; else 0."""
    length = len(render(content_types, values).body)
    return length if length > LONGEST_TEXT else 0


def as_written(content_types: Mapping[str, Any], kind: str = "") -> Rendered:
    """The parts with their placeholders, written without blanks."""
    kind = kind or types.richest(content_types)
    return _parts(content_types, kind, lambda text: PLACEHOLDER.sub(r"{{\1}}", text))


def _parts(content_types: Mapping[str, Any], kind: str, fill: Fill) -> Rendered:
    content = types.content_of(content_types, kind)
    if kind == types.AUTHENTICATION:
        return _code(content, fill)
    # A card without a body has its title as its text; one with both has the title above.
    title, body = text_of(content, "title"), text_of(content, "body")
    header = text_of(content, "header_text") or (title if body else "")
    return Rendered(
        kind=kind,
        header=fill(header),
        media=tuple(fill(url) for url in _list(content.get("media") or content.get("media_url"))),
        place=fill("\n".join(part for part in (text_of(content, "label"), text_of(content, "address")) if part)),
        body=fill(body or title),
        footer=fill(text_of(content, "footer") or text_of(content, "subtitle")),
        buttons=(*_buttons(content, kind, fill), *_flow(content, fill)),
        list_button=fill(text_of(content, "button")),
        items=_items(content, fill),
        cards=tuple(_parts({kind: card}, kind, fill) for card in _list(content.get("cards"))),
    )


def _code(content: Mapping[str, Any], fill: Fill) -> Rendered:
    minutes = text_of(content, "code_expiration_minutes")
    return Rendered(
        kind=types.AUTHENTICATION,
        body=fill(types.CODE_TEXT) + (_CAUTION if content.get("add_security_recommendation") else ""),
        footer=f"This code expires in {minutes} minutes." if minutes else "",
        buttons=_buttons(content, types.AUTHENTICATION, fill),
    )


def _buttons(content: Mapping[str, Any], kind: str, fill: Fill) -> tuple[Button, ...]:
    made = []
    for action in _list(content.get("actions")):
        if isinstance(action, Mapping):
            usual = "QUICK_REPLY" if kind == "twilio/quick-reply" else ""
            target = next((text_of(action, name) for name in ("url", "phone", "code") if action.get(name)), "")
            title = text_of(action, "title") or text_of(action, "copy_code_text")
            made.append(Button(text_of(action, "type") or usual, fill(title), fill(target)))
    return tuple(made)


def _flow(content: Mapping[str, Any], fill: Fill) -> tuple[Button, ...]:
    title = text_of(content, "button_text")
    return (Button("FLOW", fill(title)),) if title else ()


def _items(content: Mapping[str, Any], fill: Fill) -> tuple[Item, ...]:
    return tuple(
        Item(fill(text_of(item, "item") or text_of(item, "name")), fill(text_of(item, "description")))
        for item in _list(content.get("items"))
        if isinstance(item, Mapping)
    )


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [value] if value else []
