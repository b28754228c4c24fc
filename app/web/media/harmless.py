"""The headers of every file that leaves, be it a customer's or ours, to our people or to Twilio: decided here alone."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

from app.domain.media.outgoing import ACCEPTED
from app.web.messages.attachments import INLINE

# A file may do nothing in our name: no scripts, no forms, nothing loaded, an origin of its own.
_LOCKED = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox; frame-ancestors 'none'"
# The page that a browser makes around a picture has styles of its own.
_PICTURE = f"{_LOCKED}; style-src 'unsafe-inline'"
# A sandboxed page may not run the browser's own PDF viewer.
_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def to_our_people(answer: Response, content_type: str, name: str, *, download: bool = False) -> Response:
    """Shown in place where a browser does that without running anything; handed over as a file else."""
    shown = content_type in INLINE
    _set(answer, content_type if shown else "", name, inline=shown and not download)
    answer.headers["Content-Security-Policy"] = _policy(content_type) if shown else _LOCKED
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, max-age=600"
    return answer


def to_twilio(answer: Response, content_type: str, name: str) -> Response:
    """As WhatsApp wants it: its own type, inline, with its name. What nobody may send goes as a mere file."""
    accepted = content_type in ACCEPTED or content_type == "text/vcard"
    _set(answer, content_type if accepted else "", name, inline=accepted)
    answer.headers["Content-Security-Policy"] = _LOCKED
    # Browsers that come by, such as the preview of somebody who was given the address, may show it elsewhere.
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


def _set(answer: Response, content_type: str, name: str, *, inline: bool) -> None:
    # Without a charset, which Flask would add to text.
    answer.headers["Content-Type"] = content_type or "application/octet-stream"
    answer.headers["Content-Disposition"] = f"{'inline' if inline else 'attachment'}; {_named(name)}"
    answer.headers["X-Content-Type-Options"] = "nosniff"


def _named(name: str) -> str:
    """The name as RFC 6266 writes it; what isn't plain is told in RFC 8187's way too."""
    plain = "".join(sign if " " <= sign <= "~" and sign not in '"\\%' else "_" for sign in name) or "file"
    return f'filename="{plain}"' if plain == name else f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _policy(content_type: str) -> str:
    if content_type == "application/pdf":
        return _PDF
    return _PICTURE if content_type.startswith("image/") else _LOCKED
