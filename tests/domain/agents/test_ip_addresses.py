"""Addresses in the ways in which proxies and clients write them."""

from __future__ import annotations

import pytest

from app.domain.agents.ip_addresses import plain, throttled_as


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("192.0.2.1:8080", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("[::ffff:192.0.2.1]:443", "192.0.2.1"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("fe80::1%25eth0' OR 1", "fe80::1"),
        *(
            (text, "")
            for text in ("", "unknown", "_hidden", "localhost", "192.0.2.256", "192.0.2.1.", "1", "[", "a" * 9)
        ),
        *((text, "") for text in ("192.0.2.1, 192.0.2.2", "192.0.2.1:x", "[::1", "::1]:80", "\x00", "١٩٢.0.2.1")),
    ],
)
def test_an_address_is_written_in_one_way(written: str, address: str) -> None:
    assert plain(written) == address


def test_a_house_of_ipv6_addresses_counts_as_one() -> None:
    assert throttled_as("2001:db8:1:2::a") == throttled_as("[2001:DB8:1:2:ffff::b%eth0]:80") == "2001:db8:1:2::/64"
    assert throttled_as("2001:db8:1:3::a") != throttled_as("2001:db8:1:2::a")
    assert throttled_as("::ffff:192.0.2.1") == throttled_as("192.0.2.1") == "192.0.2.1"
    assert throttled_as("nonsense") == ""
