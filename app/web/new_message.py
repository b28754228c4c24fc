"""`/messages/new`: begin a conversation with somebody by number, which an approved template does.

The number stands in no address: it is posted from the first form to the second.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.domain import recipients
from app.domain.access import require
from app.domain.actor import Actor
from app.domain.gate import Decision, Draft
from app.domain.recipients import Recipient
from app.store import marks
from app.store.database import Session
from app.web import draft_form
from app.web.composer import compose_token, request_key
from app.web.draft_form import DraftForm, Typed
from app.web.parts import parts
from app.web.session import actor
from app.web.template_suggestions import suggestions
from app.web.texts import _
from app.web.words import Sentence, recipient_refusal, refusal

blueprint = Blueprint("new_message", __name__)
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class NewMessageView:
    """Whom to write to, from which of our senders; `wrong` says why not. With `form` the recipient is settled."""

    to: str
    sender: str
    senders: list[str] = field(default_factory=list)
    wrong: Sentence | None = None
    form: DraftForm | None = None


@blueprint.get("/messages/new")
def page() -> Answer:
    """The form for the recipient."""
    _sender()
    return _first("", "")


@blueprint.post("/messages/new")
def choose() -> Answer:
    """To the conversation with the recipient where there is one, else the form for the template."""
    who, to, sender = _sender(), _to(), _from()
    found = parts().database.read(lambda session: recipients.find(session, who, to, sender))
    if isinstance(found, Decision):
        return _first(to, sender, found), 422
    if found.conversation_id is not None:
        return redirect(f"/conversations/{found.conversation_id}", 303)
    return _second(who, found, sender)


@blueprint.post("/messages/new/template")
def send() -> Answer:
    """Send the template: to the new conversation, or 422 with all that was typed."""
    who, to, sender, typed = _sender(), _to(), _from(), draft_form.typed()
    found = parts().database.read(lambda session: recipients.find(session, who, to, sender))
    if isinstance(found, Decision):
        return _first(to, sender, found), 422
    if wrong := draft_form.wrong_in(typed):
        return _second(who, found, sender, typed, wrong), 422
    draft = draft_form.draft_of(typed)
    key = request_key(who, 0, request.form.get("compose_token", ""), _written(found, sender, draft))
    if key is None:
        return _second(who, found, sender, typed, refused=Decision(False, "form_stale")), 422
    asked = parts().database.write(lambda session: recipients.ask(session, who, to, sender, draft, key))
    if asked.message_id is None:
        return _second(who, found, sender, typed, refused=asked.decision), 422
    made = parts().database.read(lambda session: recipients.find(session, who, to, sender))
    number = made.conversation_id if isinstance(made, Recipient) else None
    return redirect(f"/conversations/{number}#m-{asked.message_id}" if number else "/", 303)


def _written(found: Recipient, sender: str, draft: Draft) -> str:
    return json.dumps([found.address, sender, draft.content_sid, draft.content_variables])


def _sender() -> Actor:
    who = actor()
    require(who, "message.send")
    return who


def _to() -> str:
    return request.form.get("to", "").replace("\x00", "")[:200]


def _from() -> str:
    return request.form.get("from", "") or parts().settings.twilio_whatsapp_from


def _first(to: str, sender: str, refused: Decision | None = None) -> str:
    settings = parts().settings
    known = parts().database.read(lambda session: marks.senders(session, settings.twilio_account_sid))
    own = settings.twilio_whatsapp_from
    view = NewMessageView(
        to=to,
        sender=sender or own,
        senders=sorted({*known, own} - {""}),
        wrong=recipient_refusal(refused.rule) if refused else None,
    )
    return render_template("drafts/new.html", view=view)


def _second(
    who: Actor,
    found: Recipient,
    sender: str,
    typed: Typed | None = None,
    wrong: dict[str, str] | None = None,
    refused: Decision | None = None,
) -> str:
    def read(session: Session) -> DraftForm:
        return DraftForm(
            action="/messages/new/template",
            back="/",
            send=_("Send the template"),
            typed=typed or Typed(),
            suggestions=suggestions(session, who.account_sid),
            token=compose_token(session, who, 0),
            hidden={"to": found.address, "from": sender},
            wrong=wrong or {},
            refused=refusal(refused.rule) if refused else None,
        )

    view = NewMessageView(to=found.address, sender=sender, form=parts().database.read(read))
    return render_template("drafts/new.html", view=view)
