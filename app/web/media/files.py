"""`/files/<id>/<name>`, `/files/sent/<id>/<name>`: files of customers and of ours, to our people only."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, request

from app.domain.actor import Actor
from app.domain.auditing import bodies
from app.domain.media import arrivals, thumbnails
from app.gateways.media_store import MediaMissing, StoredFile
from app.store.media import hosted as hosted_files
from app.store.media import inbound as inbound_media
from app.web.media import harmless
from app.web.media.streamed import streamed
from app.web.shell.current_user import allowed
from app.web.shell.services import services

blueprint = Blueprint("media_in", __name__)


@blueprint.get("/files/<int:media_id>/<name>")
def file(media_id: int, name: str) -> Response:
    """A customer's file; `download=1` hands over even what could be shown. Ranges are answered, for players."""
    who = allowed("conversation.read")
    row = services().database.read(lambda session: inbound_media.get(session, who.account_sid, media_id))
    if row is None or row.state != "fetched":
        abort(404)
    bodies.note_opened(services().database, who, "file", media_id)
    return _answer(_content(who, row.key), row.stored_type, name, f"{row.id}-{row.size}", row.fetched_at)


@blueprint.get("/files/<int:media_id>/thumbnail")
def thumbnail(media_id: int) -> Response:
    """The small picture of a customer's picture; it is no opening of the file."""
    who = allowed("conversation.read")
    row = services().database.read(lambda session: inbound_media.get(session, who.account_sid, media_id))
    if row is None or not row.details.get("thumbnail"):
        abort(404)
    content = _content(who, arrivals.thumbnail_key(row.key))
    return _answer(content, thumbnails.CONTENT_TYPE, "thumbnail.webp", f"{row.id}-small", row.fetched_at)


@blueprint.get("/files/sent/<int:file_id>/<name>")
def sent(file_id: int, name: str) -> Response:
    """A file that we sent, as `file`."""
    who = allowed("conversation.read")
    row = services().database.read(lambda session: hosted_files.files(session, who.account_sid, [file_id])).get(file_id)
    if row is None:
        abort(404)
    bodies.note_opened(services().database, who, "sent_file", file_id)
    return _answer(_content(who, row.key), row.content_type, row.name, f"sent-{row.id}", row.created_at)


def _content(who: Actor, key: str) -> StoredFile:
    try:
        return services().media_store.open(who.account_sid, key)
    except MediaMissing:
        abort(404)


def _answer(content: StoredFile, content_type: str, name: str, etag: str, modified: datetime | None) -> Response:
    kind = content_type.partition(";")[0].strip().lower()
    response = streamed(content, etag, modified)
    return harmless.to_our_people(response, kind, name, download="download" in request.args)
