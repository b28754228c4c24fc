"""Fetching the MediaUrl of a create, as Twilio does before it hands a message to WhatsApp."""

from __future__ import annotations

import http.client
import ipaddress
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urljoin, urlsplit

USER_AGENT = {"User-Agent": "TwilioProxy/1.1", "Accept": "*/*"}
LIMIT = 16 * 1024 * 1024
IMAGE_LIMIT = 5 * 1024 * 1024
SECONDS = 30
REDIRECTS = 3
FIRST_PAGE = 128
OFFICE = "application/vnd.openxmlformats-officedocument"
# What WhatsApp takes; Twilio fetches everything.
TAKEN = frozenset(
    {
        "image/jpeg", "image/png", "image/webp",
        "audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "audio/3gpp",
        "video/mp4", "video/3gpp",
        "text/plain", "text/vcard", "text/x-vcard",
        "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
        f"{OFFICE}.wordprocessingml.document", f"{OFFICE}.spreadsheetml.sheet",
        f"{OFFICE}.presentationml.presentation",
    }
)  # fmt: skip
MAGIC = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG",
    "application/pdf": b"%PDF",
    "audio/ogg": b"OggS",
}


@dataclass
class FetchFailed(Exception):
    """Why Twilio could not take a file: the code that the status callback will carry."""

    code: str


@dataclass(frozen=True)
class Fetched:
    """One file as it was handed out."""

    content: bytes
    content_type: str
    file_name: str


def fetch(url: str) -> Fetched:
    """HEAD and GET a media URL on this machine; raises FetchFailed.

    63019 where it can't be reached, isn't 200, is empty or too large, or is handed out as an attachment
    without an extension in its name; 12300 where its Content-Type is missing or isn't what the bytes are;
    63021 where WhatsApp doesn't take such a file, Ogg without Opus among them.
    """
    _ask("HEAD", url)
    headers, content = _ask("GET", url)
    name = PurePosixPath(urlsplit(url).path).name
    content_type = (headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    attached = (headers.get("Content-Disposition") or "").startswith("attachment")
    if not content_type:
        raise FetchFailed("12300")
    too_large = len(content) > (IMAGE_LIMIT if content_type.startswith("image/") else LIMIT)
    if not content or too_large or (attached and "." not in name):
        raise FetchFailed("63019")
    if not content.startswith(MAGIC.get(content_type, b"")):
        raise FetchFailed("12300")
    if content_type not in TAKEN or (content_type == "audio/ogg" and b"OpusHead" not in content[:FIRST_PAGE]):
        raise FetchFailed("63021")
    return Fetched(content, content_type, name)


def _ask(method: str, url: str) -> tuple[http.client.HTTPMessage, bytes]:
    for _ in range(REDIRECTS + 1):
        parts = urlsplit(url)
        if parts.scheme != "http" or not is_loopback(parts.hostname or ""):
            raise FetchFailed("63019")
        connection = http.client.HTTPConnection(parts.netloc, timeout=SECONDS)
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target or "/", headers=USER_AGENT)
            response = connection.getresponse()
            content = response.read(LIMIT + 1)
        except (OSError, ValueError, http.client.HTTPException) as problem:
            raise FetchFailed("63019") from problem
        finally:
            connection.close()
        if response.status in (301, 302, 303, 307, 308):
            url = urljoin(url, response.headers.get("Location", ""))
            continue
        if response.status != 200:
            raise FetchFailed("63019")
        return response.headers, content
    raise FetchFailed("63019")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
