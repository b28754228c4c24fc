"""Encryption of what is kept outside the database: Fernet (AES-128-CBC and HMAC-SHA256) of the cryptography package."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken


class SealBroken(Exception):
    """The bytes were not sealed with this key, or were changed since."""


class Seal:
    """Seals and opens bytes with ARCHIVE_KEY."""

    def __init__(self, key: str) -> None:
        self._fernet = Fernet(key)

    def close(self, content: bytes) -> bytes:
        """The content, encrypted and signed."""
        return self._fernet.encrypt(content)

    def open(self, sealed: bytes) -> bytes:
        """The content again. Raises SealBroken."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise SealBroken from None


def new_key() -> str:
    """A key for ARCHIVE_KEY."""
    return Fernet.generate_key().decode()
