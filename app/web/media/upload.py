"""`POST /media`: take in files, one by one from the page's script, or several from a plain form."""

from __future__ import annotations

import errno
import io
from typing import BinaryIO, cast

import structlog
from flask import Blueprint, Flask, Response, flash, redirect, render_template, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from app.domain.actor import Actor
from app.domain.media import fitting, kinds, uploads
from app.domain.media.fitting import CantBeFitted, Fitted
from app.domain.media.outgoing import MEGABYTE, FileRefused
from app.web.media.page import whole_page
from app.web.media.upload_view import Uploaded, kept, not_fitted, refused
from app.web.shell.current_user import allowed
from app.web.shell.error_pages import Explanation, explain
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.words.gettext import N_, _
from app.web.words.media import fit_refusal

blueprint = Blueprint("media_upload", __name__)
log = structlog.get_logger()
# A picture that is to be made smaller may be larger than one that is sent.
MOST_TO_BE_FITTED = 60 * MEGABYTE
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_ROOM = Explanation(
    N_("The disk is full, so the file could not be kept. Nothing of it was."),
    N_("Tell an admin to make room, then upload it again."),
)
_NOT_KEPT = Explanation(
    N_("The media store does not take files at the moment. Nothing was kept."),
    N_("Try again in a minute; if it fails again, tell an admin."),
)


@blueprint.post("/media")
def upload() -> AnyResponse:
    """Keep the files. To the script: each as a fragment, 422 when none was kept; else the page."""
    who = allowed("message.send")
    given = [file for file in request.files.getlist("file") if file.filename]
    done = tuple(_take(who, file) for file in given)
    good = any(one.file for one in done)
    if request.headers.get("X-Upload"):
        template = "media/_attached.html" if request.headers["X-Upload"] == "chip" else "media/_uploaded.html"
        return Response(render_template(template, uploaded=done), 200 if good else 422)
    if not done:
        flash(_("No file was chosen."))
        return redirect(url_for("media.page"), 303)
    return Response(whole_page(who, uploaded=done), 200 if good else 422)


def install(app: Flask) -> None:
    """Say it in words when there is no room for what comes in."""
    app.register_error_handler(OSError, _on_no_room)


def _on_no_room(error: OSError) -> Response:
    if request.endpoint != "media_upload.upload":
        raise error
    log.error("media.not_kept", error=str(error))
    return explain(507, _NO_ROOM) if error.errno in _FULL else explain(503, _NOT_KEPT)


def _take(who: Actor, given: FileStorage) -> Uploaded:
    """One file, which is in memory or, beyond half a megabyte, on disk; it is read in pieces."""
    name, stream = (given.filename or "")[:255], cast(BinaryIO, given.stream)
    size = stream.seek(0, 2)
    try:
        if request.form.get("fit") != "on" or size > MOST_TO_BE_FITTED or not fitting.way_of(stream):
            return _keep(who, name, stream, size)
        fitted = fitting.fit(name, stream)
        return _keep(who, fitted.name, io.BytesIO(fitted.content), len(fitted.content), fitted)
    except CantBeFitted as error:
        return not_fitted(name, size, fit_refusal(error.code))
    finally:
        given.close()


def _keep(who: Actor, name: str, stream: BinaryIO, size: int, fitted: Fitted | None = None) -> Uploaded:
    try:
        stream.seek(0)
        file = uploads.upload(services().database, services().media_store, who, name, stream, _most())
    except FileRefused as error:
        return refused(name, size, error, fitting.way_of(stream) if size <= MOST_TO_BE_FITTED else "")
    return kept(file, name, kinds.tell(stream, "", name), fitting.tells_the_place(stream), fitted)


def _most() -> int:
    return services().settings.media_document_mb * MEGABYTE
