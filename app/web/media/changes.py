"""What is done to one hosted file: temporary URLs made, extended and revoked, and the file deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.actor import Actor
from app.domain.media import links, uploads
from app.domain.media.links import LinkRefused
from app.domain.media.uploads import StillNeeded
from app.store.database import Session
from app.web.media.page import details_for, page_words, whole_page
from app.web.shell.current_user import allowed
from app.web.shell.requests import request, row_number
from app.web.shell.services import services
from app.web.words.gettext import _, ngettext
from app.web.words.media import LIVES, link_refusal

blueprint = Blueprint("media_changes", __name__, url_prefix="/media")


@blueprint.post("/<int:file>/link")
def link(file: int) -> AnyResponse:
    """Make a temporary URL, which lives as long as was chosen."""
    asked = request.form.get("lives", type=row_number) or services().settings.media_url_seconds
    seconds = min(asked, max(LIVES))
    return _change(file, lambda session, who: _of(file, links.make(session, who, file, timedelta(seconds=seconds))))


@blueprint.post("/links/<int:grant>/extend")
def extend(grant: int) -> AnyResponse:
    """Let a temporary URL live longer."""
    lives = services().settings.media_url_lives
    return _change(None, lambda session, who: links.extend(session, who, grant, lives))


@blueprint.post("/links/<int:grant>/revoke")
def revoke(grant: int) -> AnyResponse:
    """End a temporary URL."""
    return _change(None, lambda session, who: links.revoke(session, who, grant))


@blueprint.post("/<int:file>/delete")
def delete(file: int) -> AnyResponse:
    """Delete a file that no message on its way needs."""
    who = allowed("message.send")
    try:
        if not uploads.delete(services().database, services().media_store, who, file):
            abort(404)
    except StillNeeded as error:
        said = ngettext(
            "Not deleted: %(num)d message on its way still needs this file.",
            "Not deleted: %(num)d messages on their way still need this file.",
            error.count,
        )
        return AnyResponse(whole_page(who, open_file=file, trouble=said), 422, mimetype="text/html")
    flash(_("The file is deleted. Caches may hold it for up to 300 seconds more."))
    return redirect(url_for("media.page"), 303)


def _of(file: int, _made: int) -> int:
    return file


def _change(file: int | None, verb: Callable[[Session, Actor], int]) -> AnyResponse:
    """Run the verb, which returns its file's number; then that file as it is now."""
    who, trouble = allowed("message.send"), ""
    try:
        file = services().database.write(lambda session: verb(session, who))
    except LinkRefused as error:
        if error.code == "file_gone" or file is None and request.form.get("file", type=row_number) is None:
            abort(404)
        trouble = link_refusal(error.code)
        file = file or request.form.get("file", type=row_number)
    assert file is not None
    if not request.htmx:
        flash(trouble) if trouble else None
        return redirect(url_for("media.one", file=file), 303)
    view = details_for(who, file)
    return make_response(render_template("media/_file.html", view=view, words=page_words(), trouble=trouble))
