"""`/conversations/<id>`: one conversation, as a page and in parts."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template, request

from app.domain.sending import error_effects
from app.store.conversations import threads
from app.store.conversations.threads import Thread
from app.store.database import Session
from app.store.feed import positions
from app.store.feed.positions import Position
from app.store.tables import FeedEvent, Message
from app.web.conversations.composer import composer_view
from app.web.conversations.load import of_thread
from app.web.conversations.view import bubbles_of, thread_view
from app.web.inbox.list import asked_filter, list_view
from app.web.live import cursor
from app.web.messages.timeline import timeline
from app.web.shell.current_user import actor, allowed
from app.web.shell.requests import ROW
from app.web.shell.services import services

blueprint = Blueprint("conversations", __name__)

CURSOR = "X-Live-Cursor"
COMPOSER_STATE = "X-Composer-State"
CONTACT_CHANGED = "X-Contact-Changed"


blueprint.add_app_template_filter(error_effects.told_by_code)


@blueprint.get(f"/conversations/<{ROW}:conversation>")
def page(conversation: int) -> str:
    """The inbox with this conversation open."""
    who, wanted = actor(), asked_filter(actor())

    def read(session: Session, thread: Thread) -> str:
        shown = thread_view(session, who, thread, _before(session, thread))
        listed = list_view(session, who.account_sid, wanted)
        return render_template("inbox/page.html", inbox=listed, thread=shown)

    return of_thread(conversation, read)


@blueprint.get(f"/conversations/<{ROW}:conversation>/pane")
def pane(conversation: int) -> str:
    """Thread and contact, to stand beside the list."""
    who = actor()
    return of_thread(
        conversation,
        lambda session, thread: render_template("conversations/_opened.html", thread=thread_view(session, who, thread)),
    )


@blueprint.get(f"/conversations/<{ROW}:conversation>/messages")
def older(conversation: int) -> str:
    """The messages that come before `before`."""
    who = actor()

    def read(session: Session, thread: Thread) -> str:
        before = _before(session, thread) or abort(404)
        return render_template("conversations/_older.html", thread=thread_view(session, who, thread, before))

    return of_thread(conversation, read)


@blueprint.get(f"/conversations/<{ROW}:conversation>/changes")
def changes(conversation: int) -> Response:
    """The bubbles that are new or changed since the cursor `after`; headers say how far this goes, and what else is."""
    after, who = cursor.read(request.args.get("after", "")) or Position(), actor()

    def read(session: Session, thread: Thread) -> Response:
        events = threads.changed_after(session, who.account_sid, conversation, after)
        changed = {event.message_id for event in events if event.message_id is not None}
        found = threads.by_ids(session, who.account_sid, conversation, changed)
        shown = bubbles_of(session, who.account_sid, thread, _with_related(session, thread, found))
        response = make_response(render_template("messages/_bubbles.html", bubbles=shown))
        # A full page of events may not be all of them: the next question goes on where this one ended.
        full = len(events) == threads.CHANGES
        reached = positions.position_of(events[-1]) if full else positions.newest(session, who.account_sid)
        response.headers[CURSOR] = cursor.written(max(reached, after))
        response.headers[COMPOSER_STATE] = composer_view(session, who, thread).state
        response.headers[CONTACT_CHANGED] = "1" if _concerns_contact(events, found) else "0"
        return response

    return of_thread(conversation, read)


@blueprint.get(f"/conversations/<{ROW}:conversation>/composer")
def composer(conversation: int) -> str:
    """The composer as it stands now."""
    who = actor()
    return of_thread(
        conversation,
        lambda session, thread: render_template(
            "conversations/_composer.html", composer=composer_view(session, who, thread)
        ),
    )


@blueprint.get(f"/conversations/<{ROW}:conversation>/contact")
def contact(conversation: int) -> str:
    """The contact panel as it stands now."""
    who = actor()
    return of_thread(
        conversation,
        lambda session, thread: render_template(
            "conversations/_contact.html", thread=thread_view(session, who, thread)
        ),
    )


@blueprint.get(f"/messages/<{ROW}:message>/timeline")
def message_timeline(message: int) -> str:
    """What happened to one message."""
    account_sid = allowed("conversation.read").account_sid

    def read(session: Session) -> str:
        found = threads.message(session, account_sid, message) or abort(404)
        return render_template("messages/_timeline.html", timeline=timeline(session, account_sid, found))

    return services().database.read(read)


def _concerns_contact(events: list[FeedEvent], changed: list[Message]) -> bool:
    """Whether the panel beside the thread shows something else by now: consent, files, owner, open or closed."""
    kinds = {event.word if event.kind == "conversation" else event.kind for event in events}
    files = any(message.direction == "inbound" and message.num_media for message in changed)
    return files or bool(kinds & {"consent", "media", "assigned", "unassigned", "closed", "reopened"})


def _with_related(session: Session, thread: Thread, changed: list[Message]) -> list[Message]:
    """Beside what changed, what shows it too: what it was sent again for, and what waits its turn behind it."""
    if not changed:
        return []
    account_sid, conversation = thread.conversation.account_sid, changed[0].conversation_id
    related = threads.ready_to(session, account_sid, thread.address.address)
    related |= {message.resend_of for message in changed if message.resend_of is not None}
    known = {message.id for message in changed}
    return changed + threads.by_ids(session, account_sid, conversation, related - known)


def _before(session: Session, thread: Thread) -> Message | None:
    number = request.args.get("before", type=int)
    if number is None or not 0 < number < 2**63:
        return None
    found = threads.message(session, thread.conversation.account_sid, number)
    return found if found and found.conversation_id == thread.conversation.id else None
