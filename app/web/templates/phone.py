"""A template as a phone shows it, with its variables marked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from app.domain.templates import rendering
from app.domain.templates.rendering import Rendered
from app.web.words.formatting import formatted

_SLOT = re.compile(r"\{\{\w{1,16}\}\}")
_ICONS = {"URL": "ext", "PHONE_NUMBER": "in", "VOICE_CALL": "in", "COPY_CODE": "copy", "QUICK_REPLY": "undo"}
_FILES = {".pdf": "file", ".mp4": "play"}


@dataclass(frozen=True)
class ButtonView:
    """A button: its icon, its title, and where it leads, '' where nowhere."""

    icon: str
    title: Markup
    target: str


@dataclass(frozen=True)
class PhoneView:
    """The parts of a message from top to bottom, ready to be shown."""

    kind: str
    header: Markup
    media: list[tuple[str, str]]
    place: Markup
    body: Markup
    footer: Markup
    buttons: list[ButtonView]
    list_button: Markup
    items: list[tuple[Markup, Markup]]
    cards: list[PhoneView]


def as_written(content_types: Mapping[str, Any], kind: str = "") -> PhoneView:
    """A type of a template, the richest where none is named, with its variables marked."""
    return phone_view(rendering.as_written(content_types, kind))


def phone_view(parts: Rendered) -> PhoneView:
    """The parts ready to be shown; what still is a variable is marked."""
    return PhoneView(
        kind=parts.kind,
        header=_marked(escape(parts.header)),
        media=[(_FILES.get(url[-4:].lower(), "media"), url) for url in parts.media],
        place=_marked(escape(parts.place)),
        body=_marked(formatted(parts.body)),
        footer=_marked(escape(parts.footer)),
        buttons=[
            ButtonView(_ICONS.get(button.kind, "right"), _marked(escape(button.title)), button.target)
            for button in parts.buttons
        ],
        list_button=_marked(escape(parts.list_button)),
        items=[(_marked(escape(item.title)), _marked(escape(item.description))) for item in parts.items],
        cards=[phone_view(card) for card in parts.cards],
    )


def _marked(text: Markup) -> Markup:
    # The braces and names are plain letters, which escaping leaves as they are.
    return Markup(_SLOT.sub(lambda slot: f'<mark class="slot">{slot[0]}</mark>', str(text)))
