"""`POST /messages/<id>/fetch-again`: try again for a customer's file that could not be had."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template
from werkzeug.wrappers import Response

from app.domain.media import inbound as inbound_media
from app.store.conversations import threads
from app.store.conversations.threads import Thread
from app.store.database import Session
from app.web.conversations.load import of_thread
from app.web.conversations.view import bubbles_of
from app.web.shell.current_user import actor
from app.web.shell.requests import request
from app.web.shell.services import services

blueprint = Blueprint("file_actions", __name__)


@blueprint.post("/messages/<int:message>/fetch-again")
def fetch_again(message: int) -> Response:
    """Want the message's files again; its bubble, or its thread without scripts, says so."""
    who = actor()
    there = services().database.read(lambda session: threads.message(session, who.account_sid, message)) or abort(404)
    services().database.write(lambda session: inbound_media.want_again(session, who, message))
    if not request.htmx:
        return redirect(f"/conversations/{there.conversation_id}#m-{message}", 303)

    def read(session: Session, thread: Thread) -> str:
        found = threads.message(session, who.account_sid, message) or abort(404)
        (shown,) = bubbles_of(session, who.account_sid, thread, [found])
        return render_template("messages/_bubble.html", bubble=shown)

    return make_response(of_thread(there.conversation_id, read))
