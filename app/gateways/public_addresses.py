"""Which IP addresses are public: those that anybody on the internet may be sent to."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# What leads somewhere else than it says, or to a network of one's own (RFC 3056, 4380, 4291, 8215, 3879).
_NEVER_V6 = [ipaddress.ip_network(net) for net in ("2002::/16", "2001::/32", "::/96", "64:ff9b:1::/48", "fec0::/10")]
# What some versions of Python take for public (RFC 6890, 7526).
_NEVER_V4 = [ipaddress.ip_network(net) for net in ("192.0.0.0/24", "192.88.99.0/24")]


def is_public(address: Address) -> bool:
    """True for an address of the public internet; an IPv4 address inside an IPv6 one counts as that."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if any(address in net for net in _NEVER_V6) or address.scope_id:
            return False
    elif any(address in net for net in _NEVER_V4):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved
