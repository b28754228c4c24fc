"""Passwords: which may be chosen, how they are kept, and how one is checked."""

from __future__ import annotations

import threading
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
# Long enough for a passphrase; an endless one would only cost memory.
LONGEST = 200
BUSY_SECONDS = 5.0

# OWASP's password storage cheat sheet: Argon2id with 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Each check costs 19 MiB and a core for its time, so a flood of logins must queue here, not take the machine.
_TURNS = threading.BoundedSemaphore(4)


class PasswordRefused(Exception):
    """The password may not be chosen; `code` is too_short, too_long, too_common or same_as_login."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TooBusy(Exception):
    """Too many passwords are being checked at this moment."""


def judge(password: str, login: str = "") -> None:
    """Raise PasswordRefused unless the password may be chosen (NIST SP 800-63B: length and a list, no recipes)."""
    if len(password) < SHORTEST:
        raise PasswordRefused("too_short")
    if len(password) > LONGEST:
        raise PasswordRefused("too_long")
    folded = password.casefold()
    if folded in _common() or len(set(folded)) < 4:
        raise PasswordRefused("too_common")
    if login and folded in (login, login * 2, login[::-1]):
        raise PasswordRefused("same_as_login")


def hashed(password: str, login: str = "") -> str:
    """The hash that is stored of a password. Raises PasswordRefused when it may not be chosen, TooBusy."""
    judge(password, login)
    with _Turn():
        return _HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """True when the password is the stored one. Takes as long when there is none ('' as the hash). Raises TooBusy."""
    if len(password) > LONGEST:
        return False
    with _Turn():
        try:
            return _HASHER.verify(password_hash or _nobodys(), password) and bool(password_hash)
        except (VerificationError, InvalidHashError):
            return False


class _Turn:
    def __enter__(self) -> None:
        if not _TURNS.acquire(timeout=BUSY_SECONDS):
            raise TooBusy

    def __exit__(self, *_: object) -> None:
        _TURNS.release()


@cache
def _common() -> frozenset[str]:
    # Those of twelve characters and more that every guesser tries first; shorter ones are refused anyway.
    return frozenset(files("app.domain.agents").joinpath("common_passwords.txt").read_text("utf-8").split())


@cache
def _nobodys() -> str:
    return _HASHER.hash("of nobody")
