"""`POST /messages/<id>/…`: what a person decides of one message that is not confirmed, or that failed."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, make_response, redirect, render_template
from werkzeug.wrappers import Response

from app.domain.access import may
from app.domain.actor import Actor
from app.domain.failures import remedies
from app.domain.sending import pending_reply, preflight, rehosting, resend, together
from app.domain.sending.outbox import Enqueued
from app.store.conversations import threads
from app.store.database import Session
from app.store.failures import by_code
from app.store.failures.by_code import Case
from app.web.conversations.view import bubbles_of, thread_view
from app.web.inbox.list import asked_filter, list_view
from app.web.messages.case_line import case_view
from app.web.shell.current_user import actor, known_already
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.words.gettext import _
from app.web.words.preflight import theirs_failure
from app.web.words.refusals import Sentence, refusal

blueprint = Blueprint("decisions", __name__)


@blueprint.app_template_global("may")
def viewer_may(verb: str) -> bool:
    """Whether the person who looks at the page may call this verb."""
    who = known_already()
    return who is not None and may(who, verb)


@blueprint.post("/messages/<int:message>/check-again")
def check_again(message: int) -> Response:
    """Compare it with Twilio's list at the worker's next tick."""
    return _settle(message, resend.check_again, _("It is compared with Twilio's list now."))


@blueprint.post("/messages/<int:message>/it-arrived")
def it_arrived(message: int) -> Response:
    """Mark an unconfirmed message as arrived, since somebody knows that it did."""
    return _settle(message, resend.it_arrived, _("It is marked as arrived."))


@blueprint.post("/messages/<int:message>/not-sure")
def not_sure(message: int) -> Response:
    """Take back that a message arrived."""
    return _settle(message, resend.not_sure, _("It is not confirmed again."))


@blueprint.post("/messages/<int:message>/call-off")
def call_off(message: int) -> Response:
    """Don't send a message that is held: for the customer's answer, or for its file."""
    return _settle(message, pending_reply.call_off, _("It won't be sent."))


@blueprint.post("/messages/<int:message>/try-again")
def try_again(message: int) -> Response:
    """Check the files of a message that is held now."""
    return _settle(message, preflight.try_again, _("Its file is checked now."))


@blueprint.post("/messages/<int:message>/undo")
def undo(message: int) -> Response:
    """Cancel what has not left yet of the messages that were sent as one thing with this one."""

    def verb(session: Session, who: Actor, number: int) -> bool:
        return together.undo(session, who, number) > 0

    return _settle(message, verb, _("What had not left yet is cancelled."))


@blueprint.post("/messages/<int:message>/record-opt-out")
def record_opt_out(message: int) -> Response:
    """Record the opt-out that its error code tells of."""
    return _settle(message, remedies.record_opt_out, _("The opt-out is recorded."))


@blueprint.post("/messages/<int:message>/send-again")
def send_again(message: int) -> Response:
    """Send it as a new message that is linked to it, through the gate; a refusal names the way out."""
    who = actor()
    case = _case(who, message)
    asked: Enqueued = services().database.write(lambda session: resend.send_again(session, who, message))
    if asked.message_id is None:
        return _refused(who, case, refusal(asked.decision.rule))
    return _answer(who, case, _("It was sent again."), asked.message_id)


@blueprint.post("/messages/<int:message>/rehost")
def rehost(message: int) -> Response:
    """Bring its files here from somebody else's URLs, and send it again with ours; else say what is wrong with them."""
    who, held = actor(), services()
    case = _case(who, message)
    found, asked = rehosting.resend_ours(
        held.database, held.media_store, held.public_url, who, message, held.settings.media_document_mb * 1024 * 1024
    )
    if asked is None:
        return _refused(who, case, theirs_failure(found.failure, found.seen))
    if asked.message_id is None:
        return _refused(who, case, refusal(asked.decision.rule))
    return _answer(who, case, _("It was sent again, with the file from here."), asked.message_id)


def _settle(message: int, verb: Callable[[Session, Actor, int], bool], done: str) -> Response:
    who = actor()
    case = _case(who, message)
    changed = services().database.write(lambda session: verb(session, who, message))
    return _answer(who, case, done if changed else _("It was settled already."))


def _case(who: Actor, message: int) -> Case:
    return services().database.read(lambda session: by_code.case(session, who.account_sid, message)) or abort(404)


def _from_failures() -> bool:
    return request.form.get("from") == "failures"


def _answer(who: Actor, case: Case, told: str, new: int | None = None) -> Response:
    message = case.message
    if _from_failures():
        if request.htmx:
            return make_response(_line(who, case, told))
        flash(told)
        return redirect(f"/failures/{message.error_code or message.reason}" if message.error_code else "/failures", 303)
    if request.htmx:
        return make_response(_bubbles(who, case, new))
    return redirect(f"/conversations/{message.conversation_id}#m-{new or message.id}", 303)


def _refused(who: Actor, case: Case, why: Sentence) -> Response:
    if _from_failures():
        said = f"{why.what} {why.todo}"
        if request.htmx:
            return make_response(_line(who, case, said, bad=True))
        flash(said)
        return redirect("/failures", 303)
    if request.htmx:
        return make_response(_bubbles(who, case, refused=why))
    return make_response(_page(who, case, why), 422)


def _line(who: Actor, case: Case, told: str, bad: bool = False) -> str:
    """The message's line on the failures page, as it is now."""

    def read(session: Session) -> str:
        again = by_code.case(session, who.account_sid, case.message.id or 0) or abort(404)
        return render_template("messages/_case.html", case=case_view(session, who, again), told=told, bad=bad)

    return services().database.read(read)


def _bubbles(who: Actor, case: Case, new: int | None = None, refused: Sentence | None = None) -> str:
    """The bubble as it is now, and the new one for the end of the thread."""
    account_sid, number = who.account_sid, case.message.id or 0

    def read(session: Session) -> str:
        thread = threads.thread(session, account_sid, case.message.conversation_id) or abort(404)
        wanted = {number} | ({new} if new else set())
        found = threads.by_ids(session, account_sid, case.message.conversation_id, wanted)
        shown = {bubble.id: bubble for bubble in bubbles_of(session, account_sid, thread, found)}
        context = {"bubble": shown[number], "new": shown.get(new or 0), "refused": {number: refused} if refused else {}}
        return render_template("messages/_decided.html", **context)

    return services().database.read(read)


def _page(who: Actor, case: Case, why: Sentence) -> str:
    """The whole conversation, for a browser without scripts."""

    def read(session: Session) -> str:
        thread = threads.thread(session, who.account_sid, case.message.conversation_id) or abort(404)
        shown = thread_view(session, who, thread)
        listed = list_view(session, who.account_sid, asked_filter(who))
        return render_template("inbox/page.html", inbox=listed, thread=shown, refused={case.message.id: why})

    return services().database.read(read)
