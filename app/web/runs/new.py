"""`/runs/new`: a name, a template, and a list from a file or typed."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.consent_words import PURPOSES
from app.domain.csv_file import FileUnreadable
from app.domain.runs import chosen_people, lists
from app.domain.runs.chosen_people import Choice
from app.domain.runs.lists import NewRun, RunRefused
from app.domain.templates import sendable
from app.store import contact_labels
from app.store.tables import Template
from app.store.templates import rows as templates
from app.web.shell.current_user import allowed
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.words import runs as words
from app.web.words.consent import PURPOSE_NAMES

blueprint = Blueprint("new_run", __name__, url_prefix="/runs")
_FIELDS = ("name", "content_sid", "numbers", "label", "search", "country", "opted_in")
_OF_FIELD = {"name_missing": "name", "template_unknown": "content_sid"}


@dataclass(frozen=True)
class Typed:
    """What stands in the form."""

    name: str = ""
    content_sid: str = ""
    numbers: str = ""
    label: str = ""
    search: str = ""
    country: str = ""
    opted_in: str = ""

    @property
    def people(self) -> Choice:
        """Which people the form says."""
        return Choice.typed(self.label, self.search, self.country, self.opted_in)


@blueprint.get("/new")
def page() -> str:
    """The form."""
    return _page(Typed(content_sid=request.args.get("template", "")))


@blueprint.post("/new")
def create() -> Response | tuple[str, int]:
    """Take the list in; on to its columns."""
    who, file = allowed("run.manage"), request.files.get("file")
    typed = Typed(*(request.form.get(name, "") for name in _FIELDS))
    new = NewRun(typed.name, typed.content_sid)
    has_file = file is not None and bool(file.filename)
    try:
        if sum((has_file, bool(typed.numbers.strip()), typed.people != Choice())) > 1:
            return _page(typed, "list_twice"), 422
        if file is not None and has_file:
            number = lists.from_file(services().database, who, new, file.stream)
        elif typed.numbers.strip():
            number = lists.from_numbers(services().database, who, new, typed.numbers)
        elif typed.people == Choice():
            return _page(typed, "list_missing"), 422
        else:
            number = chosen_people.from_people(services().database, who, new, typed.people)
    except (FileUnreadable, RunRefused) as error:
        return _page(typed, error.code), 422
    finally:
        if file is not None:
            file.close()
    return redirect(url_for("runs.one", number=number), 303)


def _page(typed: Typed, trouble: str = "") -> str:
    who = allowed("run.manage")
    found, labels = services().database.read(
        lambda session: (templates.all_of(session, who.account_sid), contact_labels.all_of(session, who.account_sid))
    )
    wrong = {_OF_FIELD.get(trouble, "list"): words.why(trouble)} if trouble else {}
    return render_template(
        "runs/new.html",
        typed=typed,
        templates=_sendable(found),
        wrong=wrong,
        labels=labels,
        countries=sorted(phonenumbers.SUPPORTED_REGIONS),
        purposes={purpose: PURPOSE_NAMES[purpose] for purpose in PURPOSES},
    )


def _sendable(found: list[Template]) -> list[Template]:
    return [template for template in found if sendable.why_not(template) is None]
