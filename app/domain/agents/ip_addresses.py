"""Where a login comes from, written in one way, and what of it the throttle counts by."""

from __future__ import annotations

import ipaddress
import re

# As proxies write them: [2001:db8::1]:443, 192.0.2.1:443.
_IN_BRACKETS = re.compile(r"\[([^\]]*)\](?::[0-9]{1,5})?")
_WITH_PORT = re.compile(r"([0-9.]+):[0-9]{1,5}")
# What one line of one customer of a provider is given: whoever has one address of these has them all.
_ONE_HOUSE = 64


def plain(text: str) -> str:
    """The address without port, zone and other ways to write it; '' for what is none."""
    text = text.strip()
    found = _IN_BRACKETS.fullmatch(text) or _WITH_PORT.fullmatch(text)
    try:
        ip = ipaddress.ip_address((found[1] if found else text).partition("%")[0])
    except ValueError:
        return ""
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return str(mapped or ip)


def throttled_as(text: str) -> str:
    """An IPv4 address by itself, an IPv6 address by its first 64 bits."""
    address = plain(text)
    return str(ipaddress.ip_network(f"{address}/{_ONE_HOUSE}", strict=False)) if ":" in address else address
