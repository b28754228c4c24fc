"""The form that takes down what somebody said elsewhere: as it is shown, and as it was sent."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from app.consent_words import PURPOSES
from app.domain.clock import now
from app.domain.consent.recording import ACTIONS, SOURCES, Action, Expressed
from app.web.shell.requests import request, row_number
from app.web.words.consent import PURPOSE_HINTS, fault, purpose_name, source_name
from app.web.words.gettext import _
from app.web.words.times import zone

_MOMENT = "%Y-%m-%dT%H:%M"
_LONGEST_KEY = 60


@dataclass(frozen=True)
class RecordForm:
    """The form with what was typed into it; `faults` are sentences by field."""

    action: str = "opt-in"
    purposes: tuple[str, ...] = ()
    about: str = "all"
    source: str = ""
    at: str = ""
    wording: str = ""
    proof: str = ""
    key: str = field(default_factory=lambda: secrets.token_hex(16))
    conversation: int | None = None
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def latest(self) -> str:
        """This minute, in the viewer's zone."""
        return now().astimezone(zone()).strftime(_MOMENT)

    @property
    def zone_name(self) -> str:
        """The viewer's zone."""
        return now().astimezone(zone()).tzname() or "UTC"

    @property
    def purpose_choices(self) -> list[tuple[str, str, str]]:
        """What an opt-in may be for: code, name and hint."""
        return [(code, purpose_name(code), _(PURPOSE_HINTS[code])) for code in PURPOSES]

    @property
    def about_choices(self) -> list[tuple[str, str]]:
        """What an opt-out may be of."""
        return [("all", purpose_name("all")), *((code, purpose_name(code)) for code in PURPOSES)]

    @property
    def source_choices(self) -> list[tuple[str, str]]:
        """How it may have been said."""
        return [(code, source_name(code)) for code in SOURCES]


def sent() -> tuple[RecordForm, Expressed | None]:
    """What was typed, and what it says; None when its time can't be read."""
    given = request.form
    action: Action = "opt-out" if given.get("action") == ACTIONS[1] else "opt-in"
    purposes = tuple(code for code in PURPOSES if code in given.getlist("purposes"))
    form = RecordForm(
        action=action,
        purposes=purposes,
        about=given.get("about", ""),
        source=given.get("source", ""),
        at=given.get("at", ""),
        wording=given.get("wording", ""),
        proof=given.get("proof", ""),
        key=given.get("key", "")[:_LONGEST_KEY] or secrets.token_hex(16),
        conversation=request.form.get("conversation", type=row_number),
    )
    try:
        at = datetime.strptime(form.at, _MOMENT).replace(tzinfo=zone()) if form.at else None
    except (ValueError, OverflowError):
        return form, None
    about = purposes if action == "opt-in" else ((form.about,) if form.about else ())
    return form, Expressed(action, about, form.source, form.proof, form.key, form.wording, at)


def with_faults(form: RecordForm, codes: dict[str, str]) -> RecordForm:
    """The form with what is wrong, in words."""
    return RecordForm(**{**vars(form), "faults": {name: fault(code) for name, code in codes.items()}})
