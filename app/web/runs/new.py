"""`/runs/new`: a name, a template, and a list from a file or typed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.csv_file import FileUnreadable
from app.domain.runs import lists
from app.domain.runs.lists import NewRun, RunRefused
from app.domain.templates import sendable
from app.store.tables import Template
from app.store.templates import rows as templates
from app.web.shell.current_user import allowed
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.words import runs as words

blueprint = Blueprint("new_run", __name__, url_prefix="/runs")
_OF_FIELD = {"name_missing": "name", "template_unknown": "content_sid"}


@dataclass(frozen=True)
class Typed:
    """What stands in the form."""

    name: str = ""
    content_sid: str = ""
    numbers: str = ""


@blueprint.get("/new")
def page() -> str:
    """The form."""
    return _page(Typed(content_sid=request.args.get("template", "")))


@blueprint.post("/new")
def create() -> Response | tuple[str, int]:
    """Take the list in; on to its columns."""
    who, file = allowed("run.manage"), request.files.get("file")
    typed = Typed(*(request.form.get(name, "") for name in ("name", "content_sid", "numbers")))
    new = NewRun(typed.name, typed.content_sid)
    try:
        if file is not None and file.filename:
            number = lists.from_file(services().database, who, new, file.stream)
        elif typed.numbers.strip():
            number = lists.from_numbers(services().database, who, new, typed.numbers)
        else:
            return _page(typed, "list_missing"), 422
    except (FileUnreadable, RunRefused) as error:
        return _page(typed, error.code), 422
    finally:
        if file is not None:
            file.close()
    return redirect(url_for("runs.one", number=number), 303)


def _page(typed: Typed, trouble: str = "") -> str:
    who = allowed("run.manage")
    found = services().database.read(lambda session: templates.all_of(session, who.account_sid))
    wrong = {_OF_FIELD.get(trouble, "list"): words.why(trouble)} if trouble else {}
    return render_template("runs/new.html", typed=typed, templates=_sendable(found), wrong=wrong)


def _sendable(found: list[Template]) -> list[Template]:
    return [template for template in found if sendable.why_not(template) is None]
