"""A customer's files as the thread shows them, and the types a browser may show by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flask import url_for

from app.domain.media.files import referred
from app.store.database import Session
from app.store.media import hosted as hosted_files
from app.store.tables import HostedFile, InboundMedia, Message
from app.urls import split
from app.web.words.file_failures import file_failure
from app.web.words.gettext import _
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
_OTHERS = {
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/plain": "txt",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/zip": "zip",
}
_SAFE_NAME = re.compile(r"[^\w. ()+-]")
_EXTENSION = re.compile(r"[^/\\]{1,120}\.[A-Za-z0-9]{2,5}")


@dataclass(frozen=True)
class Attachment:
    """One file. `shape` is picture, sound, film or file; `failure` says why it isn't here; neither while it is fetched.

    `url` shows it, `download` hands it over as a file. `length` is how long a recording lasts, '' when nobody knows.
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


def _hosted(file: HostedFile) -> Attachment:
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
    """A name with the extension of what the file is. WhatsApp gives a document's own name as the message's text."""
    kind = _kind(row)
    extension = INLINE.get(kind) or _OTHERS.get(kind) or "bin"
    given = body.strip()
    if _EXTENSION.fullmatch(given) and given.lower().endswith(f".{extension}"):
        return _SAFE_NAME.sub("_", given)
    return f"{_stem(kind)}-{row.id}.{extension}"


def is_file_name(text: str) -> bool:
    """True for a file's name like invoice-20418.pdf, which a document's message says beside the file."""
    return bool(_EXTENSION.fullmatch(text.strip())) and "\n" not in text.strip()


def _attachment(message: Message, row: InboundMedia) -> Attachment:
    kind, name = _kind(row), name_of(row, message.body)
    plain = Attachment(_shape(kind), name, name.rpartition(".")[2].upper(), kind, "")
    if row.state == "wanted":
        return replace(plain, fetching=True)
    if row.state in ("failed", "deleted"):
        return replace(plain, failure=file_failure(row.reason))
    url = url_for("media_in.file", media_id=row.id, name=name)
    return replace(plain, size=size(row.size), length=length(row.seconds), url=url, download=f"{url}?download=1")


def _kind(row: InboundMedia) -> str:
    return (row.stored_type or row.content_type).partition(";")[0].strip().lower()


def _shape(kind: str) -> str:
    for shape, kinds in (("picture", _PICTURES), ("sound", _SOUNDS), ("film", _FILMS)):
        if kind in kinds:
            return shape
    return "file"


def _stem(kind: str) -> str:
    stems = {"picture": _("photo"), "sound": _("voice"), "film": _("video")}
    return stems.get(_shape(kind), _("contact") if kind.endswith("vcard") else _("file"))
