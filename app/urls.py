"""Addresses taken apart; what is none is None, where urllib raises."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

_MAIL_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,253}")


def split(address: str) -> SplitResult | None:
    """The parts of an address, or None of what can be none, such as `//[` or port 99999."""
    try:
        parts = urlsplit(address)
        # Looked at only when asked for, and raises then.
        _ = parts.port
    except ValueError:
        return None
    return parts


def base_url(value: str) -> str:
    """A whole URL that paths are put behind, without its last slash; https, or on this machine's loopback.

    Raises ValueError with what it must be.
    """
    url = split(value) if value.isascii() and value.isprintable() and " " not in value else None
    host = url.hostname if url else None
    if not url or not host or url.scheme not in ("http", "https") or url.query or url.fragment:
        raise ValueError("must be a whole URL like https://console.example.com")
    if url.scheme == "http" and not _is_loopback(host):
        raise ValueError("must begin with https:// (http:// only for this machine's loopback)")
    return value.rstrip("/")


def mail_address(value: str) -> str:
    """The address as it is. Raises ValueError for what is none."""
    if not _MAIL_ADDRESS.fullmatch(value):
        raise ValueError("must be a mail address like somebody@example.com")
    return value


def is_ip_address(text: str) -> bool:
    """True for an IPv4 or IPv6 address."""
    return _ip_of(text) is not None


def _is_loopback(host: str) -> bool:
    ip = _ip_of(host)
    return host == "localhost" or (ip is not None and ip.is_loopback)


def _ip_of(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
