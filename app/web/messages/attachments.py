"""A customer's files as the thread shows them, and the types a browser may show by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from flask import url_for

from app.domain.media import names
from app.domain.media.contact_cards import Card, card_of
from app.domain.media.extensions import extension_of, plain_type
from app.domain.media.files import referred
from app.store.database import Session
from app.store.media import hosted as hosted_files
from app.store.tables import HostedFile, InboundMedia, Message
from app.urls import split
from app.web.words import playing
from app.web.words.file_failures import file_failure
from app.web.words.gettext import _, ngettext
from app.web.words.numbers import length, size
from app.web.words.refusals import Sentence

_PICTURES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}
_SOUNDS = {
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/x-wav": "wav",
    "audio/amr": "amr",
    "audio/3gpp": "3gp",
}
_FILMS = {"video/mp4": "mp4", "video/3gpp": "3gp", "video/quicktime": "mov", "video/webm": "webm"}
# Only these may be shown in place. SVG and HTML, which can carry scripts, are never among them.
INLINE = _PICTURES | _SOUNDS | _FILMS | {"application/pdf": "pdf"}


@dataclass(frozen=True)
class Attachment:
    """One file. `shape` is picture, sound, film or file; `failure` says why it isn't here; neither while it is fetched.

    `url` shows it, `download` hands it over as a file. `length` is how long a recording lasts, '' when nobody knows.
    `note` says why a browser may not play it, and `plays` is False where none does. `again` is where it is tried again.
    """

    shape: str
    name: str
    tag: str
    kind: str
    size: str
    length: str = ""
    url: str = ""
    download: str = ""
    fetching: bool = False
    failure: Sentence | None = None
    thumbnail: str = ""
    pages: str = ""
    note: str = ""
    plays: bool = True
    cards: list[Card] = field(default_factory=list)
    again: str = ""


def of_message(message: Message, rows: list[InboundMedia]) -> list[Attachment]:
    """The message's files, in their order."""
    return [_attachment(message, row) for row in rows]


def hosted_names(session: Session, account_sid: str, urls: Iterable[str]) -> dict[str, str]:
    """The names of those of a message's files that are hosted here, by what the message calls them."""
    numbers = {url: number for url in urls if (number := referred(url)) is not None}
    known = hosted_files.files(session, account_sid, set(numbers.values()))
    return {url: known[number].name for url, number in numbers.items() if number in known}


def of_ours(message: Message, hosted: Mapping[int, HostedFile]) -> list[Attachment]:
    """The files that a message of ours carries: those hosted here, and URLs of somebody else's."""
    carried = [(url, hosted.get(referred(url) or 0)) for url in message.media_urls]
    return [_hosted(file) if file else _elsewhere(url) for url, file in carried]


def _deleted(file: HostedFile) -> Attachment:
    return Attachment("file", file.name, "", "", "", failure=file_failure("deleted_here"))


def _hosted(file: HostedFile) -> Attachment:
    if file.deleted_at is not None:
        return _deleted(file)
    there = url_for("media_in.sent", file_id=file.id, name=file.name)
    extension = file.name.rpartition(".")[2]
    return Attachment(
        shape=_shape(file.content_type),
        name=file.name,
        tag=extension.upper(),
        kind=extension.upper(),
        size=size(file.size),
        length=length(file.seconds),
        url=there,
        download=f"{there}?download=1",
    )


def _elsewhere(url: str) -> Attachment:
    parts = split(url)
    if parts is None:
        return Attachment(shape="file", name=url, tag=_("URL"), kind="", size="")
    name = parts.path.rpartition("/")[2] or parts.netloc
    return Attachment(shape="file", name=name, tag=_("URL"), kind=parts.netloc, size="", url=url)


def name_of(row: InboundMedia, body: str = "") -> str:
    """The name that the customer gave it, which WhatsApp puts where a document's text is; else one by what it is."""
    kind = _kind(row)
    extension = extension_of(kind)
    if extension == "bin":
        extension = extension_of(plain_type(row.content_type))
    return names.given_in(body, kind) or f"{_stem(kind)}-{row.id}.{extension}"


def _attachment(message: Message, row: InboundMedia) -> Attachment:
    kind, name = _kind(row), name_of(row, message.body)
    plain = Attachment(_shape(kind), name, name.rpartition(".")[2].upper()[:4], kind, "")
    if row.state == "wanted":
        return replace(plain, fetching=True)
    if row.state == "deleted":
        return replace(plain, failure=file_failure(row.reason))
    if row.state == "failed":
        return replace(plain, failure=file_failure(row.reason), again=f"/messages/{message.id}/fetch-again")
    url = url_for("media_in.file", media_id=row.id, name=name)
    here = replace(plain, size=size(row.size), length=length(row.seconds), url=url, download=f"{url}?download=1")
    return _with_details(here, row)


def _with_details(here: Attachment, row: InboundMedia) -> Attachment:
    """What was found in the file when it came; rows of earlier versions have nothing of it."""
    about = row.details
    if here.shape == "picture" and about.get("thumbnail"):
        return replace(here, thumbnail=url_for("media_in.thumbnail", media_id=row.id))
    if here.shape == "picture" and about:
        # Too many pixels to show unasked.
        return replace(here, shape="file")
    if here.shape in ("film", "sound"):
        note, plays = playing.note(here.kind, str(about.get("codec", "")))
        return replace(here, note=note, plays=plays)
    pages = int(about.get("pages") or 0)
    return replace(
        here,
        pages=ngettext("%(num)d page", "%(num)d pages", pages) if pages else "",
        cards=[card_of(said) for said in about.get("cards", [])],
    )


def _kind(row: InboundMedia) -> str:
    return row.stored_type or plain_type(row.content_type)


def _shape(kind: str) -> str:
    for shape, kinds in (("picture", _PICTURES), ("sound", _SOUNDS), ("film", _FILMS)):
        if kind in kinds:
            return shape
    return "file"


def _stem(kind: str) -> str:
    stems = {"picture": _("photo"), "sound": _("voice"), "film": _("video")}
    return stems.get(_shape(kind), _("contact") if kind.endswith("vcard") else _("file"))
