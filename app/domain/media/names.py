"""Names of files, made safe: ours for an address, a customer's as it came."""

from __future__ import annotations

import re
import unicodedata

from app.domain.media.extensions import EXTENSIONS, UNKNOWN, type_of_name

_LENGTH = 100
_ENDING = re.compile(r"[A-Za-z0-9]{1,8}")
_GIVEN = re.compile(r"[^\n\r]*[^\s.][^\n\r]*\.(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{1,5}")
# No file system takes them, or they turn the name around that people read.
_FORBIDDEN = re.compile(
    r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffd]'
)


def for_address(name: str, extensions: tuple[str, ...]) -> str:
    """A name of plain letters for an address, with the extension without which WhatsApp refuses the file (63019)."""
    stem, dot, extension = re.split(r"[/\\]", name)[-1].rpartition(".")
    plain = unicodedata.normalize("NFKD", stem if dot else extension).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", re.sub(r"\.{2,}", ".", plain)).strip("-.")[:_LENGTH].rstrip("-.")
    agrees = bool(dot) and extension.lower() in extensions
    return f"{plain or 'file'}.{extension.lower() if agrees else extensions[0]}"


def as_given(name: str) -> str:
    """A customer's name for a file, safe to show and to save under; '' when nothing is left of it."""
    last = re.split(r"[/\\]", name.strip())[-1]
    safe = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", last)).strip(" .")
    if len(safe) <= _LENGTH:
        return safe
    stem, dot, ending = safe.rpartition(".")
    return f"{stem[: _LENGTH - len(ending) - 1]}.{ending}" if dot and _ENDING.fullmatch(ending) else safe[:_LENGTH]


def given_in(body: str, content_type: str) -> str:
    """The document's name that WhatsApp puts where a message's text is; '' for a caption.

    Its ending says so: one that files have, or any, where nobody knows what the file is. Pictures, sounds and films
    have captions only.
    """
    given = body.strip()
    if content_type.startswith(("image/jpeg", "image/png", "image/webp", "audio/", "video/")):
        return ""
    if not _GIVEN.fullmatch(given) or len(given) > 255:
        return ""
    known = type_of_name(given) or content_type in ("", UNKNOWN) or content_type not in EXTENSIONS
    return as_given(given) if known else ""
