"""`/messages/<id>/again`: send another text, template or files in place of a message that did not arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.contacts.session_window import window
from app.domain.failures import gate_answers
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.media import failure_causes
from app.domain.sending import resend
from app.domain.sending.outbox import Enqueued
from app.store.conversations import threads
from app.store.database import Session
from app.store.failures import by_code
from app.store.failures.by_code import Case
from app.store.messages.resends import is_called_off
from app.store.tables import Message
from app.web.compose import audience as audiences
from app.web.compose import faults, sending
from app.web.compose import form as draft_form
from app.web.compose.form import TEMPLATE, TEXT, DraftForm, Typed
from app.web.compose.suggestions import suggestions
from app.web.messages.attachments import hosted_names
from app.web.messages.failure_box import FailureBox, Known, failure_box_of
from app.web.shell.current_user import allowed
from app.web.shell.services import services
from app.web.words.contact_names import shown_address
from app.web.words.gettext import _
from app.web.words.refusals import Sentence, refusal
from app.web.words.times import clock

blueprint = Blueprint("again", __name__)


@dataclass(frozen=True)
class ResendPage:
    """What the failed message was and why it failed; then the form, or `why_not` with what was typed in vain."""

    conversation_id: int
    name: str
    at: datetime
    body: str
    was: Typed
    values: tuple[tuple[str, str], ...]
    trouble: FailureBox | None
    form: DraftForm | None = None
    why_not: Sentence | None = None
    again: Message | None = None
    kept: list[str] = field(default_factory=list)
    file_names: Mapping[str, str] = field(default_factory=dict)


@blueprint.get("/messages/<int:message>/again")
def page(message: int) -> ResponseReturnValue:
    """The page of a failed message: what it was, why it failed, and the form; `as` says which kind comes first."""
    return _page(allowed("message.send"), message)


@blueprint.post("/messages/<int:message>/again")
def send(message: int) -> ResponseReturnValue:
    """Send what was typed in its place: to the new message, or 422 with all that was typed."""
    who = allowed("message.send")
    typed = draft_form.typed(draft_form.of_message(_case(who, message).message))
    if wrong := faults.wrong_in(typed):
        return _page(who, message, typed, wrong), 422
    draft = draft_form.draft_of(typed)
    asked = services().database.write(
        lambda session: sending.unless_changed(
            session, who, typed, lambda: resend.send_changed(session, who, message, draft)
        )
    )
    made = _made(who, asked)
    if made is None:
        return _page(who, message, typed, refused=asked.decision), 422
    if asked.repeated and not _is(made, draft):
        return _page(who, message, typed), 422
    return redirect(f"/conversations/{made.conversation_id}#m-{made.id}", 303)


def _case(who: Actor, message: int) -> Case:
    return services().database.read(lambda session: by_code.case(session, who.account_sid, message)) or abort(404)


def _made(who: Actor, asked: Enqueued) -> Message | None:
    number = asked.message_id
    if number is None:
        return None
    return services().database.read(lambda session: threads.message(session, who.account_sid, number))


def _is(message: Message, draft: Draft) -> bool:
    """The message is what the draft says, and not what somebody else sent in its place before."""
    body = "" if message.content_sid else message.body
    held, files = (body, message.content_sid), tuple(message.media_urls)
    same_values = message.content_variables == dict(draft.content_variables)
    return held == (draft.body, draft.content_sid) and files == draft.media_urls and same_values


def _page(
    who: Actor,
    message: int,
    typed: Typed | None = None,
    wrong: dict[str, str] | None = None,
    refused: Decision | None = None,
) -> str:
    def read(session: Session) -> str:
        case = by_code.case(session, who.account_sid, message) or abort(404)
        view = _view(session, who, case, typed, wrong or {}, refused)
        return render_template("compose/resend.html", view=view)

    return services().database.read(read)


def _view(
    session: Session,
    who: Actor,
    case: Case,
    typed: Typed | None,
    wrong: dict[str, str],
    refused: Decision | None,
) -> ResendPage:
    why_not, base_url = _why_not(session, case), services().settings.public_base_url
    names = hosted_names(session, case.message.account_sid, case.message.media_urls)
    why, form = failure_causes.causes(session, case.message.account_sid, [case.message]), None
    if why_not is None:
        wrong = wrong or (faults.wrong_by(refused) if refused else {})
        no = refusal(refused.rule) if refused and not wrong else None
        form = replace(_form(session, who, case, typed, wrong, no), file_names=names)
    return ResendPage(
        conversation_id=case.message.conversation_id,
        name=case.contact.shown_name or shown_address(case.contact, case.address),
        at=case.message.occurred_at,
        body=case.message.body,
        was=draft_form.of_message(case.message),
        values=tuple((draft_form.braced(name), value) for name, value in Draft.of(case.message).content_variables),
        trouble=failure_box_of(case.message, Known(cause=why.get(case.message.id or 0), base_url=base_url)),
        form=form,
        why_not=why_not,
        again=case.resent_as,
        kept=typed.kept if typed and why_not else [],
        file_names=names,
    )


def _why_not(session: Session, case: Case) -> Sentence | None:
    if not resend.may_be_sent_again(case.message):
        return refusal("not_to_be_sent_again")
    answer = gate_answers.of(session, case.message.account_sid, [case.message])[case.message.id or 0]
    if answer.opted_out:
        return refusal(answer.template)
    if case.resent_as is not None and not is_called_off(case.resent_as):
        return Sentence(
            _("It was sent again at %(time)s.", time=clock(case.resent_as.occurred_at)),
            _("It is sent in place of only once. What the new message became is shown with it."),
        )
    return None


def _form(
    session: Session,
    who: Actor,
    case: Case,
    typed: Typed | None,
    wrong: dict[str, str],
    refused: Sentence | None,
) -> DraftForm:
    was = draft_form.of_message(case.message)
    audience = audiences.of_message(session, who, case.message.id or 0)
    free = window(case.conversation.last_inbound_at, now()).open
    asked = typed.kind if typed else request.args.get("as", was.kind)
    if typed and typed.kind == TEXT and not free:
        wrong, refused = {}, refusal("window_closed")
    return DraftForm(
        action=f"/messages/{case.message.id}/again",
        back=f"/conversations/{case.message.conversation_id}#m-{case.message.id}",
        send=_("Send the template"),
        typed=typed or was,
        suggestions=suggestions(session, case.message.account_sid),
        free=free,
        first=TEXT if free and asked == TEXT else TEMPLATE,
        wrong=wrong,
        refused=refused,
        picker=sending.picker_for(session, who, audience, typed or was, wrong),
    )
