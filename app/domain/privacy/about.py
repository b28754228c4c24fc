"""All that is kept of one person, as JSON takes it, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.domain.consent import exports
from app.domain.contacts import fields
from app.domain.media import files
from app.domain.privacy.mentions import Mentions
from app.store import audit as audits
from app.store import contact_labels, contacts
from app.store.database import Database, Session
from app.store.journal import rows as journal
from app.store.privacy import person as rows
from app.store.privacy import scans
from app.store.privacy.person import Person
from app.store.tables import Conversation, HostedFile, InboundMedia, Journal, Message

PAGE = 100
_LEFT_OUT = {"account_sid"}
_ENDINGS = {"jpeg": "jpg", "mpeg": "mp3", "plain": "txt"}

Told = dict[str, Any]


@dataclass(frozen=True)
class About:
    """One person, read from the database in small parts."""

    database: Database
    account_sid: str
    person: Person

    def head(self) -> Told:
        """Contact, addresses, labels, fields, joins, consent records with their place in the tree, codes of forms."""
        return self.database.read(self._head)

    def _head(self, session: Session) -> Told:
        account_sid, who = self.account_sid, self.person
        people = contacts.by_ids(session, account_sid, who.contact_ids)
        addresses = [one for number in who.contact_ids for one in contacts.addresses_of(session, account_sid, number)]
        records = rows.records_of(session, account_sid, who.address_ids)
        return {
            "contact": told(people[who.contact_id]),
            "joined_contacts": [told(one) for number, one in people.items() if number != who.contact_id],
            "addresses": [told(address) for address in addresses],
            "labels": contact_labels.of_contacts(session, account_sid, who.contact_ids),
            "fields": fields.of_contact(session, account_sid, who.contact_id),
            "joins": [told(one) for one in rows.joins(session, account_sid, who.contact_ids)],
            "consent_records": exports.rows_of(session, account_sid, records),
            "opt_in_codes": [told(one, "code") for one in rows.codes_of(session, account_sid, who.address_ids)],
        }

    def conversations(self) -> Sequence[Conversation]:
        """The person's conversations."""
        ids = self.person.contact_ids
        return self.database.read(lambda session: rows.conversations(session, self.account_sid, ids))

    def messages(self, conversation_id: int) -> Iterator[Told]:
        """A conversation's messages, each with its attempts, statuses, files, and the forms that told of it."""
        after = None
        while True:
            place = after
            page = self.database.read(
                lambda session, place=place: self._page(session, conversation_id, place)  # type: ignore[misc]
            )
            yield from (one for _message, one in page)
            if len(page) < PAGE:
                return
            last = page[-1][0]
            after = (last.occurred_at, last.id or 0)

    def _page(self, session: Session, conversation_id: int, after: Any) -> list[tuple[Message, Told]]:
        account_sid = self.account_sid
        found = rows.messages_after(session, account_sid, conversation_id, after, PAGE)
        numbers = [message.id or 0 for message in found]
        attempts = rows.attempts_of(session, account_sid, numbers)
        statuses = rows.statuses_of(session, account_sid, numbers)
        inbound = rows.inbound_files(session, account_sid, numbers)
        sids = {message.sid: message.id for message in found} | {one.sid: one.message_id for one in attempts}
        forms = rows.journal_of(session, account_sid, sorted(set(sids) - {""}))
        hosted = {one.id: one for one in rows.hosted(session, account_sid, _hosted_ids(found))}
        return [
            (
                message,
                {
                    **told(message),
                    "attempts": [told(one) for one in attempts if one.message_id == message.id],
                    "statuses": [told(one) for one in statuses if one.message_id == message.id],
                    "files": [_inbound_file(one) for one in inbound if one.message_id == message.id]
                    + [_hosted_file(hosted[number]) for number in _hosted_ids([message]) if number in hosted],
                    "forms": [_form(one) for one in forms if sids.get(one.sid) == message.id],
                },
            )
            for message in found
        ]

    def audit(self) -> Iterator[Told]:
        """What was done to the person, their conversations and messages here, and by whom."""
        who = self.person
        subjects = {"contact": who.contact_ids, "address": who.address_ids, "conversation": who.conversation_ids}
        for kind, numbers in subjects.items():
            yield from self._audit(kind, numbers)
        records = self.database.read(lambda session: rows.records_of(session, self.account_sid, who.address_ids))
        yield from self._audit("consent_record", [record.id or 0 for record, _address in records])

    def list_lines(self) -> Iterator[Told]:
        """The lines that name the person in lists: those of runs, and of files of consents that were brought here."""
        named = Mentions(self.person.addresses)
        for kind, read in (("run", scans.run_lines), ("import", scans.import_lines)):
            after = 0
            while lines := self.database.read(partial(read, account_sid=self.account_sid, after=after)):
                yield from ({"list": kind, **line["cells"]} for _number, line in lines if named.in_line(line))
                after = lines[-1][0]

    def audit_of_messages(self, numbers: Sequence[int]) -> Iterator[Told]:
        """What was done to these messages."""
        yield from self._audit("message", numbers)

    def _audit(self, kind: str, numbers: Sequence[int]) -> Iterator[Told]:
        found = self.database.read(lambda session: audits.of_subjects(session, self.account_sid, kind, numbers))
        yield from (told(row) for row in found)


def told(row: Any, *left_out: str) -> Told:
    """A row's columns."""
    found: Told = row.model_dump(mode="json", exclude={*_LEFT_OUT, *left_out})
    return found


def _form(row: Journal) -> Told:
    told_of = {"kind": row.kind, "path": row.path, "source": row.source, "occurred_at": row.occurred_at.isoformat()}
    return {**told_of, "pairs": journal.pairs_of(row)}


def _hosted_ids(messages: Sequence[Message]) -> list[int]:
    found = (files.referred(url) for message in messages for url in message.media_urls)
    return [number for number in found if number is not None]


def _inbound_file(row: InboundMedia) -> Told:
    kind = row.stored_type or row.content_type
    where = {"key": row.key, "name": f"in-{row.message_id}-{row.position}{_ending(kind)}"} if row.key else {}
    return {"type": kind, "size": row.size, "state": row.state, "from": "customer", **where}


def _hosted_file(row: HostedFile) -> Told:
    where = {"key": row.key, "name": f"out-{row.id}-{row.name}"}
    return {"type": row.content_type, "size": row.size, "state": "fetched", "from": "us", **where}


def _ending(kind: str) -> str:
    word = kind.partition(";")[0].rpartition("/")[2]
    return f".{_ENDINGS.get(word, word)}" if word.isalnum() else ""
