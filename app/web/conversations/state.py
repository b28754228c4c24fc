"""What stands around an open conversation's messages: whose it is, whether it is open, the reply window, the panel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.access import WRITERS, may
from app.domain.actor import Actor
from app.domain.consent import standing
from app.domain.contacts import fields
from app.store import agents
from app.store.consent import records as consent
from app.store.conversations import threads
from app.store.conversations.threads import Thread
from app.store.database import Session
from app.store.tables import ConsentRecord
from app.web.conversations.composer import ComposerView, composer_view
from app.web.words.contact_names import shown_address
from app.web.words.gettext import _
from app.web.words.reply_window import WindowView
from app.web.words.times import SHORT_WEEKDAYS, clock, zone


@dataclass(frozen=True)
class ContactView:
    """The panel beside the thread. `phone` is '' where WhatsApp hides it, and `closes` says when the window does."""

    id: int
    name: str
    named: bool
    whatsapp_name: str
    phone: str
    address: str
    consent: list[ConsentRecord]
    opted_out: bool
    opted_in: bool
    window: WindowView
    closes: str
    first_at: datetime
    has_written: bool
    files: int
    sender: str
    fields: dict[str, str]


@dataclass(frozen=True)
class StateView:
    """The bar above the thread, the composer and the panel; `owner` is the name of who has it, '' for nobody."""

    id: int
    name: str
    named: bool
    number: str
    state: str
    assigned: int | None
    owner: str
    assignable: list[tuple[int, str]]
    may_change: bool
    composer: ComposerView
    contact: ContactView


def state_view(session: Session, who: Actor, thread: Thread, composer: ComposerView | None = None) -> StateView:
    """The conversation as it stands now, without its messages."""
    account_sid, conversation = who.account_sid, thread.conversation
    assert conversation.id is not None
    people = {agent.id or 0: agent for agent in agents.all_of(session, account_sid)}
    composer = composer or composer_view(session, who, thread)
    contact = contact_view(session, account_sid, thread, composer)
    owner = people.get(conversation.assigned_agent_id or 0)
    return StateView(
        id=conversation.id,
        name=contact.name,
        named=contact.named,
        number=contact.phone,
        state=conversation.state,
        assigned=conversation.assigned_agent_id,
        owner=owner.name if owner else "",
        assignable=[
            (number, agent.name)
            for number, agent in people.items()
            if number == conversation.assigned_agent_id or (agent.role in WRITERS and agent.disabled_at is None)
        ],
        may_change=may(who, "conversation.change"),
        composer=composer,
        contact=contact,
    )


def contact_view(session: Session, account_sid: str, thread: Thread, composer: ComposerView) -> ContactView:
    """The panel beside the thread."""
    conversation, contact, address = thread.conversation, thread.contact, thread.address
    assert conversation.id is not None
    assert contact.id is not None
    named = bool(contact.shown_name)
    return ContactView(
        id=contact.id,
        name=contact.shown_name or shown_address(contact, address),
        named=named,
        whatsapp_name=contact.profile_name,
        phone=contact.phone,
        address=address.address.removeprefix("whatsapp:"),
        consent=consent.newest(session, account_sid, contact.id),
        opted_out=address.opt_out_record_id is not None,
        opted_in=standing.holds_any_opt_in(session, account_sid, contact.id, address.identity),
        window=composer.window,
        closes=_weekday_and_time(composer.window.closes_at),
        first_at=conversation.created_at,
        has_written=conversation.last_inbound_at is not None,
        files=threads.file_count(session, account_sid, conversation.id),
        sender=conversation.sender,
        fields=fields.of_contact(session, account_sid, contact.id),
    )


def _weekday_and_time(at: datetime | None) -> str:
    """Sun 08:34; a window closes within a day, so that is enough."""
    return f"{_(SHORT_WEEKDAYS[at.astimezone(zone()).weekday()])} {clock(at)}" if at else ""
