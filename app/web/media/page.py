"""`/media`: the files that are hosted here, what is told of each, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.media import links, outgoing, uploads
from app.domain.media.links import LinkRefused
from app.domain.media.uploads import StillNeeded
from app.gateways.media_store import MediaMissing
from app.store.database import Session
from app.store.media import hosted as hosted_files
from app.store.media import library
from app.store.media.library import FileFilter
from app.store.tables import HostedFile
from app.vocabulary import HOSTED_KINDS
from app.web.media.upload_view import Uploaded
from app.web.media.view import KINDS, FileDetails, FileView, details_of, file_view
from app.web.shell.current_user import allowed
from app.web.shell.requests import request, row_number
from app.web.shell.services import services
from app.web.words.counts import counted
from app.web.words.gettext import N_, _, ngettext
from app.web.words.media import LIVES, link_refusal

blueprint = Blueprint("media", __name__, url_prefix="/media")
PAGE = 50
USED = {"used": N_("Used"), "unused": N_("Not used yet"), "live": N_("With a URL that lives")}


@dataclass(frozen=True)
class Asked:
    """The filter as it was asked for."""

    q: str = ""
    kind: str = ""
    only: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """The fields that are set."""
        return {name: value for name, value in vars(self).items() if value}

    @property
    def wanted(self) -> FileFilter:
        """The files that it means."""
        used = {"used": True, "unused": False}.get(self.only)
        return FileFilter(self.q, self.kind, used, now() if self.only == "live" else None)


@dataclass(frozen=True)
class FilesView:
    """A page of the list; `older` is the query of the next one, '' at the end."""

    files: list[FileView]
    asked: Asked
    count: str
    older: str


@blueprint.get("")
def page() -> str:
    """The list, newest first; asked for by a script, only that."""
    who = allowed("conversation.read")
    if request.htmx and request.headers.get("HX-Target") == "files":
        return render_template("media/_files.html", view=_files(who), words=_words())
    return whole_page(who)


@blueprint.get("/<int:file>")
def one(file: int) -> str:
    """One file beside the list."""
    who = allowed("conversation.read")
    if request.htmx:
        return render_template("media/_file.html", view=_details(who, file), words=_words())
    return whole_page(who, open_file=file)


@blueprint.get("/<int:file>/live")
def live(file: int) -> str:
    """What changes of one file: its URLs, uses and fetches."""
    view = _details(allowed("conversation.read"), file)
    return render_template("media/_live.html", view=view, words=_words())


@blueprint.get("/<int:file>/preview")
def preview(file: int) -> Response:
    """The small picture of a file."""
    who = allowed("conversation.read")
    found = _file(who, file)
    try:
        content = services().media_store.read(who.account_sid, found.preview_key) if found.preview_key else abort(404)
    except MediaMissing:
        abort(404)
    return Response(content, mimetype="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})


@blueprint.post("/<int:file>/link")
def link(file: int) -> AnyResponse:
    """Make a temporary URL, which lives as long as was chosen."""
    seconds = request.form.get("lives", type=int) or services().settings.media_url_seconds
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
        return Response(whole_page(who, open_file=file, trouble=said), 422)
    flash(_("The file is deleted. Caches may hold it for up to 300 seconds more."))
    return redirect(url_for(".page"), 303)


def whole_page(
    who: Actor, *, open_file: int | None = None, uploaded: tuple[Uploaded, ...] = (), trouble: str = ""
) -> str:
    """The whole page, with a file open beside the list, or with what became of an upload."""
    return render_template(
        "media/page.html",
        view=_files(who),
        details=_details(who, open_file) if open_file else None,
        uploaded=uploaded,
        trouble=trouble,
        words=_words(),
        most=services().settings.media_document_mb * outgoing.MEGABYTE,
    )


def _words() -> dict[str, object]:
    chosen = services().settings.media_url_seconds
    return {"kinds": KINDS, "used": USED, "lives": LIVES, "chosen": chosen}


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
        return redirect(url_for(".one", file=file), 303)
    view = _details(who, file)
    return Response(render_template("media/_file.html", view=view, words=_words(), trouble=trouble))


def _file(who: Actor, number: int) -> HostedFile:
    found = services().database.read(lambda session: hosted_files.files(session, who.account_sid, [number])).get(number)
    return found if found is not None and found.deleted_at is None else abort(404)


def _details(who: Actor, number: int) -> FileDetails:
    found = _file(who, number)
    return services().database.read(lambda session: details_of(session, found, now()))


def _files(who: Actor) -> FilesView:
    asked, below = _asked(), request.args.get("before", type=row_number)

    def read(session: Session) -> FilesView:
        found = library.page(session, who.account_sid, asked.wanted, below, PAGE + 1)
        numbers = [file.id for file in found[:PAGE] if file.id is not None]
        told = library.tallies(session, who.account_sid, numbers, now())
        older = urlencode({**asked.fields, "before": found[PAGE - 1].id}) if len(found) > PAGE else ""
        shown = [file_view(file, told.get(file.id or 0)) for file in found[:PAGE]]
        return FilesView(shown, asked, counted(library.how_many(session, who.account_sid)), older)

    return services().database.read(read)


def _asked() -> Asked:
    fields = request.args
    kind, only = fields.get("kind", ""), fields.get("only", "")
    words = " ".join(fields.get("q", "").split())[:100]
    return Asked(words, kind if kind in HOSTED_KINDS else "", only if only in USED else "")
