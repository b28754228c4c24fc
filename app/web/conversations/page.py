"""`/conversations/<id>`: one conversation, as a page and in parts."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.sending import error_effects
from app.store import contact_joins
from app.store.conversations import threads
from app.store.conversations.threads import Thread
from app.store.database import Session
from app.store.feed import positions
from app.store.feed.positions import Position
from app.store.messages import rows as messages
from app.store.tables import Message
from app.web.conversations.composer import composer_view
from app.web.conversations.load import of_thread
from app.web.conversations.span import asked_span
from app.web.conversations.state import state_view
from app.web.conversations.view import bubbles_of, thread_view
from app.web.inbox.list import asked_filter, list_view
from app.web.live import cursor
from app.web.media.attached import named
from app.web.messages import parts
from app.web.messages.timeline import timeline
from app.web.shell.current_user import actor, allowed
from app.web.shell.services import services

blueprint = Blueprint("conversations", __name__)

CURSOR, MORE = "X-Live-Cursor", "X-Live-More"
# Events of one conversation that are read at once.
CHANGES = 200


blueprint.add_app_template_filter(error_effects.told_by_code)


@blueprint.get("/conversations/<int:conversation>")
def page(conversation: int) -> ResponseReturnValue:
    """The inbox with this conversation open; one that was joined leads to the thread that holds its messages now."""
    who, wanted = actor(), asked_filter(actor())

    def read(session: Session, thread: Thread) -> ResponseReturnValue:
        if thread.conversation.state == "joined":
            number = contact_joins.holds_now(session, who.account_sid, thread.conversation)
            return redirect(url_for(".page", conversation=number))
        if thread.conversation.state == "erased":
            return redirect(url_for("privacy.page", contact=thread.conversation.contact_id))
        composer = composer_view(session, who, thread, files=named("attach"))
        shown = thread_view(session, who, thread, asked_span(session, thread), composer)
        listed = list_view(session, who.account_sid, wanted)
        return render_template("inbox/page.html", inbox=listed, thread=shown)

    return of_thread(conversation, read)


@blueprint.get("/conversations/<int:conversation>/pane")
def pane(conversation: int) -> str:
    """Thread and contact, to stand beside the list."""
    who = actor()

    def read(session: Session, thread: Thread) -> str:
        shown = thread_view(session, who, thread, asked_span(session, thread))
        return render_template("conversations/_opened.html", thread=shown)

    return of_thread(conversation, read)


@blueprint.get("/conversations/<int:conversation>/messages")
def further(conversation: int) -> str:
    """The messages that come before `before`, or after `after`."""
    who = actor()

    def read(session: Session, thread: Thread) -> str:
        asked = asked_span(session, thread)
        if asked.before is None and asked.after is None:
            abort(404)
        template = "conversations/_older.html" if asked.after is None else "conversations/_newer.html"
        return render_template(template, thread=thread_view(session, who, thread, asked))

    return of_thread(conversation, read)


@blueprint.get("/conversations/<int:conversation>/changes")
def changes(conversation: int) -> Response:
    """The bubbles that are new or changed since the cursor `after`; headers say how far this goes, and of more."""
    after = cursor.read(request.args.get("after", "")) or Position()
    who = actor()
    account_sid = who.account_sid

    def read(session: Session, thread: Thread) -> Response:
        came = positions.after(session, account_sid, after, CHANGES, conversation_id=conversation)
        changed = {event.message_id for event in came.events if event.message_id is not None}
        found = threads.by_ids(session, account_sid, conversation, changed)
        shown = bubbles_of(session, account_sid, thread, _with_related(session, thread, found))
        response = make_response(render_template("messages/_bubbles.html", bubbles=shown))
        # A full page of events may not be all of them: the next question goes on where this one ended.
        reached = came.position if came.cut else positions.newest(session, account_sid)
        response.headers[CURSOR] = cursor.written(reached)
        if came.cut:
            response.headers[MORE] = "1"
        return response

    return of_thread(conversation, read)


@blueprint.get("/conversations/<int:conversation>/state")
def state(conversation: int) -> str:
    """What stands around the messages, as it is now: bar, composer and contact panel."""
    who = actor()
    return of_thread(
        conversation,
        lambda session, thread: render_template("conversations/_state.html", thread=state_view(session, who, thread)),
    )


@blueprint.get("/messages/<int:message>/timeline")
def message_timeline(message: int) -> str:
    """The timeline of one message."""
    account_sid = allowed("conversation.read").account_sid

    def read(session: Session) -> str:
        found = threads.message(session, account_sid, message) or abort(404)
        return render_template("messages/_timeline.html", timeline=timeline(session, account_sid, found))

    return services().database.read(read)


def _with_related(session: Session, thread: Thread, changed: list[Message]) -> list[Message]:
    """Beside what changed, what shows it too: what it was sent again for, and what waits its turn behind it."""
    if not changed:
        return []
    account_sid, conversation = thread.conversation.account_sid, changed[0].conversation_id
    related = threads.ready_to(session, account_sid, thread.conversation.contact_id)
    related |= {message.resend_of for message in changed if message.resend_of is not None}
    keys = parts.last_keys(changed)
    related |= {found.id for found in messages.by_request_keys(session, account_sid, keys) if found.id is not None}
    known = {message.id for message in changed}
    return changed + threads.by_ids(session, account_sid, conversation, related - known)
