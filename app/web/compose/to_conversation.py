"""`/conversations/<id>/template`: send an approved template, which a closed reply window lets through."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.gate import facts
from app.domain.gate import rules as gate
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.sending import outbox
from app.store.conversations.threads import Thread
from app.store.database import Session
from app.store.failures import replaceable
from app.web.compose import audience as audiences
from app.web.compose import faults, sending
from app.web.compose import form as draft_form
from app.web.compose.form import DraftForm, Typed
from app.web.compose.suggestions import suggestions
from app.web.conversations.composer import compose_token, request_key
from app.web.conversations.load import of_thread
from app.web.shell.current_user import allowed
from app.web.shell.services import services
from app.web.words.contact_names import shown_address
from app.web.words.gettext import _
from app.web.words.refusals import Sentence, refusal
from app.web.words.reply_window import WindowView, window_view

blueprint = Blueprint("template_to", __name__)


@dataclass(frozen=True)
class TemplateToView:
    """To whom; then the form, or `why_not` with what was typed in vain."""

    conversation_id: int
    name: str
    window: WindowView
    form: DraftForm | None = None
    last_at: datetime | None = None
    why_not: Sentence | None = None
    kept: list[str] = field(default_factory=list)


@blueprint.get("/conversations/<int:conversation>/template")
def page(conversation: int) -> ResponseReturnValue:
    """The form."""
    return _page(allowed("message.send"), conversation)


@blueprint.post("/conversations/<int:conversation>/template")
def send(conversation: int) -> ResponseReturnValue:
    """Send the template: to the new message, or 422 with all that was typed."""
    who, typed = allowed("message.send"), draft_form.typed()
    if wrong := faults.wrong_in(typed):
        return _page(who, conversation, typed, wrong), 422
    draft = draft_form.draft_of(typed)
    key = request_key(who, conversation, request.form.get("compose_token", ""), _written(draft))
    if key is None:
        return _page(who, conversation, typed, refused=Decision(False, "form_stale")), 422
    asked = services().database.write(
        lambda session: sending.unless_changed(
            session, who, typed, lambda: outbox.enqueue(session, who, conversation, draft, key)
        )
    )
    if asked.decision.rule == "conversation_unknown":
        abort(404)
    if asked.message_id is None:
        return _page(who, conversation, typed, refused=asked.decision), 422
    return redirect(f"/conversations/{conversation}#m-{asked.message_id}", 303)


def _written(draft: Draft) -> str:
    return json.dumps([draft.content_sid, draft.content_variables])


def _page(
    who: Actor,
    conversation: int,
    typed: Typed | None = None,
    wrong: dict[str, str] | None = None,
    refused: Decision | None = None,
) -> str:
    def read(session: Session, thread: Thread) -> str:
        about = facts.of_conversation(session, who.account_sid, thread.conversation, thread.address)
        refusing = gate.unreachable(about, now(), known=False)
        why_not = refusal(refusing.rule) if refusing else None
        view = TemplateToView(
            conversation_id=conversation,
            name=thread.contact.shown_name or shown_address(thread.contact, thread.address),
            window=window_view(thread.conversation.last_inbound_at, now()),
            form=None if why_not else _form(session, who, thread, typed, wrong or {}, refused),
            last_at=replaceable.last_to(session, who.account_sid, conversation),
            why_not=why_not,
            kept=typed.kept if typed and why_not else [],
        )
        return render_template("compose/to_conversation.html", view=view)

    return of_thread(conversation, read)


def _form(
    session: Session, who: Actor, thread: Thread, typed: Typed | None, wrong: dict[str, str], refused: Decision | None
) -> DraftForm:
    number = thread.conversation.id or 0
    typed = typed or Typed(content_sid=request.args.get("template", "")[:40])
    return DraftForm(
        action=f"/conversations/{number}/template",
        back=f"/conversations/{number}",
        send=_("Send the template"),
        typed=typed,
        suggestions=suggestions(session, who.account_sid),
        token=compose_token(session, who, number),
        wrong=wrong,
        refused=refusal(refused.rule) if refused else None,
        picker=sending.picker_for(session, who, audiences.of_conversation(session, who, number), typed, wrong),
    )
