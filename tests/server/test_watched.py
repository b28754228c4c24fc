"""Connections that a thread watches for their next request."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from harness.waiting import until
from server.watched import Watched


@dataclass(eq=False)
class Conn:
    """A connection as gunicorn has it, and the client's end."""

    sock: socket.socket
    theirs: socket.socket


@pytest.fixture
def conns() -> Iterator[list[Conn]]:
    """Three connections."""
    made = [Conn(*socket.socketpair()) for _ in range(3)]
    yield made
    for conn in made:
        conn.sock.close()
        conn.theirs.close()


def test_those_that_stir_are_told_and_are_idle_no_longer(conns: list[Conn]) -> None:
    watched = Watched()
    for conn in conns:
        watched.keep(conn)
    conns[1].theirs.sendall(b"a")
    assert watched.stirring(5) == [conns[1]]
    assert watched.idle == 2
    # What comes behind a request that is under way is for later.
    conns[1].theirs.sendall(b"b")
    assert watched.stirring(0) == []
    watched.keep(conns[1])
    assert watched.stirring(5) == [conns[1]]
    conns[1].sock.recv(10)
    watched.keep(conns[1])
    assert (watched.stirring(0), watched.idle) == ([], 3)


def test_the_end_of_a_connection_stirs(conns: list[Conn]) -> None:
    watched = Watched()
    watched.keep(conns[0])
    conns[0].theirs.close()
    assert watched.stirring(5) == [conns[0]]
    watched.forget(conns[0])
    assert (watched.stirring(0), watched.idle) == ([], 0)


def test_one_that_nobody_watches_may_be_forgotten(conns: list[Conn]) -> None:
    watched = Watched()
    watched.forget(conns[0])
    conns[0].theirs.sendall(b"a")
    assert watched.stirring(0) == []


def test_the_idle_are_released_longest_first_and_one_with_a_request_is_not(conns: list[Conn]) -> None:
    watched = Watched()
    for conn in conns:
        watched.keep(conn)
    watched.keep(conns[0])
    conns[2].theirs.sendall(b"a")
    assert watched.stirring(5) == [conns[2]]
    assert watched.release(60) == []
    assert watched.release() == [conns[1], conns[0]]
    assert watched.idle == 0
    conns[1].theirs.sendall(b"a")
    assert watched.stirring(0) == []
    conns[2].sock.recv(10)
    watched.keep(conns[2])
    assert until(lambda: watched.release(0.05)) == [conns[2]]


def test_whoever_waits_is_woken(conns: list[Conn]) -> None:
    watched, found = Watched(), []
    waiting = threading.Thread(target=lambda: found.append(watched.stirring(30)))
    waiting.start()
    begun = time.monotonic()
    # More than a pipe holds.
    for _ in range(100_000):
        watched.wake()
    waiting.join(20)
    assert (found, time.monotonic() - begun < 20) == ([[]], True)
    until(lambda: watched.stirring(0.01) == [] and watched.idle == 0)
