"""The small cast of the tests: one account and a stranger's, two customers, three people of whom one may not write."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from app.domain.actor import Actor
from app.domain.consent import ledger
from app.domain.consent.entry import Entry
from app.domain.contacts import find_or_create
from app.domain.sending import outbox
from app.domain.sending.claims import Claimer, claim
from app.domain.sending.outbox import Enqueued
from app.domain.sending.rate_limit import Pace
from app.domain.webhooks.receive import Received, receive
from app.domain.webhooks.webhook import Webhook, WebhookKind
from app.gateways.twilio.outcomes import Outgoing
from app.store import accounts, contacts
from app.store.conversations import rows as conversations
from app.store.database import Database, Session
from app.store.tables import Conversation, Message
from tests.payloads import Form, inbound_forms, status_forms

ACCOUNT = "AC0f1e2d3c4b5a69788796a5b4c3d2e1f0"
STRANGER_ACCOUNT = "AC" + "9" * 32
TOKEN = "0123456789abcdef0123456789abcdef"
SENDER = "whatsapp:+14155238886"
AVA = "whatsapp:+14155550123"
# WhatsApp hides Noor's number.
NOOR = "whatsapp:GB.13490801221918"
KIM = Actor("agent", ACCOUNT, "Kim", role="agent")
ADA = Actor("agent", ACCOUNT, "Ada", role="admin")
# The auditor reads everything and writes nothing.
OTTO = Actor("agent", ACCOUNT, "Otto", role="auditor")
STRANGER = Actor("agent", STRANGER_ACCOUNT, "Stranger", role="admin")
CALLBACK_BASE = "http://127.0.0.1:8000"

Row = TypeVar("Row", bound=SQLModel)

_numbers = itertools.count(0x1000)


def new_sid(prefix: str = "SM") -> str:
    """A message SID that nobody had before."""
    return f"{prefix}{next(_numbers):032x}"


def ago(**units: float) -> datetime:
    """A moment in the past: `ago(hours=1)`."""
    return datetime.now(UTC) - timedelta(**units)


def inbound_form(sample: str = "text", **fields: str) -> Form:
    """A sample of an inbound message with a SID of its own; `fields` replace or add.

    The sample's person has an id that is theirs alone: a form from somebody else doesn't carry it.
    """
    sid, form = fields.pop("MessageSid", new_sid()), inbound_forms()[sample]
    if fields.get("From", form["From"]) != form["From"]:
        form = {name: value for name, value in form.items() if name != "ExternalUserId"}
    return {**form, "MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, **fields}


def status_form(sid: str, status: str, error_code: str = "", **fields: str) -> Form:
    """A status callback of the message `sid`."""
    form = {**status_forms()["sent"], "MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "SmsStatus": status}
    return form | ({"ErrorCode": error_code} if error_code else {}) | fields


def webhook(kind: WebhookKind, form: Form, at: datetime | None = None, path: str = "") -> Webhook:
    """The form as a webhook that came in at `at` (now)."""
    where = path or f"/twilio/{kind}"
    return Webhook(form["AccountSid"], kind, tuple(form.items()), where, at or datetime.now(UTC))


def begin(database: Database) -> None:
    """Open the accounts, to which every row refers."""
    for account_sid in (ACCOUNT, STRANGER_ACCOUNT):
        database.write(lambda session, sid=account_sid: accounts.ensure(session, sid, ago()))  # type: ignore[misc]


def take(database: Database, *webhooks: Webhook) -> list[Received]:
    """Take the webhooks in, each in a transaction of its own."""
    return [database.write(lambda session, one=one: receive(session, one)) for one in webhooks]  # type: ignore[misc]


def hear(database: Database, body: str = "Hello", at: datetime | None = None, **fields: str) -> Message:
    """A customer (Ava, unless From says otherwise) writes; returns the message."""
    form = inbound_form(Body=body, **fields)
    (received,) = take(database, webhook("inbound", form, at))
    assert received.quarantined == ""
    return only(database, Message, sid=form["MessageSid"])


def tell(database: Database, sid: str, status: str, error_code: str = "", path: str = "", **fields: str) -> Received:
    """Twilio tells the status of a message."""
    return take(database, webhook("status", status_form(sid, status, error_code, **fields), path=path))[0]


def conversation_with(database: Database, customer: str = AVA) -> Conversation:
    """The customer's conversation, begun by a message where there is none."""
    found = [row for row in rows(database, Conversation) if address_of(database, row) == customer]
    if not found:
        hear(database, From=customer)
        return conversation_with(database, customer)
    return found[0]


