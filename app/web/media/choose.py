"""Files into conversations: which conversation a file goes to, and which of the hosted files a reply takes along."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, render_template

from app.domain.actor import Actor
from app.domain.clock import now
from app.store.database import Session
from app.store.media import hosted as hosted_files
from app.store.media import library
from app.store.media.library import FileFilter
from app.web.inbox.list import asked_filter, list_view
from app.web.media.attached import attached, named
from app.web.media.view import FileView, file_view
from app.web.shell.current_user import allowed
from app.web.shell.requests import request, row_number
from app.web.shell.services import services

blueprint = Blueprint("media_choose", __name__, url_prefix="/media")
SHOWN = 40


@dataclass(frozen=True)
class PickerView:
    """The hosted files that fit the words, for the conversation that one is to be attached in."""

    conversation_id: int
    words: str
    files: list[FileView]
    more: bool


@blueprint.get("/<int:file>/conversations")
def conversation(file: int) -> str:
    """The conversations that the file can be attached in, as the inbox lists them."""
    who = allowed("message.send")

    def read(session: Session) -> str:
        found = hosted_files.files(session, who.account_sid, [file]).get(file)
        if found is None or found.deleted_at is not None:
            abort(404)
        listed = list_view(session, who.account_sid, asked_filter(who))
        return render_template("media/conversations.html", file=file_view(found), inbox=listed)

    return services().database.read(read)


@blueprint.get("/choose")
def hosted() -> str:
    """The hosted files, to choose one for a conversation."""
    who = allowed("message.send")
    number = request.args.get("conversation", type=row_number) or abort(404)
    words = " ".join(request.args.get("q", "").split())[:100]
    view = services().database.read(lambda session: _picker(session, who, number, words))
    template = "media/_picker.html" if request.htmx else "media/choose.html"
    return render_template(template, view=view)


@blueprint.get("/chips")
def chips() -> str:
    """Files as a composer shows them, those that are still here."""
    who = allowed("message.send")
    files = services().database.read(lambda session: attached(session, who.account_sid, named("file")))
    return render_template("media/_chips.html", files=files)


def _picker(session: Session, who: Actor, conversation_id: int, words: str) -> PickerView:
    found = library.page(session, who.account_sid, FileFilter(words), None, SHOWN + 1)
    told = library.tallies(session, who.account_sid, [file.id or 0 for file in found[:SHOWN]], now())
    files = [file_view(file, told.get(file.id or 0)) for file in found[:SHOWN]]
    return PickerView(conversation_id, words, files, len(found) > SHOWN)
