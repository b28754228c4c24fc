"""What a file is, told by its content, and whether WhatsApp through Twilio takes it (docs/twilio.md)."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

import filetype

_IMAGE_BYTES = 5 * 1024 * 1024
# Twilio's documented ceiling for everything else; Meta's 100 MB for documents isn't Twilio's.
_OTHER_BYTES = 16 * 1024 * 1024
MOST_BYTES = _OTHER_BYTES
_OFFICE = "application/vnd.openxmlformats-officedocument"
# The first extension is the one a name gets that has none of them.
ACCEPTED = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "video/mp4": ("mp4",),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a", "mp4"),
    "audio/aac": ("aac",),
    "audio/amr": ("amr",),
    "text/vcard": ("vcf",),
    "application/pdf": ("pdf",),
    "application/msword": ("doc",),
    "application/vnd.ms-excel": ("xls",),
    "application/vnd.ms-powerpoint": ("ppt",),
    f"{_OFFICE}.wordprocessingml.document": ("docx",),
    f"{_OFFICE}.spreadsheetml.sheet": ("xlsx",),
    f"{_OFFICE}.presentationml.presentation": ("pptx",),
}
_OFFICE_FOLDERS = {
    "word/": f"{_OFFICE}.wordprocessingml.document",
    "xl/": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/": f"{_OFFICE}.presentationml.presentation",
}
_NAME_LENGTH = 100


class FileRefused(Exception):
    """The file can't be sent; `code` is file_empty, file_too_large or file_type_not_accepted."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class FileType:
    """A name whose extension agrees with the type, and the type that the content shows."""

    name: str
    content_type: str


def examine(name: str, content: bytes) -> FileType:
    """The type of a file, by its content and never by its name alone. Raises FileRefused."""
    if not content:
        raise FileRefused("file_empty")
    content_type = _told_by(content)
    if content_type not in ACCEPTED:
        raise FileRefused("file_type_not_accepted")
    if len(content) > (_IMAGE_BYTES if content_type.startswith("image/") else _OTHER_BYTES):
        raise FileRefused("file_too_large")
    return FileType(_safe_name(name, ACCEPTED[content_type]), content_type)


def _told_by(content: bytes) -> str:
    if content[:64].lstrip(b"\xef\xbb\xbf \r\n").upper().startswith(b"BEGIN:VCARD"):
        return "text/vcard"
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    kind = filetype.guess(content[:8192])
    return str(kind.mime) if kind else ""


def _office(content: bytes) -> str:
    """Word, Excel and PowerPoint are archives, known by the folder in them; their order in it is free."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return ""
    found = [mime for folder, mime in _OFFICE_FOLDERS.items() if any(name.startswith(folder) for name in names)]
    return found[0] if found and "[Content_Types].xml" in names else ""


def _safe_name(name: str, extensions: tuple[str, ...]) -> str:
    """A name of plain letters for an address, with the extension without which WhatsApp refuses the file (63019)."""
    stem, dot, extension = re.split(r"[/\\]", name)[-1].rpartition(".")
    plain = unicodedata.normalize("NFKD", stem if dot else extension).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", plain).strip("-")[:_NAME_LENGTH]
    agrees = bool(dot) and extension.lower() in extensions
    return f"{plain or 'file'}.{extension.lower() if agrees else extensions[0]}"
