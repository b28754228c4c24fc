"""`/failures/<code>/template`: send an approved template in place of all that failed with one code."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.failures import offers, remedies
from app.store.database import Session
from app.store.failures import replaceable
from app.web.compose import audience as audiences
from app.web.compose import faults, sending
from app.web.compose import form as draft_form
from app.web.compose.form import DraftForm, Typed
from app.web.compose.suggestions import suggestions
from app.web.failures.page import CODE
from app.web.shell.current_user import allowed
from app.web.shell.services import services
from app.web.words.bulk_results import templates_sent
from app.web.words.failures import Explained, explain
from app.web.words.gettext import ngettext
from app.web.words.refusals import Sentence, refusal

blueprint = Blueprint("template_to_all", __name__, url_prefix="/failures")


@dataclass(frozen=True)
class TemplateToAllView:
    """What the code means, how many get the template, and the form; without `form` there is nobody to send to."""

    code: str
    says: Explained
    people: int
    most: int
    form: DraftForm | None


@blueprint.get(f"/<{CODE}:code>/template")
def page(code: str) -> ResponseReturnValue:
    """To whom it goes, and the form."""
    return _page(_sender(code), code)


@blueprint.post(f"/<{CODE}:code>/template")
def send(code: str) -> ResponseReturnValue:
    """Send it to all, and tell on the failures page what was done; or 422 with all that was typed."""
    who, typed = _sender(code), draft_form.typed()
    if wrong := faults.wrong_in(typed):
        return _page(who, code, typed, wrong), 422
    refused = services().database.read(lambda session: sending.changed(session, who, typed))
    if refused is not None:
        return _page(who, code, typed, refused=refusal(refused.rule)), 422
    done = remedies.send_template_to_all(services().database, who, code, draft_form.draft_of(typed))
    flash(templates_sent(done))
    return redirect("/failures", 303)


def _sender(code: str) -> Actor:
    who = allowed("message.send")
    if code not in offers.template_codes():
        abort(404)
    return who


def _page(
    who: Actor,
    code: str,
    typed: Typed | None = None,
    wrong: dict[str, str] | None = None,
    refused: Sentence | None = None,
) -> str:
    def read(session: Session) -> str:
        people = replaceable.replaceable_by_code(session, who.account_sid, [code], now()).get(code, 0)
        first = min(people, remedies.MOST_AT_ONCE)
        form = DraftForm(
            action=f"/failures/{code}/template",
            back="/failures",
            send=ngettext("Send it to %(num)d person", "Send it to %(num)d people", first),
            typed=typed or Typed(),
            suggestions=suggestions(session, who.account_sid),
            wrong=wrong or {},
            refused=refused,
            picker=sending.picker_for(session, who, audiences.of_code(session, who, code), typed, wrong or {}),
        )
        view = TemplateToAllView(code, explain(code), people, remedies.MOST_AT_ONCE, form if people else None)
        return render_template("compose/to_all_of_code.html", view=view)

    return services().database.read(read)
