"""The list of people as an address asks for it: filters, and where its page begins."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import url_for

from app.consent_words import CONSENT_PURPOSES, CONSENT_SOURCES, GIVEN, TAKEN_BACK
from app.store.consent.people import Position
from app.web.shell.requests import request
from app.web.words.gettext import N_

LONGEST_QUERY = 100
MONTHS = (6, 12, 24, 36)
STATES: dict[str, tuple[str, tuple[str, ...]]] = {
    "": (N_("All"), ()),
    "in": (N_("Opted in"), GIVEN),
    "out": (N_("Opted out"), TAKEN_BACK),
    "asked": (N_("Asked"), ("requested",)),
    "expired": (N_("Expired"), ("expired",)),
}
FLAGS = {
    "overruled": N_("Opt-in taken back since"),
    "blocked": N_("Opted out at Twilio"),
    "unsealed": N_("Not sealed yet"),
}


@dataclass(frozen=True)
class Asked:
    """The list as the address asks for it."""

    query: str
    state: str
    source: str
    country: str
    purpose: str
    months: int
    flag: str

    def address(self, endpoint: str = "consent.page", **changed: object) -> str:
        """The address of the list with some of it changed."""
        named = {**vars(self), **changed}
        named["q"] = named.pop("query")
        query = urlencode({name: value for name, value in named.items() if value})
        return url_for(endpoint) + (f"?{query}" if query else "")

    @property
    def filtered(self) -> bool:
        """Whether anything is left out."""
        return any(vars(self).values())

    @property
    def only_searched(self) -> bool:
        """Whether a name or number is all that is asked for."""
        return bool(self.query) and not any(value for name, value in vars(self).items() if name != "query")


def asked() -> Asked:
    given = request.args
    country = given.get("country", "")
    months = given.get("months", "")
    return Asked(
        query=" ".join(given.get("q", "").split())[:LONGEST_QUERY],
        state=_one_of(given.get("state", ""), STATES),
        source=_one_of(given.get("source", ""), CONSENT_SOURCES),
        country=country if len(country) == 2 and country.isascii() and country.isupper() else "",
        purpose=_one_of(given.get("purpose", ""), CONSENT_PURPOSES),
        months=int(months) if months in map(str, MONTHS) else 0,
        flag=_one_of(given.get("flag", ""), FLAGS),
    )


def _one_of(value: str, known: Container[str]) -> str:
    return value if value in known else ""


def written(at: Position) -> str:
    return f"{int(at.since.timestamp()) * 1_000_000 + at.since.microsecond}-{at.state_id}"


def position(name: str) -> Position | None:
    """A position in the request's address; None for the first page, or nonsense."""
    moment, _dash, number = request.args.get(name, "").partition("-")
    if not (moment.isdecimal() and number.isdecimal() and len(moment) < 18 and len(number) < 19):
        return None
    seconds, micros = divmod(int(moment), 1_000_000)
    try:
        return Position(datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros), int(number))
    except (OverflowError, ValueError, OSError):
        return None
