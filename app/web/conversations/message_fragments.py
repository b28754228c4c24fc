"""`GET /messages/<id>/bubble`, `/line`: one message of ours as it stands now, for what asks again by itself."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from app.store.conversations import threads
from app.store.conversations.threads import Thread
from app.store.database import Session
from app.store.failures import by_code
from app.web.conversations.load import of_thread
from app.web.conversations.view import bubbles_of
from app.web.messages.case_line import case_view
from app.web.shell.current_user import allowed
from app.web.shell.services import services

blueprint = Blueprint("one_message", __name__)


@blueprint.get("/messages/<int:message>/bubble")
def bubble(message: int) -> str:
    """The message as its thread shows it."""
    account_sid = allowed("conversation.read").account_sid
    there = services().database.read(lambda session: threads.message(session, account_sid, message)) or abort(404)

    def read(session: Session, thread: Thread) -> str:
        found = threads.message(session, account_sid, message) or abort(404)
        (shown,) = bubbles_of(session, account_sid, thread, [found])
        return render_template("messages/_bubble.html", bubble=shown)

    return of_thread(there.conversation_id, read)


@blueprint.get("/messages/<int:message>/line")
def line(message: int) -> str:
    """The message as the failures page shows it."""
    who = allowed("conversation.read")

    def read(session: Session) -> str:
        found = by_code.case(session, who.account_sid, message) or abort(404)
        return render_template("messages/_case.html", case=case_view(session, who, found))

    return services().database.read(read)
