"""Keeps tests on this machine."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest


class OutsideConnection(AssertionError):
    """A test tried to reach another machine."""


def stay_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sockets connect to loopback and to Unix sockets only."""
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(this: socket.socket, address: Any) -> Any:
        if this.family != socket.AF_UNIX and not _is_loopback(address[0]):
            raise OutsideConnection(f"a test may not connect to {address[0]}")
        return connect(this, address)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
