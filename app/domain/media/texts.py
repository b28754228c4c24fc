"""Files that are text: markup, cards and calendars show what they are; the rest is told by what was said."""

from __future__ import annotations

import codecs
import json
import re

from app.domain.media.bounded import Bounded

# As browsers know HTML: one of these, and a blank or ">" behind it (MIME Sniffing Standard, 7.1).
_HTML = re.compile(
    r"<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|img|meta|link|form"
    r"|object|embed|base|video|audio|math)[\s/>]",
    re.IGNORECASE,
)
_XML = re.compile(r"<\?xml|<!doctype |<[a-z_][\w:.-]*[\s/>]", re.IGNORECASE)
_SVG = re.compile(r"<(?:\w+:)?svg[\s/>]|<!doctype svg", re.IGNORECASE)
_COMMENT = re.compile(r"(?:\s*<!--.*?-->)+", re.DOTALL)
# Nothing that is text has them.
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SAID = ("text/csv", "text/tab-separated-values", "text/markdown", "text/plain")
_MOST_JSON = 256 * 1024


def told(file: Bounded, head: bytes, declared: str, named: str) -> str:
    """The type of a text; '' for what is none."""
    text = _text(head)
    if not text.strip():
        return ""
    begins = text.lstrip()
    opening = begins[:40].upper()
    if opening.startswith("BEGIN:VCARD"):
        return "text/x-vcard"
    if opening.startswith("BEGIN:VCALENDAR"):
        return "text/calendar"
    if opening.startswith("<"):
        return _markup(begins)
    if begins[0] in "{[" and ("application/json" in (declared, named) or _is_json(file)):
        return "application/json"
    return next((word for word in (declared, named) if word in _SAID), "text/plain")


def _text(head: bytes) -> str:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    if _BINARY.search(head):
        return ""
    text = head.decode("utf-8", "replace")
    # An older encoding leaves blanks and signs as they are; sound and noise have none.
    plain = sum(sign.isascii() for sign in text)
    return text if "\ufffd" not in text or plain * 10 >= len(text) else ""


def _markup(begins: str) -> str:
    inner = _COMMENT.sub("", begins, count=1).lstrip()
    if _HTML.match(inner) or _HTML.match(begins):
        return "text/html"
    if _SVG.search(begins):
        return "image/svg+xml"
    if re.search(r"<html[\s>]", begins, re.IGNORECASE) or begins.startswith("<!--"):
        return "text/html"
    return "text/xml" if _XML.match(begins) else "text/plain"


def _is_json(file: Bounded) -> bool:
    if file.size > _MOST_JSON:
        return False
    try:
        json.loads(file.at(0, _MOST_JSON))
    except (ValueError, RecursionError):
        return False
    return True
