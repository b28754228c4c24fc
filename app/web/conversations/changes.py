"""What a person does with a conversation: see it, assign it, close it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from app.domain.conversations import changes as conversations
from app.domain.conversations.changes import AgentUnknown, ConversationUnknown
from app.store.database import Session
from app.web.conversations.load import of_thread
from app.web.conversations.state import state_view
from app.web.shell.current_user import actor
from app.web.shell.requests import ROW, request
from app.web.shell.services import services

blueprint = Blueprint("conversation_changes", __name__)


@blueprint.post(f"/conversations/<{ROW}:conversation>/read")
def read(conversation: int) -> Response:
    """Everything up to message `seen` was on the person's screen."""
    who, seen = actor(), request.form.get("seen", type=int)
    _do(lambda session: conversations.mark_read(session, who, conversation, _row(seen)))
    return Response(status=204)


@blueprint.post(f"/conversations/<{ROW}:conversation>/assign")
def assign(conversation: int) -> AnyResponse:
    """Give it to `agent`, or to nobody when that is empty."""
    who, agent = actor(), request.form.get("agent", "")
    number = _row(request.form.get("agent", type=int))
    if agent and number is None:
        abort(400)
    _do(lambda session: conversations.assign(session, who, conversation, number))
    return _changed(conversation)


@blueprint.post(f"/conversations/<{ROW}:conversation>/state")
def state(conversation: int) -> AnyResponse:
    """Close or reopen it."""
    who, wanted = actor(), request.form.get("state")
    if wanted == "closed":
        _do(lambda session: conversations.set_state(session, who, conversation, "closed"))
    elif wanted == "open":
        _do(lambda session: conversations.set_state(session, who, conversation, "open"))
    else:
        abort(400)
    return _changed(conversation)


def _do(verb: Callable[[Session], bool]) -> None:
    try:
        services().database.write(verb)
    except ConversationUnknown:
        abort(404)
    except AgentUnknown:
        abort(400)


def _changed(conversation: int) -> AnyResponse:
    """The bar and the contact panel anew; thread and draft stay as they are."""
    if not request.htmx:
        return redirect(f"/conversations/{conversation}", 303)
    who = actor()
    return of_thread(
        conversation,
        lambda session, thread: make_response(
            render_template("conversations/_changed.html", thread=state_view(session, who, thread))
        ),
    )


def _row(number: int | None) -> int | None:
    """A row's number, or None for what can't be one."""
    return number if number is not None and 0 <= number < 2**63 else None
