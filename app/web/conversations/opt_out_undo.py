"""`POST /conversations/<id>/undo-opt-out`: what they wrote was taken for an opt-out, and was none."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template
from werkzeug.wrappers import Response

from app.domain.consent import keyword_undo
from app.web.conversations.composer import composer_view
from app.web.conversations.load import of_thread
from app.web.shell.current_user import allowed
from app.web.shell.requests import request, row_number
from app.web.shell.services import services

blueprint = Blueprint("opt_out_undo", __name__)


@blueprint.post("/conversations/<int:conversation>/undo-opt-out")
def undo(conversation: int) -> Response:
    """Take the opt-out `record` back; answers with the composer as it is then."""
    who, record = allowed("consent.record"), request.form.get("record", type=row_number)
    if record is None:
        abort(400)
    number = of_thread(conversation, lambda session, thread: thread.conversation.id)
    services().database.write(lambda session: keyword_undo.undo(session, who, record, number))
    if not request.htmx:
        return redirect(f"/conversations/{conversation}", 303)
    return of_thread(
        conversation,
        lambda session, thread: make_response(
            render_template("conversations/_composer.html", composer=composer_view(session, who, thread))
        ),
    )
