"""Ask for a file as Twilio will, before a message takes it along: what would fail there is found here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.domain.media import outgoing
from app.domain.media.extensions import EXTENSIONS, plain_type
from app.domain.media.files import referred
from app.domain.media.probes import ProbeLinks
from app.gateways.public_url import PublicUrl, Seen, UrlFailed
from app.store.tables import HostedFile


@dataclass(frozen=True)
class Found:
    """What a check found: a `failure` of PREFLIGHT_FAILURES or '', a `warning`, and what was seen instead."""

    failure: str = ""
    seen: str = ""
    warning: str = ""


def subject_of(url: str) -> str:
    """What an entry of a message's list of files is checked under."""
    return url if referred(url) is not None else f"url:{hashlib.sha256(url.encode()).hexdigest()}"


def is_of_ours(subject: str) -> bool:
    """The subject of a check is a file that is hosted here."""
    return referred(subject) is not None


def check_ours(asked: PublicUrl, links: ProbeLinks, file: HostedFile, at: datetime) -> Found:
    """Check a hosted file at its public address: HEAD and GET, both as WhatsApp wants them."""
    assert file.id is not None
    if file.name.rpartition(".")[2].lower() not in EXTENSIONS.get(file.content_type, ()):
        return Found("extension_wrong", file.name)
    for method in ("HEAD", "GET"):
        try:
            seen = asked.ours(links.address(file.id, file.name, at), method, file.size)
        except UrlFailed as error:
            # More came than the file has.
            return Found("length_wrong" if error.code == "too_large" else error.code, error.seen)
        found = _of_answer(seen, file, method)
        if found.failure:
            return found
    return Found()


def _of_answer(seen: Seen, file: HostedFile, method: str) -> Found:
    if 300 <= seen.status < 400:
        return Found("redirected", str(seen.status))
    if seen.status != 200:
        return Found("status", str(seen.status))
    if plain_type(seen.content_type) != plain_type(file.content_type):
        return Found("type_wrong", seen.content_type)
    if method == "GET" and not seen.size:
        return Found("empty")
    if seen.content_length != file.size or (method == "GET" and seen.size != file.size):
        return Found("length_wrong", str(seen.size if seen.content_length is None else seen.content_length))
    return Found()


def check_theirs(
    asked: PublicUrl, url: str, most_document_bytes: int, take: Callable[[bytes], object] = lambda piece: None
) -> Found:
    """Check somebody else's URL: GET decides, for what is signed for GET alone answers nothing else.

    `take` gets what comes, piece by piece.
    """
    try:
        seen = asked.theirs(url, "GET", outgoing.MOST_DOCUMENT_BYTES, take)
    except UrlFailed as error:
        return Found(error.code, error.seen)
    content_type = plain_type(seen.content_type)
    if seen.status != 200:
        return Found("status", str(seen.status))
    if not seen.size:
        return Found("empty")
    if content_type not in outgoing.ACCEPTED:
        return Found("type_not_accepted", seen.content_type)
    if seen.size > outgoing.most_bytes(content_type, most_document_bytes):
        return Found("too_large", str(seen.size))
    if seen.content_length not in (None, seen.size):
        return Found("length_wrong", str(seen.content_length))
    return Found(warning="" if _answers_head(asked, url) else "head_refused")


def _answers_head(asked: PublicUrl, url: str) -> bool:
    try:
        return asked.theirs(url, "HEAD", 0).status == 200
    except UrlFailed:
        return False
