"""An open conversation as one person sees it. One function builds its context for the page and for the pane."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.access import WRITERS, may
from app.domain.actor import Actor
from app.domain.media.files import referred
from app.store import agents
from app.store.conversations import threads
from app.store.conversations.threads import PAGE, Thread
from app.store.database import Session
from app.store.feed import positions
from app.store.media import hosted as hosted_files
from app.store.tables import ConsentEvent, InboundMedia, Message
from app.web.conversations.composer import ComposerView, composer_view
from app.web.live import cursor
from app.web.messages.bubble import Bubble, ThreadData, bubbles
from app.web.messages.resends import resend_data
from app.web.words.contact_names import shown_address, title_name
from app.web.words.gettext import _
from app.web.words.reply_window import WindowView
from app.web.words.times import SHORT_WEEKDAYS, clock, zone


@dataclass(frozen=True)
class ContactView:
    """The panel beside the thread. `phone` is '' where WhatsApp hides it, and `closes` says when the window does."""

    name: str
    named: bool
    whatsapp_name: str
    phone: str
    address: str
    consent: list[ConsentEvent]
    opted_out: bool
    window: WindowView
    closes: str
    first_at: datetime
    has_written: bool
    files: int
    sender: str


@dataclass(frozen=True)
class ThreadView:
    """Everything the pane shows, and the page's title.

    `older` is the number of the message that older ones come before, or None.
    """

    id: int
    title: str
    name: str
    named: bool
    number: str
    state: str
    assigned: int | None
    assignable: list[tuple[int, str]]
    may_change: bool
    unread: int
    newest: int
    bubbles: list[Bubble]
    older: int | None
    composer: ComposerView
    contact: ContactView
    cursor: str


def thread_view(
    session: Session, who: Actor, thread: Thread, before: Message | None = None, composer: ComposerView | None = None
) -> ThreadView:
    """The conversation with its newest page of messages, or the page before a message."""
    account_sid, conversation = who.account_sid, thread.conversation
    assert conversation.id is not None
    found = threads.messages(session, account_sid, conversation.id, before, PAGE + 1)
    shown = found[-PAGE:]
    people = {agent.id or 0: agent for agent in agents.all_of(session, account_sid)}
    composer = composer or composer_view(session, who, thread)
    contact = contact_view(session, account_sid, thread, composer)
    return ThreadView(
        id=conversation.id,
        title=title_name(thread.contact, thread.address),
        name=contact.name,
        named=contact.named,
        number=contact.phone,
        state=conversation.state,
        assigned=conversation.assigned_agent_id,
        assignable=[
            (number, agent.name)
            for number, agent in people.items()
            if number == conversation.assigned_agent_id or (agent.role in WRITERS and agent.disabled_at is None)
        ],
        may_change=may(who, "conversation.change"),
        unread=conversation.unread,
        newest=max((message.id or 0 for message in shown), default=0),
        bubbles=bubbles(shown, _thread_data(session, account_sid, thread, shown, contact.name)),
        older=shown[0].id if len(found) > PAGE else None,
        composer=composer,
        contact=contact,
        cursor=cursor.written(positions.newest(session, account_sid)),
    )


def bubbles_of(session: Session, account_sid: str, thread: Thread, messages: list[Message]) -> list[Bubble]:
    """Bubbles of some of the conversation's messages, in thirteen queries at most whatever their number."""
    name = thread.contact.shown_name or shown_address(thread.contact, thread.address)
    return bubbles(messages, _thread_data(session, account_sid, thread, messages, name))


def contact_view(session: Session, account_sid: str, thread: Thread, composer: ComposerView) -> ContactView:
    """The panel beside the thread."""
    conversation, contact, address = thread.conversation, thread.contact, thread.address
    assert conversation.id is not None
    assert address.id is not None
    named = bool(contact.shown_name)
    return ContactView(
        name=contact.shown_name or shown_address(contact, address),
        named=named,
        whatsapp_name=contact.profile_name,
        phone=contact.phone,
        address=address.address.removeprefix("whatsapp:"),
        consent=threads.consent(session, account_sid, address.id),
        opted_out=address.opt_out_event_id is not None,
        window=composer.window,
        closes=_weekday_and_time(composer.window.closes_at),
        first_at=conversation.created_at,
        has_written=conversation.last_inbound_at is not None,
        files=threads.file_count(session, account_sid, conversation.id),
        sender=conversation.sender,
    )


def _weekday_and_time(at: datetime | None) -> str:
    """Sun 08:34; a window closes within a day, so that is enough."""
    return f"{_(SHORT_WEEKDAYS[at.astimezone(zone()).weekday()])} {clock(at)}" if at else ""


def _thread_data(
    session: Session, account_sid: str, thread: Thread, messages: list[Message], customer: str
) -> ThreadData:
    assert thread.conversation.id is not None
    with_files = [message.id for message in messages if message.num_media and message.id is not None]
    files: dict[int, list[InboundMedia]] = {}
    for row in threads.files(session, account_sid, with_files):
        files.setdefault(row.message_id, []).append(row)
    sids = {str(message.details["quoted_sid"]) for message in messages if message.details.get("quoted_sid")}
    quoted = threads.by_sids(session, account_sid, thread.conversation.id, sids)
    people = {agent.id or 0: agent.name for agent in agents.all_of(session, account_sid)}
    chains = resend_data(session, account_sid, messages)
    suppressed = thread.address.opt_out_event_id is not None
    carried = {number for message in messages for url in message.media_urls if (number := referred(url)) is not None}
    ours = hosted_files.files(session, account_sid, carried)
    return ThreadData(files, quoted, people, customer, thread.conversation, chains, ours, suppressed)
