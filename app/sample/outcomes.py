"""What became of each of the workshop's messages: its state, the attempts to send it, and what Twilio told of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.domain.sending.backoff import MAX_TRIES
from app.domain.sending.claims import OPEN_FOR
from app.domain.statuses import furthest
from app.sample.sids import digest
from app.sample.story import Said

# Twilio's words for the codes that occur here.
MESSAGES = {
    "20429": "Too Many Requests",
    "21211": "Invalid 'To' Phone Number",
    "63016": "Failed to send freeform message because you are outside the allowed window",
    "63019": "Media failed to download",
    "63024": "Invalid message recipient",
}
_UNSENT = ("blocked", "held", "cancelled")
_STOPS_AT = ("queued", "sent", "delivered", "read")


@dataclass(frozen=True)
class Tried:
    """One call of Twilio's create: what it proved, and the code and HTTP status of the answer."""

    outcome: str
    started_at: datetime
    ended_at: datetime
    http_status: int | None = 201
    code: str = ""


@dataclass(frozen=True)
class Told:
    """One status callback."""

    word: str
    at: datetime
    code: str = ""


@dataclass
class Outcome:
    """State and reason are ours; the status shown and its code follow from what was told."""

    state: str = "accepted"
    reason: str = ""
    code: str = ""
    tried: list[Tried] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    @property
    def accepted(self) -> bool:
        """Whether Twilio took it and gave it a SID."""
        return self.state == "accepted"

    @property
    def status(self) -> str:
        """The status shown."""
        return furthest("queued", (told.word for told in self.told)) if self.accepted else ""


def outcome_of(said: Said, now: datetime) -> Outcome:
    """What the script asks for, or what usually happens."""
    tags, chance = said.tags, random.Random(f"{said.customer.at} {said.text} {said.line.pause}")
    for state in _UNSENT:
        if state in tags:
            return Outcome(state, reason="run_paused" if state == "held" else tags[state])
    first = _call(said.at + timedelta(milliseconds=chance.uniform(60, 900)), chance)
    if "refused" in tags:
        refused = Tried("refused", first.started_at, first.ended_at, 400, tags["refused"])
        return Outcome("failed", code=refused.code, tried=[refused])
    if "unconfirmed" in tags:
        silent = Tried("unconfirmed", first.started_at, first.started_at + timedelta(seconds=15), None)
        return Outcome("unconfirmed", tried=[silent])
    if "gave_up" in tags:
        return Outcome("failed", "gave_up", "20429", tried=_turned_away(first.started_at, MAX_TRIES, chance))
    before = _turned_away(first.started_at, 1, chance) if "retried" in tags else []
    last = _call(before[-1].ended_at + timedelta(seconds=2), chance) if before else first
    told = [status for status in _told(said, last.ended_at, chance) if status.at < now]
    return Outcome(code=told[-1].code if told else "", tried=[*before, last], told=told)


def _call(at: datetime, chance: random.Random) -> Tried:
    return Tried("accepted", at, at + timedelta(milliseconds=chance.uniform(90, 420)))


def _turned_away(at: datetime, times: int, chance: random.Random) -> list[Tried]:
    """Calls that Twilio answered with 429, each later than the one before."""
    tried = []
    for number in range(times):
        end = at + timedelta(milliseconds=chance.uniform(40, 90))
        tried.append(Tried("not_sent", at, end, 429, "20429"))
        at = end + timedelta(seconds=min(2**number, 150) * chance.uniform(0.4, 0.9))
    return tried


def _told(said: Said, accepted_at: datetime, chance: random.Random) -> list[Told]:
    sent = Told("sent", accepted_at + timedelta(seconds=chance.uniform(0.3, 2.2)))
    later = sent.at + timedelta(seconds=chance.triangular(0.6, 9, 1.5))
    for failure in ("failed", "undelivered", "canceled"):
        if failure in said.tags:
            end = Told(failure, later, said.tags[failure])
            return [sent, end] if failure == "undelivered" else [end]
    delivered = Told("delivered", later)
    read = Told("read", _read_at(later, said.answered_at, chance))
    return [sent, delivered, read][: _STOPS_AT.index(_usual_end(said, chance))]


def _usual_end(said: Said, chance: random.Random) -> str:
    for word in _STOPS_AT:
        if word in said.tags:
            return word
    # Who has switched read receipts off gives none, however fast they answer.
    if int(digest(said.customer.at)[:4], 16) % 7 == 0:
        return "delivered"
    if said.answered_at is not None:
        return "read"
    return chance.choices(("read", "delivered", "sent"), (80, 17, 3))[0]


def _read_at(delivered_at: datetime, answered_at: datetime | None, chance: random.Random) -> datetime:
    usual = delivered_at + timedelta(seconds=chance.triangular(3, 1500, 20))
    if answered_at is None or usual < answered_at:
        return usual
    return delivered_at + max(answered_at - delivered_at, timedelta(0)) * 0.6


def open_until(tried: Tried) -> datetime:
    """When the attempt stopped being open, whatever it proved."""
    return tried.started_at + OPEN_FOR
