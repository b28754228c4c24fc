"""`POST /conversations/<id>/pending-reply`: keep a reply until the customer answers."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template
from werkzeug.wrappers import Response

from app.domain.actor import Actor
from app.domain.sending import pending_reply
from app.domain.sending.pending_reply import Kept
from app.store.conversations import threads
from app.store.conversations.threads import Thread
from app.store.database import Session
from app.web.conversations.composer import composer_view, request_key
from app.web.conversations.load import of_thread
from app.web.conversations.reply import refused, typed_body
from app.web.conversations.view import bubbles_of
from app.web.media.attached import named
from app.web.shell.current_user import allowed
from app.web.shell.requests import request, row_number
from app.web.shell.services import services

blueprint = Blueprint("pending_replies", __name__)


@blueprint.post("/conversations/<int:conversation>/pending-reply")
def keep(conversation: int) -> Response:
    """Keep it; answers with a fresh composer and the bubbles that changed, or with the composer and why not (422)."""
    who, body, files = allowed("message.send"), typed_body(), named("file")
    replaces = request.form.get("replaces", type=row_number)
    key = request_key(who, conversation, request.form.get("compose_token", ""), body, files)
    if key is None:
        return refused(who, conversation, body, "form_stale", files=files)
    asked = services().database.write(
        lambda session: pending_reply.keep(session, who, conversation, body, key, file_ids=files, replaces=replaces)
    )
    if asked.rule == "conversation_unknown":
        abort(404)
    if not asked.message_ids:
        return refused(who, conversation, body, asked.rule, replaces=asked.waiting, files=files)
    if not request.htmx:
        return redirect(f"/conversations/{conversation}#m-{asked.message_ids[-1]}", 303)
    return _kept(who, conversation, asked)


def _kept(who: Actor, conversation: int, asked: Kept) -> Response:
    def read(session: Session, thread: Thread) -> Response:
        kept = threads.by_ids(session, who.account_sid, conversation, set(asked.message_ids))
        shown = bubbles_of(session, who.account_sid, thread, kept)
        composer = composer_view(session, who, thread)
        return make_response(render_template("conversations/_sent.html", composer=composer, bubbles=shown))

    return of_thread(conversation, read)
