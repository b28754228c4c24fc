"""Addresses of people who were erased are known again by a keyed hash, so that their opt-outs come back with them.

What is kept is restored by the ledger, which is above this room: `app/domain/consent/kept_opt_outs.py`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.store.database import Session
from app.store.privacy import erasures
from app.store.privacy.erasures import Hash, Kept

_PURPOSE = b"switchboard suppression"
Restore = Callable[[Session, str, Mapping[str, Kept], datetime], None]


@dataclass(frozen=True)
class Keys:
    """The keys of the hashes by version; new hashes are made with the last one, old ones are found by any."""

    by_version: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def of(cls, secret_key: str, listed: str) -> Keys:
        """The key that SECRET_KEY gives, and those of SUPPRESSION_KEYS."""
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=_PURPOSE).derive(secret_key.encode())
        # Under its own name, so that a changed SECRET_KEY doesn't pass for the one before.
        found = {f"s-{hashlib.sha256(derived).hexdigest()[:8]}": derived}
        for one in filter(None, listed.split(",")):
            version, _, key = one.partition(":")
            found[version] = base64.b64decode(key)
        return cls(found)

    def newest(self, account_sid: str, address: str) -> Hash:
        """The version and the hash that an address is kept under."""
        version = list(self.by_version)[-1]
        return version, _hash(self.by_version[version], account_sid, address)

    def all(self, account_sid: str, addresses: Iterable[str]) -> dict[Hash, str]:
        """The addresses by each version and hash that they may be kept under."""
        return {
            (version, _hash(key, account_sid, address)): address
            for address in addresses
            for version, key in self.by_version.items()
        }


@dataclass(frozen=True)
class _InUse:
    keys: Keys
    restore: Restore


_in_use: _InUse | None = None


def use(keys: Keys, restore: Restore) -> None:
    """Let this process know people again by these keys."""
    global _in_use
    _in_use = _InUse(keys, restore)


def keys() -> Keys:
    """The keys of this process."""
    if _in_use is None:
        raise RuntimeError("nothing says by which keys people who were erased are known again")
    return _in_use.keys


def look(session: Session, account_sid: str, addresses: Iterable[str], at: datetime) -> None:
    """Some addresses have become somebody's: what was kept of whoever had them before comes back.

    Raises RuntimeError where something is kept and no key is known, rather than forget an opt-out.
    """
    found = kept_of(session, account_sid, addresses)
    if found and _in_use is not None:
        _in_use.restore(session, account_sid, found, at)


def kept_of(session: Session, account_sid: str, addresses: Iterable[str]) -> dict[str, Kept]:
    """What is kept of these addresses. Raises RuntimeError as `look`."""
    if not erasures.anybody_kept(session, account_sid):
        return {}
    return erasures.kept(session, account_sid, keys().all(account_sid, addresses))


def _hash(key: bytes, account_sid: str, address: str) -> str:
    return hmac.new(key, f"{account_sid}\0{address}".encode(), hashlib.sha256).hexdigest()
