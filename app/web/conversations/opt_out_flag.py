"""`POST /messages/<id>/…`: what an agent says of a message that may be an opt-out."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue

from app.domain.actor import Actor
from app.domain.consent import said_in_message
from app.store.conversations import threads
from app.store.database import Session
from app.web.conversations.view import bubbles_of
from app.web.shell.current_user import allowed
from app.web.shell.requests import request
from app.web.shell.services import services

blueprint = Blueprint("opt_out_flag", __name__)


@blueprint.post("/messages/<int:message>/is-opt-out")
def is_opt_out(message: int) -> ResponseReturnValue:
    """It is one: record it."""
    return _decide(message, said_in_message.record_opt_out)


@blueprint.post("/messages/<int:message>/is-no-opt-out")
def is_no_opt_out(message: int) -> ResponseReturnValue:
    """It is none: don't ask again."""
    return _decide(message, said_in_message.dismiss)


def _decide(message: int, verb: Callable[[Session, Actor, int], bool]) -> ResponseReturnValue:
    who = allowed("consent.record")
    services().database.write(lambda session: verb(session, who, message))

    def read(session: Session) -> ResponseReturnValue:
        found = threads.message(session, who.account_sid, message) or abort(404)
        if not request.htmx:
            return redirect(f"/conversations/{found.conversation_id}#m-{message}", 303)
        thread = threads.thread(session, who.account_sid, found.conversation_id) or abort(404)
        (shown,) = bubbles_of(session, who.account_sid, thread, [found])
        return render_template("messages/_bubble.html", bubble=shown)

    return services().database.read(read)
