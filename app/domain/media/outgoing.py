"""Whether WhatsApp through Twilio takes a file (docs/twilio.md#files-that-we-send), asked before anything is queued."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from app.domain.media import kinds, names
from app.domain.media.bounded import opened
from app.domain.media.extensions import DOCX, EXTENSIONS, PPTX, XLSX
from app.domain.media.kinds import Kind

MEGABYTE = 1024 * 1024
IMAGE_BYTES = 5 * MEGABYTE
# Twilio's documented ceiling for everything else.
OTHER_BYTES = 16 * MEGABYTE
# Meta's for documents, which isn't Twilio's: an admin may set up to it (MEDIA_DOCUMENT_MB).
MOST_DOCUMENT_BYTES = 100 * MEGABYTE
# A phone's largest picture has 200 million; what claims more is made to fill whoever decodes it.
MOST_PIXELS = 250_000_000
DOCUMENTS = frozenset(
    {
        "application/pdf",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        DOCX,
        XLSX,
        PPTX,
    }
)
ACCEPTED = DOCUMENTS | {
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "audio/ogg",
    "audio/mpeg",
    "audio/mp4",
    "audio/aac",
    "audio/amr",
    "audio/3gpp",
    "text/x-vcard",
}
# Of what is accepted, these go without a text beside them.
_WITHOUT_TEXT = frozenset({"audio/mp4", "audio/aac", "text/vcard"})
# The codecs that are taken in a container; '' is of a file that doesn't tell.
_CODECS = {"audio/ogg": ("opus",), "video/mp4": ("h264", "")}


class FileRefused(Exception):
    """The file can't be sent; `code` says why, `kind` is what it is.

    The codes: file_empty, file_too_large, file_type_not_accepted, file_codec_not_accepted, file_too_many_pixels.
    """

    def __init__(self, code: str, kind: Kind | None = None, most_bytes: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.kind = kind or Kind("")
        self.most_bytes = most_bytes


@dataclass(frozen=True)
class OutgoingFile:
    """A file that may be sent: what it is, and a name whose extension agrees with that."""

    kind: Kind
    name: str
    size: int

    @property
    def content_type(self) -> str:
        """Its type."""
        return self.kind.content_type


def check(
    content: bytes | BinaryIO, name: str, declared: str = "", most_document_bytes: int = OTHER_BYTES
) -> OutgoingFile:
    """What the file is, when WhatsApp takes it; a stream is left at its beginning. Raises FileRefused."""
    stream = opened(content)
    size = stream.seek(0, 2)
    stream.seek(0)
    if not size:
        raise FileRefused("file_empty")
    kind = kinds.tell(stream, declared, name)
    if kind.content_type not in ACCEPTED:
        raise FileRefused("file_type_not_accepted", kind)
    if kind.codec not in _CODECS.get(kind.content_type, (kind.codec,)):
        raise FileRefused("file_codec_not_accepted", kind)
    most = most_bytes(kind.content_type, most_document_bytes)
    if size > most:
        raise FileRefused("file_too_large", kind, most)
    if kind.pixels > MOST_PIXELS:
        raise FileRefused("file_too_many_pixels", kind)
    return OutgoingFile(kind, names.for_address(name, EXTENSIONS[kind.content_type]), size)


def most_bytes(content_type: str, most_document_bytes: int = OTHER_BYTES) -> int:
    """How large a file of this type may be."""
    if content_type.startswith("image/"):
        return IMAGE_BYTES
    return most_document_bytes if content_type in DOCUMENTS else OTHER_BYTES


def carries_text(content_type: str) -> bool:
    """Whether a text may go in the same message as such a file; beside the others it is dropped without an error."""
    return content_type in ACCEPTED and content_type not in _WITHOUT_TEXT
