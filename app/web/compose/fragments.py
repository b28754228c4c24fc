"""The sender form's fragments: templates found by what is typed, the chosen one's fields, and the answer to a value."""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask import Blueprint, abort, render_template, session

from app.domain.sending import new_recipient
from app.domain.sending.outbox import Enqueued
from app.domain.templates import groups
from app.store.database import Session
from app.store.templates import rows as templates
from app.web.compose import audience as audiences
from app.web.compose import choosing, faults, picker, sending
from app.web.compose import form as draft_form
from app.web.shell.current_user import allowed
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.words.refusals import recipient_refusal

blueprint = Blueprint("template_choice", __name__, url_prefix="/compose/template")
_OWN_NUMBER = "test_to"


@blueprint.get("/choices")
def choices() -> str:
    """The list of templates that fit what is typed."""
    who = allowed("message.send")
    audience, typed = audiences.by_key(request.args.get("for", ""), who), request.args.get("template", "")[:100]

    def read(rows: Session) -> list[choosing.Choice]:
        return choosing.choices_for(rows, who.account_sid, audience(rows), typed)

    return render_template("compose/_choices.html", choices=services().database.read(read), typed=typed)


@blueprint.post("/fields")
def fields() -> str:
    """The fields of the template that was chosen. What was typed stays while it is the same one in another language."""
    who = allowed("message.send")
    audience, typed = audiences.by_key(request.args.get("for", ""), who), draft_form.typed()

    def read(rows: Session) -> str:
        everything = groups.groups(templates.to_choose_from(rows, who.account_sid))
        same = any({typed.content_sid, typed.values_of} <= {one.sid for one in group.members} for group in everything)
        given = dict(typed.values) if same and typed.values else {}
        given = {name: value for name, value in given.items() if value}
        chosen = picker.picked(rows, who, audience(rows), typed.content_sid, given, None, everything)
        return render_template("compose/_picked.html", picked=chosen, audience=request.args["for"])

    return services().database.read(read)


@blueprint.post("/check")
def check() -> str:
    """What the person gets as it stands now, the gate's answer, and what is wrong with what was typed."""
    who, name = allowed("message.send"), request.headers.get("HX-Trigger-Name", "")
    audience, typed = audiences.by_key(request.args.get("for", ""), who), draft_form.typed()

    def read(rows: Session) -> str:
        given = dict(typed.values or ())
        wrong = faults.wrong_values(typed)
        chosen = picker.picked(rows, who, audience(rows), typed.content_sid, given, wrong) or abort(404)
        # An empty one is told of once somebody was in it.
        told = [field for field in chosen.fields if field.value or field.id == name]
        return render_template("compose/_checked.html", picked=chosen, fields=told)

    return services().database.read(read)


@blueprint.post("/test")
def test() -> str:
    """Send what stands in the form to one's own number, through the same gate; the number is kept in this browser."""
    who, typed, to = allowed("message.send"), draft_form.typed(), request.form.get("test_to", "")[:200]
    session[_OWN_NUMBER] = to
    draft, key = draft_form.draft_of(typed), f"test:{uuid.uuid4().hex}"

    def write(rows: Session) -> Enqueued:
        # The language is the customer's, not of who tries it out.
        tried = replace(typed, remember=False)
        return sending.unless_changed(rows, who, tried, lambda: new_recipient.enqueue(rows, who, to, "", draft, key))

    asked = services().database.write(write)
    refused = None if asked.message_id else recipient_refusal(asked.decision.rule)
    return render_template("compose/_test.html", told=to, refused=refused)


@blueprint.app_context_processor
def _own_number() -> dict[str, str]:
    return {"test_to": str(session.get(_OWN_NUMBER, ""))}
