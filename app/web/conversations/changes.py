"""What a person does with a conversation: see it, assign it, close it; and takes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar, cast

from flask import Blueprint, Response, abort, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from app.domain.conversations import changes as conversations
from app.domain.conversations.changes import (
    NOBODY,
    AgentUnknown,
    ChangedMeanwhile,
    ConversationState,
    ConversationUnknown,
    Former,
)
from app.store.conversations.threads import Thread
from app.store.database import Session
from app.web.conversations.load import of_thread
from app.web.conversations.state import state_view
from app.web.shell.current_user import actor, allowed
from app.web.shell.error_pages import Explanation, explain
from app.web.shell.requests import request, row_number
from app.web.shell.services import services
from app.web.words.gettext import N_

blueprint = Blueprint("conversation_changes", __name__)

T = TypeVar("T")

# The conversation that is on the sender's screen; '' when none is.
OPEN = "X-Switchboard-Open"
MEANWHILE = Explanation(
    N_("Not undone: somebody has changed this conversation meanwhile."), N_("It stays as they left it.")
)
NOT_AN_OWNER = Explanation(
    N_("This person can't be given conversations: they are disabled, or may only read."), N_("Choose somebody else.")
)


@dataclass(frozen=True)
class Done:
    """What was done, for the sentence that says so, and the fields that ask the same verb for what was before."""

    verb: Literal["assign", "state"]
    fields: dict[str, str]

    @classmethod
    def of_assignment(cls, former: Former | None, agent_id: int | None) -> Done | None:
        """None where nothing was changed."""
        agent = str(former.assigned_agent_id or "") if former else ""
        return cls("assign", {"agent": agent, "expected": str(agent_id or "")}) if former else None

    @classmethod
    def of_state(cls, former: Former | None, state: ConversationState) -> Done | None:
        """None where nothing was changed."""
        return cls("state", {"state": former.state, "expected": state}) if former else None


@blueprint.post("/conversations/<int:conversation>/read")
def read(conversation: int) -> Response:
    """Everything up to message `seen` was on the person's screen."""
    who, seen = actor(), request.form.get("seen", type=row_number)
    _do(lambda session: conversations.mark_read(session, who, conversation, seen))
    return Response(status=204)


@blueprint.get("/conversations/<int:conversation>/assign")
def assignment(conversation: int) -> str:
    """The people to choose from, for the dialog that assigns."""
    who = allowed("conversation.change")
    return of_thread(
        conversation,
        lambda session, thread: render_template("conversations/_assign.html", thread=state_view(session, who, thread)),
    )


@blueprint.post("/conversations/<int:conversation>/assign")
def assign(conversation: int) -> AnyResponse:
    """Give it to `agent`, or to nobody when that is empty; with `expected`, from nobody else than that."""
    who, agent, expected = actor(), request.form.get("agent", ""), request.form.get("expected")
    number, holder = request.form.get("agent", type=row_number), request.form.get("expected", type=row_number)
    if (agent and number is None) or (expected and holder is None):
        abort(400)
    holder = NOBODY if expected == "" else holder
    former = _do(lambda session: conversations.assign(session, who, conversation, number, holder))
    return _changed(conversation, Done.of_assignment(former, number))


@blueprint.post("/conversations/<int:conversation>/state")
def state(conversation: int) -> AnyResponse:
    """Close or reopen it; with `expected`, only if it still is that."""
    who, wanted, expected = actor(), request.form.get("state"), request.form.get("expected")
    if wanted not in ("open", "closed") or expected not in ("open", "closed", None):
        abort(400)
    to, still = cast(ConversationState, wanted), cast("ConversationState | None", expected)
    former = _do(lambda session: conversations.set_state(session, who, conversation, to, still))
    return _changed(conversation, Done.of_state(former, to))


def _do(verb: Callable[[Session], T]) -> T:
    try:
        return services().database.write(verb)
    except ConversationUnknown:
        abort(404)
    except AgentUnknown:
        abort(explain(400, NOT_AN_OWNER))
    except ChangedMeanwhile:
        abort(explain(409, MEANWHILE))


def _changed(conversation: int, done: Done | None) -> AnyResponse:
    """What was done with a way back; bar and contact panel anew where they are on the screen. The draft stays."""
    if not request.htmx:
        return redirect(f"/conversations/{conversation}", 303)
    who = actor()
    is_open = request.headers.get(OPEN, str(conversation)) == str(conversation)

    def read(session: Session, thread: Thread) -> Response:
        shown = state_view(session, who, thread)
        return make_response(render_template("conversations/_changed.html", thread=shown, done=done, is_open=is_open))

    return of_thread(conversation, read)
