"""`/messages/new`: begin a conversation with somebody by number, which an approved template does.

The number stands in no address: the browser's own cookie, signed, takes it from the first form to the second.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from app.domain.actor import Actor
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.sending import new_recipient
from app.domain.sending.new_recipient import Recipient
from app.store.conversations.senders import senders
from app.store.database import Session
from app.web.compose import audience as audiences
from app.web.compose import faults, sending
from app.web.compose import form as draft_form
from app.web.compose.form import DraftForm, Typed
from app.web.compose.suggestions import suggestions
from app.web.conversations.composer import compose_token, request_key
from app.web.shell.current_user import allowed
from app.web.shell.services import services
from app.web.words.gettext import _
from app.web.words.refusals import Sentence, recipient_refusal, refusal

blueprint = Blueprint("new_message", __name__)


@dataclass(frozen=True)
class NewMessageView:
    """The recipient to write to, and our sender; `wrong` says why not. With `form` the recipient is settled."""

    to: str
    sender: str
    senders: list[str] = field(default_factory=list)
    wrong: Sentence | None = None
    rule: str = ""
    form: DraftForm | None = None


@blueprint.get("/messages/new")
def page() -> ResponseReturnValue:
    """The form for the recipient."""
    allowed("message.send")
    return _first("", "")


@blueprint.post("/messages/new")
def choose() -> ResponseReturnValue:
    """To the conversation with the recipient where there is one, else on to the form for the template."""
    who, to = allowed("message.send"), request.form.get("to", "")[:200]
    sender = request.form.get("from", "")
    found = _find(who, to, sender)
    if isinstance(found, Decision):
        return _first(to, sender, found), 422
    if found.conversation_id is not None:
        return redirect(f"/conversations/{found.conversation_id}", 303)
    session[audiences.CHOSEN] = [found.address, found.sender]
    return redirect("/messages/new/template", 303)


@blueprint.get("/messages/new/template")
def template() -> ResponseReturnValue:
    """The form for the template to the recipient who was chosen."""
    who, chosen = allowed("message.send"), audiences.chosen()
    if chosen is None:
        return redirect("/messages/new", 303)
    return _second(who, *chosen)


@blueprint.post("/messages/new/template")
def send() -> ResponseReturnValue:
    """Send the template: to the new conversation, or 422 with all that was typed."""
    who, chosen, typed = allowed("message.send"), audiences.chosen(), draft_form.typed()
    if chosen is None:
        return redirect("/messages/new", 303)
    to, sender = chosen
    if wrong := faults.wrong_in(typed):
        return _second(who, to, sender, typed, wrong), 422
    draft = draft_form.draft_of(typed)
    key = request_key(who, 0, request.form.get("compose_token", ""), _written(to, sender, draft))
    if key is None:
        return _second(who, to, sender, typed, refused=Decision(False, "form_stale")), 422
    asked = services().database.write(
        lambda rows: sending.unless_changed(
            rows, who, typed, lambda: new_recipient.enqueue(rows, who, to, sender, draft, key)
        )
    )
    if asked.message_id is None:
        return _second(who, to, sender, typed, refused=asked.decision), 422
    made = _find(who, to, sender)
    number = made.conversation_id if isinstance(made, Recipient) else None
    return redirect(f"/conversations/{number}#m-{asked.message_id}" if number else "/", 303)


def _find(who: Actor, to: str, sender: str) -> Recipient | Decision:
    return services().database.read(lambda rows: new_recipient.find(rows, who, to, sender))


def _written(to: str, sender: str, draft: Draft) -> str:
    return json.dumps([to, sender, draft.content_sid, draft.content_variables])


def _first(to: str, sender: str, refused: Decision | None = None) -> str:
    settings = services().settings
    known = services().database.read(lambda session: senders(session, settings.twilio_account_sid))
    own = settings.twilio_whatsapp_from
    view = NewMessageView(
        to=to,
        sender=sender,
        senders=sorted({*known, own} - {""}),
        wrong=recipient_refusal(refused.rule) if refused else None,
        rule=refused.rule if refused else "",
    )
    return render_template("compose/to_new_recipient.html", view=view)


def _second(
    who: Actor,
    to: str,
    sender: str,
    typed: Typed | None = None,
    wrong: dict[str, str] | None = None,
    refused: Decision | None = None,
) -> str:
    def read(rows: Session) -> DraftForm:
        return DraftForm(
            action="/messages/new/template",
            back="/",
            send=_("Send the template"),
            typed=typed or Typed(),
            suggestions=suggestions(rows, who.account_sid),
            token=compose_token(rows, who, 0),
            wrong=wrong or {},
            refused=refusal(refused.rule) if refused else None,
            picker=sending.picker_for(rows, who, audiences.of_new(rows, who, to, sender), typed, wrong or {}),
        )

    view = NewMessageView(to=to, sender=sender, form=services().database.read(read))
    return render_template("compose/to_new_recipient.html", view=view)
