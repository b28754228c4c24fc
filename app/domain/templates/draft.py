"""A template as somebody writes it, before Twilio has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.templates import types
from app.domain.templates.types import content_of, text_of
from app.store.tables import Template

TEXT, MEDIA, QUICK_REPLY = "twilio/text", "twilio/media", "twilio/quick-reply"
CALL_TO_ACTION, CARD = "twilio/call-to-action", "whatsapp/card"
KINDS = (TEXT, MEDIA, QUICK_REPLY, CALL_TO_ACTION, CARD)
# The kinds of buttons that may be written, and the field that each leads by.
TARGETS = {"QUICK_REPLY": "id", "URL": "url", "PHONE_NUMBER": "phone", "COPY_CODE": "code"}
_WITH_BUTTONS = (QUICK_REPLY, CALL_TO_ACTION, CARD)
_WITH_MEDIA = (MEDIA, CARD)


@dataclass(frozen=True)
class DraftButton:
    """One button."""

    kind: str
    title: str
    target: str = ""


@dataclass(frozen=True)
class TemplateDraft:
    """What a form holds. `category` is what it is meant to be, for hints; it is said to Meta when it is submitted."""

    name: str = ""
    language: str = "en"
    kind: str = TEXT
    body: str = ""
    header: str = ""
    footer: str = ""
    media: str = ""
    buttons: tuple[DraftButton, ...] = ()
    samples: Mapping[str, str] = field(default_factory=dict)
    category: str = "UTILITY"

    @property
    def content_types(self) -> dict[str, Any]:
        """The content in Twilio's shape."""
        held: dict[str, Any] = {"body": self.body}
        if self.kind in _WITH_MEDIA and self.media:
            held["media"] = [self.media]
        if self.kind == CARD:
            held |= {name: text for name, text in (("header_text", self.header), ("footer", self.footer)) if text}
        if self.kind in _WITH_BUTTONS and self.buttons:
            held["actions"] = [self._action(number, button) for number, button in enumerate(self.buttons, 1)]
        return {self.kind: held}

    def as_json(self) -> dict[str, Any]:
        """What is asked of Twilio."""
        return {
            "friendly_name": self.name,
            "language": self.language,
            "variables": dict(self.samples),
            "types": self.content_types,
        }

    def _action(self, number: int, button: DraftButton) -> dict[str, str]:
        if self.kind == QUICK_REPLY:
            return {"title": button.title, "id": button.target or f"reply_{number}"}
        target = button.target or (f"reply_{number}" if button.kind == "QUICK_REPLY" else "")
        return {"type": button.kind, "title": button.title, TARGETS[button.kind]: target}


def of_template(template: Template) -> TemplateDraft:
    """A template's content in a draft's shape; what a draft can't hold is left out."""
    kind = template.kind if template.kind in KINDS else TEXT
    held = content_of(template.content_types, template.kind)
    media = held.get("media")
    return TemplateDraft(
        name=template.friendly_name,
        language=template.language,
        kind=kind,
        body=types.plain(types.body_of(template.content_types, template.kind)),
        header=types.plain(text_of(held, "header_text")),
        footer=types.plain(text_of(held, "footer")),
        media=types.plain(str(media[0])) if isinstance(media, list) and media else "",
        buttons=tuple(_button(action) for action in held.get("actions") or () if isinstance(action, Mapping)),
        samples={name: str(value) for name, value in template.variables.items()},
        category=template.category or "UTILITY",
    )


def _button(action: Mapping[str, Any]) -> DraftButton:
    kind = text_of(action, "type")
    kind = kind if kind in TARGETS else "QUICK_REPLY"
    return DraftButton(kind, types.plain(text_of(action, "title")), types.plain(text_of(action, TARGETS[kind])))