def address_of(database: Database, conversation: Conversation) -> str:
    """Whom the conversation is with."""
    found = database.read(lambda session: conversations.with_address(session, ACCOUNT, conversation.id or 0))
    assert found is not None
    return found[1].address


def ask(database: Database, body: str = "On its way.", key: str = "", customer: str = AVA, by: Actor = KIM) -> Enqueued:
    """An agent answers the customer."""
    there = conversation_with(database, customer).id or 0
    return database.write(lambda session: outbox.enqueue_text(session, by, there, body, key))


def asked_message(database: Database, body: str = "On its way.", customer: str = AVA) -> Message:
    """A message of ours that waits in the outbox."""
    asked = ask(database, body, customer=customer)
    assert asked.message_id is not None, asked.decision
    return only(database, Message, id=asked.message_id)


def claimed(database: Database, limit: int = 20, sender: str = SENDER) -> list[Outgoing]:
    """What a sender claims now."""
    claimer = Claimer(ACCOUNT, "worker:test", CALLBACK_BASE, Pace(rate=0))
    return database.write(lambda session: claim(session, claimer, sender, limit))


def rows(database: Database, table: type[Row], **columns: object) -> list[Row]:
    """The account's rows of a table whose columns have these values, first to last."""
    return database.read(lambda session: rows_in(session, table, **columns))


def rows_in(session: Session, table: type[Row], **columns: object) -> list[Row]:
    """As `rows`, in a session that is open."""
    wanted = {"account_sid": ACCOUNT, **columns}
    where = [col(getattr(table, name)) == value for name, value in wanted.items()]
    in_order = sa.inspect(table).primary_key
    return list(session.exec(select(table).where(*where).order_by(*in_order)))


def only(database: Database, table: type[Row], **columns: object) -> Row:
    """The one row that `rows` finds."""
    (row,) = rows(database, table, **columns)
    return row


def again(database: Database, message: Message) -> Message:
    """The message as it is now."""
    return only(database, Message, id=message.id)


def signature(url: str, pairs: Sequence[tuple[str, str]], token: str = TOKEN, algorithm: str = "HMAC_SHA1") -> str:
    """What Twilio puts into X-Twilio-Signature."""
    validator = RequestValidator(token)  # type: ignore[no-untyped-call]
    signed: str = validator.compute_signature(url, MultiDict(pairs), algorithm)  # type: ignore[no-untyped-call]
    return signed


def opt_in(
    database: Database,
    customer: str = AVA,
    purpose: str = "service",
    basis: str = "express",
    at: datetime | None = None,
    sender: str = "",
    **fields: datetime,
) -> int:
    """A customer agrees to messages for a purpose, at `at` (now); the record's number.

    With `sender` there is a conversation with that sender of ours, though nobody wrote.
    """
    happened, evidence = at or ago(), f"test:{next(_numbers)}"

    def record(session: Session) -> int | None:
        there = find_or_create.conversation_with(session, ACCOUNT, customer, sender, happened) if sender else None
        if not contacts.by_address(session, ACCOUNT, [customer]):
            find_or_create.add_contact(session, ACCOUNT, customer, happened)
        address_id = contacts.by_address(session, ACCOUNT, [customer])[0].id or 0
        entry = Entry(address_id, purpose, "given", "form", "principal", evidence, happened, basis=basis, **fields)  # type: ignore[arg-type]
        return ledger.record(session, KIM, entry, ago(), there)

    number = database.write(record)
    assert number is not None
    return number
