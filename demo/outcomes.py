"""What becomes of each of the team's messages at Twilio: the answer to each call, and the statuses told later."""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.gateways.twilio.client import READ_SECONDS
from app.gateways.twilio.outcomes import Accepted, Answer, NotSent, Refused, ResponseDetails, Unconfirmed
from demo.story import Said
from simulator import errors, sids

_STOPS_AT = ("queued", "sent", "delivered", "read")
# Longer than what is left of a session window in the script where it closes meanwhile.
_UNTIL_THE_WINDOW_CLOSED = timedelta(minutes=15)
# Of an answer that was lost: Twilio took the message, and told so after a person had decided.
_LATE = timedelta(seconds=26)


@dataclass(frozen=True)
class Call:
    """How a call of Twilio's create ends: the answer, when it comes, and when Twilio begins to deliver, if it does."""

    answer: Answer
    takes: timedelta
    delivers_after: timedelta | None = None


@dataclass(frozen=True)
class Status:
    """One status callback."""

    word: str
    at: datetime
    code: str = ""


def called(said: Said, sid: str, number: int) -> Call:
    """What the script asks for in the message's call with this number (from 1), or what usually happens."""
    tags, chance = said.tags, _chance(said, f"call {number}")
    quickly = timedelta(milliseconds=chance.uniform(40, 90))
    if "refused" in tags:
        return Call(Refused(_refusal(int(tags["refused"]), said.customer.address)), quickly)
    if "unconfirmed" in tags:
        late = _LATE if "late" in tags else None
        return Call(Unconfirmed(ResponseDetails(error_message="ReadTimeout")), timedelta(seconds=READ_SECONDS), late)
    if "gave_up" in tags or (number == 1 and "retried" in tags):
        return Call(NotSent(_refusal(20429)), quickly)
    if number == 1 and "overtaken" in tags:
        return Call(NotSent(_refusal(20429), retry_after=_until_overtaken(said).total_seconds()), quickly)
    takes = timedelta(milliseconds=chance.uniform(90, 420))
    return Call(Accepted(sid, "queued", ResponseDetails(201, sids.new("RQ"))), takes, takes)


def statuses(said: Said, accepted_at: datetime) -> list[Status]:
    """What Twilio tells of a message that it took then."""
    chance = _chance(said, "told")
    sent = Status("sent", accepted_at + timedelta(seconds=chance.uniform(0.3, 2.2)))
    later = sent.at + timedelta(seconds=chance.triangular(0.6, 9, 1.5))
    for failure in ("failed", "undelivered", "canceled"):
        if failure in said.tags:
            end = Status(failure, later, said.tags[failure])
            return [sent, end] if failure == "undelivered" else [end]
    delivered = Status("delivered", later)
    read = Status("read", _read_at(later, said.answered_at, chance))
    return [sent, delivered, read][: _STOPS_AT.index(_usual_end(said, chance))]


def _chance(said: Said, what: str) -> random.Random:
    return random.Random(f"{said.customer.at} {said.text} {said.line.pause} {what}")


def _refusal(code: int, detail: str = "") -> ResponseDetails:
    error = errors.error(code, detail)
    return ResponseDetails(error.status, sids.new("RQ"), str(code), error.message)


def _until_overtaken(said: Said) -> timedelta:
    """How long Twilio asks to wait, so that the customer's next line, or the window's end, comes first."""
    if said.answered_at is None:
        return _UNTIL_THE_WINDOW_CLOSED
    return said.answered_at - said.at + timedelta(seconds=30)


def _usual_end(said: Said, chance: random.Random) -> str:
    for word in _STOPS_AT:
        if word in said.tags:
            return word
    # Who has switched read receipts off gives none, however fast they answer.
    if zlib.crc32(said.customer.at.encode()) % 7 == 0:
        return "delivered"
    if said.answered_at is not None:
        return "read"
    return chance.choices(("read", "delivered", "sent"), (80, 17, 3))[0]


def _read_at(delivered_at: datetime, answered_at: datetime | None, chance: random.Random) -> datetime:
    usual = delivered_at + timedelta(seconds=chance.triangular(3, 1500, 20))
    if answered_at is None or usual < answered_at:
        return usual
    return delivered_at + max(answered_at - delivered_at, timedelta(0)) * 0.6
