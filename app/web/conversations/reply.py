"""`POST /conversations/<id>/messages`: answer the customer."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from app.domain.actor import Actor
from app.domain.sending import together
from app.domain.sending.together import Asked
from app.store.conversations import threads
from app.store.conversations.threads import Thread
from app.store.database import Session
from app.web.conversations.composer import composer_view, request_key
from app.web.conversations.load import of_thread
from app.web.conversations.view import bubbles_of, thread_view
from app.web.inbox.list import asked_filter, list_view
from app.web.media.attached import named
from app.web.shell.current_user import allowed
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.words.refusals import refusal

blueprint = Blueprint("replies", __name__)


@blueprint.post("/conversations/<int:conversation>/messages")
def send(conversation: int) -> AnyResponse:
    """Ask to send; answers with a fresh composer and the new bubble, or with the composer and why not (422)."""
    who, body, files = allowed("message.send"), typed_body(), named("file")
    key = request_key(who, conversation, request.form.get("compose_token", ""), body, files)
    if key is None:
        return refused(who, conversation, body, "form_stale", files=files)
    asked = services().database.write(lambda session: together.enqueue(session, who, conversation, body, files, key))
    if asked.decision.rule == "conversation_unknown":
        abort(404)
    if not asked.message_ids:
        return refused(who, conversation, body, asked.decision.rule, files=files)
    if not request.htmx:
        return redirect(f"/conversations/{conversation}#m-{asked.message_ids[-1]}", 303)
    return _sent(who, conversation, asked)


def typed_body() -> str:
    """The text that was typed. Browsers send line ends as two characters."""
    return request.form.get("body", "").replace("\r\n", "\n")


def _sent(who: Actor, conversation: int, asked: Asked) -> Response:
    def read(session: Session, thread: Thread) -> Response:
        sent = threads.by_ids(session, who.account_sid, conversation, set(asked.message_ids))
        composer = composer_view(session, who, thread, already=sent[0].recorded_at if asked.repeated else None)
        shown = bubbles_of(session, who.account_sid, thread, sent)
        return make_response(render_template("conversations/_sent.html", composer=composer, bubbles=shown))

    return of_thread(conversation, read)


def refused(
    who: Actor,
    conversation: int,
    body: str,
    rule: str,
    replaces: int | None = None,
    files: list[int] | None = None,
) -> Response:
    """422 with all that was typed and attached still there; `replaces` is what the next press calls off."""

    def read(session: Session, thread: Thread) -> Response:
        why = refusal(rule)
        composer = composer_view(session, who, thread, text=body, error=why, replaces=replaces, files=files)
        if request.htmx:
            return make_response(render_template("conversations/_composer.html", composer=composer), 422)
        shown = thread_view(session, who, thread, composer=composer)
        listed = list_view(session, who.account_sid, asked_filter(who))
        return make_response(render_template("inbox/page.html", inbox=listed, thread=shown), 422)

    return of_thread(conversation, read)
