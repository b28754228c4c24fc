"""`/consent/import`: opt-ins and opt-outs from a file, in steps: upload, columns, preview, applied, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import phonenumbers
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from app.consent_words import CONSENT_PURPOSES
from app.domain.actor import Actor
from app.domain.consent import imports
from app.domain.consent.import_lines import FAULTS, FIELDS
from app.domain.consent.imports import ImportRefused
from app.domain.csv_file import FileUnreadable
from app.store import agents
from app.store.consent import import_faults, records
from app.store.consent import imports as rows
from app.store.database import Session
from app.store.tables import ConsentImport
from app.web.shell.current_user import allowed
from app.web.shell.requests import request, row_number
from app.web.shell.services import services
from app.web.words import consent_imports as words
from app.web.words.consent import source_name
from app.web.words.gettext import _
from app.web.words.numbers import count_words

blueprint = Blueprint("consent_import", __name__, url_prefix="/consent/import")
SHOWN, FAULTS_SHOWN, IMPORTS_SHOWN = 10, 200, 50


@blueprint.get("")
def page() -> str:
    """The form for a file, and the files that were brought."""
    return _list()


@blueprint.post("")
def upload() -> Response | tuple[str, int]:
    """Stage a file; on to its columns."""
    who, file = allowed("consent.import"), request.files.get("file")
    if file is None or not file.filename:
        return _list(words.why("file_missing")), 422
    try:
        number = imports.stage(services().database, who, file.filename, file.stream)
    except FileUnreadable as error:
        return _list(words.why(error.code)), 422
    finally:
        file.close()
    return redirect(url_for(".one", number=number), 303)


@blueprint.get("/<int:number>")
def one(number: int) -> str:
    """An import as it stands."""
    return _one(number)


@blueprint.get("/<int:number>/progress")
def progress(number: int) -> str | Response:
    """How far the work is; asked again and again by the page."""
    who = allowed("consent.import")

    def read(session: Session) -> tuple[ConsentImport, str]:
        found = rows.get(session, who.account_sid, number) or abort(404)
        return found, render_template("consent_import/_progress.html", **_state(session, found))

    found, part = services().database.read(read)
    # In another state the page has other parts too.
    return part if request.args.get("state") == found.state else make_response(part, refresh=True)


@blueprint.post("/<int:number>/columns")
def columns(number: int) -> Response | tuple[str, int]:
    """Have the lines checked by these columns."""
    form = request.form
    mapping = {
        "columns": {field: place for field in FIELDS if (place := form.get(field, type=_place)) is not None},
        "country": form.get("country", "") if form.get("country") in phonenumbers.SUPPORTED_REGIONS else "",
        "action": form.get("every_action", "") if form.get("every_action") in ("in", "out") else "",
        "purpose": form.get("every_purpose", ""),
        "month_first": form.get("month_first") == "on",
    }
    return _step(number, lambda session, who: imports.check(session, who, number, mapping))


@blueprint.post("/<int:number>/apply")
def apply(number: int) -> Response | tuple[str, int]:
    """Record the good lines."""
    return _step(number, lambda session, who: imports.apply(session, who, number))


@blueprint.post("/<int:number>/take-back")
def take_back(number: int) -> Response | tuple[str, int]:
    """Let the records count no more."""
    return _step(number, lambda session, who: imports.take_back(session, who, number))


@blueprint.post("/<int:number>/drop")
def drop(number: int) -> Response | tuple[str, int]:
    """Forget a file that wasn't applied."""
    answer = _step(number, lambda session, who: imports.drop(session, who, number))
    if isinstance(answer, tuple):
        return answer
    flash(_("The file is dropped. Nothing of it was recorded."))
    return redirect(url_for(".page"), 303)


def _step(number: int, do: Callable[[Session, Actor], None]) -> Response | tuple[str, int]:
    who = allowed("consent.import")
    try:
        services().database.write(lambda session: do(session, who))
    except ImportRefused as error:
        if error.code == "unknown":
            abort(404)
        return _one(number, words.why(error.code)), 422
    return redirect(url_for(".one", number=number), 303)


def _list(trouble: str = "") -> str:
    who = allowed("consent.import")
    found = services().database.read(lambda session: rows.newest(session, who.account_sid, IMPORTS_SHOWN))
    return render_template("consent_import/page.html", imports=found, trouble=trouble, words=words)


def _one(number: int, trouble: str = "") -> str:
    who = allowed("consent.import")
    after = request.args.get("line", 0, type=row_number)

    def read(session: Session) -> str:
        found = rows.get(session, who.account_sid, number) or abort(404)
        decided = found.state in ("ready", "applying", "applied", "taken_back")
        bad = import_faults.lines(session, who.account_sid, number, FAULTS, after, FAULTS_SHOWN + 1) if decided else []
        return render_template(
            "consent_import/one.html",
            **_state(session, found),
            first=rows.lines(session, who.account_sid, number, 0, SHOWN, good=decided),
            bad=bad[:FAULTS_SHOWN],
            more=bad[FAULTS_SHOWN - 1] if len(bad) > FAULTS_SHOWN else None,
            counts=import_faults.counts(session, who.account_sid, number) if decided and found.bad else {},
            trouble=trouble,
            not_taken=_not_taken(found),
            **_choices(),
        )

    return services().database.read(read)


def _not_taken(found: ConsentImport) -> list[str]:
    """The names of columns that hold nothing an import brings."""
    taken = found.mapping.get("columns", {}).values()
    return [name for place, name in enumerate(found.columns["names"]) if name and place not in taken]


def _choices() -> dict[str, Any]:
    return {
        "fields": FIELDS,
        "purposes": CONSENT_PURPOSES,
        "countries": sorted(phonenumbers.SUPPORTED_REGIONS),
        "source_name": source_name,
    }


def _state(session: Session, found: ConsentImport) -> dict[str, Any]:
    """What the part that says how far an import is shows."""
    opt_outs = (0, False)
    if found.state == "applied" and found.settled:
        opt_outs = records.opt_outs_of_import(session, found.account_sid, found.id or 0)
    by = agents.by_id(session, found.account_sid, found.actor_id) if found.actor_id is not None else None
    return {
        "found": found,
        "share": _share(found),
        "by": by.name if by else "",
        "opt_outs": count_words(*opt_outs) if opt_outs[0] else "",
        "words": words,
    }


def _share(found: ConsentImport) -> int:
    """How much of the work at hand is done, in percent."""
    whole = found.lines if found.state == "checking" else found.good
    done = found.good + found.bad if found.state == "checking" else min(found.records, whole)
    return 100 * done // whole if whole else 0


def _place(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 4):
        raise ValueError(text)
    return int(text)
