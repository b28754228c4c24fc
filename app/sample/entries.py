"""What was said, with what Twilio would have made of it: SIDs, forms, outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from app.domain.consent import keywords
from app.domain.webhooks.webhook import Webhook
from app.sample import forms
from app.sample.forms import file_of
from app.sample.outcomes import MESSAGES, Outcome, Told, outcome_of
from app.sample.sids import digest, sid
from app.sample.story import Said


@dataclass(frozen=True)
class Ours:
    """The account, the sender and the address that the sample is made for, and the moment it ends at."""

    account_sid: str
    sender: str
    base_url: str
    at: datetime


@dataclass(frozen=True)
class Entry:
    """One message. Inbound ones have their `webhook`, outbound ones their `outcome`.

    `heard_at` is when the customer wrote last before it; `sid` is '' for what Twilio never took.
    """

    said: Said
    sid: str
    webhook: Webhook | None
    outcome: Outcome | None
    heard_at: datetime | None

    @property
    def is_confirmation(self) -> bool:
        """Whether it answers an opt-out."""
        return "confirmation" in self.said.tags

    @cached_property
    def action(self) -> keywords.Action | None:
        """What the customer asks for by a keyword."""
        return keywords.action_of(keywords.keyword(self.said.text)) if self.webhook else None

    def callback(self, ours: Ours, told: Told, message_id: int, attempt_id: int) -> Webhook:
        """The status callback that told this."""
        to, why = self.said.customer.address, MESSAGES.get(told.code, "")
        pairs = forms.status(ours.account_sid, ours.sender, to, self.sid, told.word, told.code, why)
        return webhook(ours, "status", pairs, f"/twilio/status/{message_id}/{attempt_id}", told.at)


def webhook(ours: Ours, kind: str, pairs: tuple[tuple[str, str], ...], path: str, at: datetime) -> Webhook:
    """A webhook as it would have come."""
    return Webhook(
        account_sid=ours.account_sid,
        kind="inbound" if kind == "inbound" else "status",
        pairs=pairs,
        path=path,
        occurred_at=at,
        request_id=digest("request", pairs)[:16],
        idempotency_token=digest("token", pairs),
    )


def entries(ours: Ours, told: Sequence[Said]) -> list[Entry]:
    """An entry for everything that was said, in its order."""
    heard: dict[str, datetime] = {}
    last_of_ours: dict[str, str] = {}
    made = []
    for number, said in enumerate(told):
        at = said.customer.at
        if said.line.inbound:
            entry = _inbound(ours, said, number, last_of_ours.get(at, ""), heard.get(at))
            heard[at] = said.at
        else:
            entry = _outbound(ours, said, number, heard.get(at))
            last_of_ours[at] = entry.sid or last_of_ours.get(at, "")
        made.append(entry)
    return made


def _inbound(ours: Ours, said: Said, number: int, answers: str, heard_at: datetime | None) -> Entry:
    message_sid = sid("MM" if file_of(said.tags) else "SM", ours.account_sid, said.customer.at, number)
    pairs = forms.inbound(ours.account_sid, ours.sender, message_sid, said, answers)
    return Entry(said, message_sid, webhook(ours, "inbound", pairs, "/twilio/inbound", said.at), None, heard_at)


def _outbound(ours: Ours, said: Said, number: int, heard_at: datetime | None) -> Entry:
    outcome = outcome_of(said, ours.at)
    message_sid = sid("MM" if "media" in said.tags else "SM", ours.account_sid, said.customer.at, number)
    return Entry(said, message_sid if outcome.accepted else "", None, outcome, heard_at)
