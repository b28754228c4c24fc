"""An open conversation as one person sees it. One function builds its context for the page and for the pane."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.consent import said_in_message
from app.domain.media.files import referred
from app.store import agents
from app.store.conversations import threads
from app.store.conversations.threads import Thread
from app.store.database import Session
from app.store.feed import positions
from app.store.media import hosted as hosted_files
from app.store.tables import InboundMedia, Message
from app.web.conversations.composer import ComposerView
from app.web.conversations.span import AskedSpan, span_of
from app.web.conversations.state import StateView, state_view
from app.web.live import cursor
from app.web.messages.bubble import Bubble, ThreadData, bubbles
from app.web.messages.parts import siblings_of
from app.web.messages.resends import resend_data
from app.web.words.contact_names import shown_address, title_name


@dataclass(frozen=True)
class ThreadView(StateView):
    """Everything the pane shows, and the page's title.

    `older` is the number of the message that older ones come before, `newer` that of the one that newer ones come
    after, `found` that of the one that a search led to; each may be None.
    """

    title: str
    unread: int
    newest: int
    bubbles: list[Bubble]
    older: int | None
    newer: int | None
    found: int | None
    cursor: str


def thread_view(
    session: Session,
    who: Actor,
    thread: Thread,
    asked: AskedSpan | None = None,
    composer: ComposerView | None = None,
) -> ThreadView:
    """The conversation with its newest page of messages, or with those that were asked for."""
    asked = asked or AskedSpan()
    account_sid, conversation = who.account_sid, thread.conversation
    assert conversation.id is not None
    span = span_of(session, account_sid, conversation.id, asked)
    shown = span.messages
    state = state_view(session, who, thread, composer)
    return ThreadView(
        **vars(state),
        title=title_name(thread.contact, thread.address),
        unread=conversation.unread,
        newest=max((message.id or 0 for message in shown), default=0),
        bubbles=bubbles(shown, _thread_data(session, account_sid, thread, shown, state.name)),
        older=span.older,
        newer=span.newer,
        found=asked.found.id if asked.found else None,
        cursor=cursor.written(positions.newest(session, account_sid)),
    )


def bubbles_of(session: Session, account_sid: str, thread: Thread, messages: list[Message]) -> list[Bubble]:
    """Bubbles of some of the conversation's messages, in fifteen queries at most whatever their number."""
    name = thread.contact.shown_name or shown_address(thread.contact, thread.address)
    return bubbles(messages, _thread_data(session, account_sid, thread, messages, name))


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
    people = agents.names(session, account_sid)
    resends = resend_data(session, account_sid, messages)
    suppressed = thread.address.opt_out_record_id is not None
    carried = {number for message in messages for url in message.media_urls if (number := referred(url)) is not None}
    ours = hosted_files.files(session, account_sid, carried)
    flagged = said_in_message.flagged(session, account_sid, messages)
    siblings = siblings_of(session, account_sid, messages)
    return ThreadData(
        files, quoted, people, customer, thread.conversation, resends, ours, suppressed, flagged, siblings
    )
