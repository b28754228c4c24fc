"""`/media`: the files that are hosted here, what is told of each, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template

from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.media import outgoing
from app.gateways.media_store import MediaMissing
from app.media_words import HOSTED_KINDS
from app.store.database import Session
from app.store.media import hosted as hosted_files
from app.store.media import library
from app.store.media.library import FileFilter
from app.store.tables import HostedFile
from app.web.media.upload_view import Uploaded
from app.web.media.view import KINDS, FileDetails, FileView, details_of, file_view
from app.web.shell.current_user import allowed
from app.web.shell.requests import request, row_number
from app.web.shell.services import services
from app.web.words.counts import counted
from app.web.words.gettext import N_
from app.web.words.media import LIVES

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
        return render_template("media/_files_fresh.html", view=_files(who), words=page_words())
    return whole_page(who)


@blueprint.get("/<int:file>")
def one(file: int) -> str:
    """One file beside the list."""
    who = allowed("conversation.read")
    if request.htmx:
        return render_template("media/_file.html", view=details_for(who, file), words=page_words())
    return whole_page(who, open_file=file)


@blueprint.get("/<int:file>/live")
def live(file: int) -> str:
    """What changes of one file: its URLs, uses and fetches."""
    view = details_for(allowed("conversation.read"), file)
    return render_template("media/_live.html", view=view, words=page_words())


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


def whole_page(
    who: Actor, *, open_file: int | None = None, uploaded: tuple[Uploaded, ...] = (), trouble: str = ""
) -> str:
    """The whole page, with a file open beside the list, or with what became of an upload."""
    return render_template(
        "media/page.html",
        view=_files(who),
        details=details_for(who, open_file) if open_file else None,
        uploaded=uploaded,
        trouble=trouble,
        words=page_words(),
        most=services().settings.media_document_mb * outgoing.MEGABYTE,
    )


def page_words() -> dict[str, object]:
    chosen = services().settings.media_url_seconds
    return {"kinds": KINDS, "used": USED, "lives": LIVES, "chosen": chosen}


def _file(who: Actor, number: int) -> HostedFile:
    found = services().database.read(lambda session: hosted_files.files(session, who.account_sid, [number])).get(number)
    return found if found is not None and found.deleted_at is None else abort(404)


def details_for(who: Actor, number: int) -> FileDetails:
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
