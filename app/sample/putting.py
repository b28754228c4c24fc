"""Put the sample's rows into the database, many at once, in the order in which things happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, takewhile

from app.domain import audit
from app.domain.actor import command
from app.domain.consent import events as consent
from app.domain.media.files import reference
from app.domain.webhooks.webhook import Webhook
from app.sample import desk, hosted, lines, people, rows, shelved, strays
from app.sample.cast import CUSTOMERS, TEAM, Customer
from app.sample.entries import Entry, Ours
from app.sample.lines import Line, Placed
from app.sample.outcomes import Told
from app.store import consent as consent_rows
from app.store.conversations import rows as conversations
from app.store.database import Session
from app.store.inserts import insert_many
from app.store.tables import (
    Address,
    Attempt,
    Audit,
    Contact,
    Conversation,
    HostedFile,
    InboundMedia,
    Journal,
    Message,
    StatusEvent,
)

_FETCHED_AFTER = timedelta(milliseconds=1400)


@dataclass(frozen=True)
class Came:
    """A webhook that came: the status it told, the message it is about, or why it is in quarantine."""

    webhook: Webhook
    status: Told | None = None
    place: Placed | None = None
    reason: str = ""


class Putting:
    """One load, in one transaction. `team` are the agents' numbers by login."""

    def __init__(self, session: Session, ours: Ours, team: dict[str, int]) -> None:
        self._session = session
        self._ours = ours
        self._team = team
        self._addresses: dict[Customer, int] = {}
        self._conversations: dict[Customer, int] = {}
        self._hosted: dict[str, str] = {}
        self._stray_lines: list[Line] = []

    def put(self, told: Sequence[Entry]) -> None:
        """Put everything that was said, oldest first, and all that belongs to it."""
        spoken: dict[Customer, list[Entry]] = defaultdict(list)
        for entry in told:
            spoken[entry.said.customer].append(entry)
        self._put_customers(spoken)
        self._host(hosted.names(told))
        ids = insert_many(self._session, Message, [self._message(entry) for entry in told])
        placed = self._put_webhooks(told, ids, self._put_attempts(told, ids))
        self._put_files(placed)
        self._put_consent(placed)
        self._settle_conversations(placed)
        self._put_audit(placed, spoken)
        seen = [*chain.from_iterable(map(lines.lines_of, placed)), *self._stray_lines]
        lines.append(self._session, self._ours.account_sid, seen, self._ours.at - lines.SINCE)

    def _put_customers(self, spoken: dict[Customer, list[Entry]]) -> None:
        since = {customer: spoken[customer][0].said.at for customer in CUSTOMERS}
        contacts = self._insert_for_each(Contact, lambda one: people.contact(self._ours, one, since[one]))
        self._addresses = self._insert_for_each(
            Address, lambda one: people.address(self._ours, one, since[one], contacts[one])
        )
        self._conversations = self._insert_for_each(
            Conversation,
            lambda one: people.conversation(
                self._ours, one, since[one], contacts[one], self._addresses[one], self._team.get(one.desk)
            ),
        )

    def _insert_for_each(
        self, table: type[Contact | Address | Conversation], row: Callable[[Customer], rows.Row]
    ) -> dict[Customer, int]:
        numbers = insert_many(self._session, table, [row(customer) for customer in CUSTOMERS])
        return dict(zip(CUSTOMERS, numbers, strict=True))

    def _message(self, entry: Entry) -> rows.Row:
        ours = entry.outcome is not None and not entry.is_confirmation
        author = self._team[entry.said.author] if ours else None
        row = rows.message(self._ours, entry, self._conversations[entry.said.customer], author)
        file = hosted.name(entry)
        return {**row, "media_urls": [self._hosted.get(file) or hosted.elsewhere(file)]} if file else row

    def _host(self, names: Sequence[str]) -> None:
        numbers = insert_many(self._session, HostedFile, [hosted.row(self._ours, name) for name in names])
        self._hosted = dict(zip(names, map(reference, numbers), strict=True))

    def _put_attempts(self, told: Sequence[Entry], ids: Sequence[int]) -> dict[int, int]:
        """Returns the number of each message's last attempt."""
        made = [
            rows.attempt(self._ours, entry, message_id, number, tried)
            for entry, message_id in zip(told, ids, strict=True)
            if entry.outcome is not None
            for number, tried in enumerate(entry.outcome.tried, 1)
        ]
        numbers = insert_many(self._session, Attempt, made)
        return {row["message_id"]: number for row, number in zip(made, numbers, strict=True)}

    def _put_webhooks(self, told: Sequence[Entry], ids: Sequence[int], attempts: dict[int, int]) -> list[Placed]:
        came = [Came(webhook, reason=reason) for webhook, reason in strays.quarantined(self._ours)]
        came.append(Came(*strays.orphan(self._ours)))
        placed = []
        for entry, message_id in zip(told, ids, strict=True):
            place = Placed(entry, self._conversations[entry.said.customer], message_id)
            placed.append(place)
            if entry.webhook is not None:
                came.append(Came(entry.webhook, place=place))
            for status in entry.outcome.told if entry.outcome else ():
                webhook = entry.callback(self._ours, status, message_id, attempts[message_id])
                came.append(Came(webhook, status, place))
        self._put_journal(sorted(came, key=lambda one: one.webhook.occurred_at))
        return placed

    def _put_journal(self, came: Sequence[Came]) -> None:
        numbers = insert_many(self._session, Journal, [rows.journal(one.webhook, one.reason) for one in came])
        events = []
        for one, journal_id in zip(came, numbers, strict=True):
            message_id = one.place.message_id if one.place else None
            if one.status is not None:
                events.append(rows.status_event(one.webhook, one.status, message_id, journal_id))
            if one.place is not None:
                one.place.journal.append(journal_id)
            else:
                self._stray_lines.append(lines.stray(one.webhook, one.reason, journal_id))
        insert_many(self._session, StatusEvent, events)

    def _put_files(self, placed: Sequence[Placed]) -> None:
        with_file = [place for place in placed if shelved.has_file(place.entry)]
        for place in with_file:
            place.fetched_at = place.entry.said.at + _FETCHED_AFTER
        made = [shelved.row(place.entry, place.message_id, place.entry.said.at + _FETCHED_AFTER) for place in with_file]
        insert_many(self._session, InboundMedia, made)

    def _put_consent(self, placed: Sequence[Placed]) -> None:
        heard = [place for place in placed if place.entry.action]
        for place in heard:
            address_id = self._addresses[place.entry.said.customer]
            consent_rows.add(self._session, rows.consent(place.entry, address_id, place.message_id))
        for customer in {place.entry.said.customer for place in heard}:
            consent.derive(self._session, self._ours.account_sid, self._addresses[customer])

    def _settle_conversations(self, placed: Sequence[Placed]) -> None:
        by_customer: dict[Customer, list[Placed]] = defaultdict(list)
        for place in placed:
            by_customer[place.entry.said.customer].append(place)
        for customer, places in by_customer.items():
            heard = [place.entry.said.at for place in places if place.entry.webhook]
            unanswered = takewhile(lambda place: place.entry.webhook is not None, reversed(places))
            waiting = [place for place in unanswered if place.entry.said.script == places[-1].entry.said.script]
            seen = customer.read or customer.closed or not customer.ending
            conversations.change(
                self._session,
                self._ours.account_sid,
                self._conversations[customer],
                last_message_id=places[-1].message_id,
                last_message_at=places[-1].entry.said.at,
                last_inbound_at=heard[-1],
                unread=0 if seen else len(waiting),
            )

    def _put_audit(self, placed: Sequence[Placed], spoken: dict[Customer, list[Entry]]) -> None:
        ours, team = self._ours, self._team
        by_people = [place for place in placed if place.entry.outcome and not place.entry.is_confirmation]
        hired = [desk.hire(ours, team, colleague) for colleague in TEAM]
        sent = [desk.send(ours.account_sid, team, place.entry.said, place.message_id) for place in by_people]
        worked = (desk.work(ours, team, one, self._conversations[one], spoken[one]) for one in CUSTOMERS)
        deeds = [*hired, *sent, *chain.from_iterable(worked)]
        insert_many(self._session, Audit, sorted(deeds, key=lambda row: row["occurred_at"]))
        audit.record(self._session, command(ours.account_sid), "sample.load", "account", ours.account_sid)
