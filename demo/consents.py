"""What customers say about messages at the workshop itself, and what the team writes down of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from app.domain.consent import corrections, recording
from app.domain.consent.recording import Action, Expressed
from app.domain.people import joins
from app.store import contacts
from app.store.consent import records
from app.store.database import Session
from demo.cast import ANA, RAVI
from demo.stage import Stage
from demo.team import Team

WORDING = (
    "Halden Cycles may write to me on WhatsApp with offers and news. I can end this at any time by writing STOP to "
    "this number. How we keep data: haldencycles.example/privacy"
)
_SPOKEN = "May we write to you on WhatsApp about your bicycle, and about offers? You can end it by writing STOP."
_SERVICE, _OFFERS = ("service",), ("marketing",)
_BOTH = ("marketing", "service")
# Days before the end, who writes it down, whose number, what they said, how, and how we know.
_SAID: tuple[tuple[float, str, str, Action, tuple[str, ...], str, str], ...] = (
    (28.3, ANA, "+442079460018", "opt-in", _BOTH, "paper", "Card 118, signed at the till, in the red folder"),
    (26.1, RAVI, "+14155550123", "opt-in", _BOTH, "in_person", "Said yes to Ravi at the repair desk"),
    (24.4, RAVI, "+493023125410", "opt-in", _SERVICE, "in_person", "Said yes to service only, Ravi at the repair desk"),
    (21.6, ANA, "+34555010162", "opt-in", _BOTH, "paper", "Card 121, signed at the till, in the red folder"),
    (18.2, ANA, "+447700900142", "opt-in", _OFFERS, "phone", "Called about the Skarv E, Ana asked him"),
    (15.7, RAVI, "+33639980127", "opt-in", _BOTH, "mail", "Mail to the workshop, filed under Girard"),
    (12.5, ANA, "+48115550112", "opt-in", _BOTH, "paper", "Card 126, signed at the till, in the red folder"),
    (9.3, RAVI, "+14155550178", "opt-out", _OFFERS, "phone", "Called Ravi: no offers any more, service is fine"),
    (5.2, ANA, "+447700900358", "opt-in", _BOTH, "paper", "Card 131, her second telephone"),
)
_JOINED = ("+447700900357", "+447700900358")
_SISTERS_CARD = "+48115550112"


def plan(stage: Stage, team: Team, until: datetime) -> None:
    """Let all of it happen in the month before `until`."""
    when = stage.timeline.plan
    for days, login, number, action, purposes, source, proof in _SAID:
        wording = "" if action == "opt-out" else WORDING if source in ("paper", "mail") else _SPOKEN
        said = Expressed(action, purposes, source, proof, f"demo:{number}:{action}", wording)
        when(until - timedelta(days=days), partial(_record, stage, team, login, number, said))
    when(until - timedelta(days=5.1), partial(_join, stage, team))
    when(until - timedelta(days=2.4), partial(_correct, stage, team))


def _record(stage: Stage, team: Team, login: str, number: str, said: Expressed) -> None:
    actor = team.actor(login)
    stage.database.write(lambda session: recording.record_for_address(session, actor, number, said))


def _join(stage: Stage, team: Team) -> None:
    """Two numbers turn out to be one person's."""

    def work(session: Session) -> None:
        kept, joined = (_contact(session, stage, number) for number in _JOINED)
        joins.join(session, team.actor(ANA), kept, joined)

    stage.database.write(work)


def _correct(stage: Stage, team: Team) -> None:
    """A card was entered for the wrong person."""

    def work(session: Session) -> None:
        numbers = _records(session, stage, _SISTERS_CARD)
        corrections.correct(session, team.actor(RAVI), numbers[0], "Card 126 is her sister's; entered here by mistake")

    stage.database.write(work)


def _contact(session: Session, stage: Stage, number: str) -> int:
    (address,) = contacts.by_address(session, stage.account_sid, [f"whatsapp:{number}"])
    return address.contact_id


def _records(session: Session, stage: Stage, number: str) -> Sequence[int]:
    found = records.of_contact(session, stage.account_sid, _contact(session, stage, number))
    return [record.id or 0 for record, _identity in found if record.state == "given"]
