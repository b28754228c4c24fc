"""Signed notes (C2SP signed-note) with Ed25519: text that whoever holds the public key can check."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_ED25519 = b"\x01"
_DASH = "\u2014 "
_PURPOSE = b"switchboard consent checkpoints 1"


class NoteInvalid(Exception):
    """The note, or the key, is not well formed, or no signature of it is the key's; `why` is a code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Verifier:
    """A public key with its name."""

    name: str
    key: bytes

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read `<name>+<hash>+<base64>`. Raises NoteInvalid."""
        parts = text.strip().split("+", 2)
        data = decoded(parts[2]) if len(parts) == 3 else b""
        found = cls(parts[0], data[1:])
        if len(data) != 33 or data[:1] != _ED25519 or not parts[0] or found.key_id().hex() != parts[1]:
            raise NoteInvalid("key_malformed")
        return found

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id().hex()}+{base64.b64encode(_ED25519 + self.key).decode()}"

    def key_id(self) -> bytes:
        """The first four bytes of the hash of name and key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.key).digest()[:4]

    def open(self, note: str) -> str:
        """The note's text, when it is signed with this key. Raises NoteInvalid."""
        text, signatures = _taken_apart(note)
        mine = [data[4:] for name, data in signatures if name == self.name and data[:4] == self.key_id()]
        if not mine:
            raise NoteInvalid("key_other")
        try:
            for signature in mine:
                Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            raise NoteInvalid("signature_wrong") from None
        return text


@dataclass(frozen=True)
class Signer:
    """A private key with its name."""

    name: str
    _key: Ed25519PrivateKey

    @classmethod
    def from_settings(cls, name: str, consent_key: str, secret_key: str) -> Signer:
        """The key that CONSENT_KEY holds, else the one that follows from SECRET_KEY."""
        if consent_key:
            seed = base64.b64decode(consent_key)
        else:
            seed = HKDF(hashes.SHA256(), 32, salt=None, info=_PURPOSE).derive(secret_key.encode())
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def verifier(self) -> Verifier:
        """The public key."""
        return Verifier(self.name, self._key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The note: the text, which ends with a line's end, an empty line, and the signature."""
        signature = base64.b64encode(self.verifier.key_id() + self._key.sign(text.encode())).decode()
        return f"{text}\n{_DASH}{self.name} {signature}\n"


def _taken_apart(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    text, gap, signatures = note.rpartition("\n\n")
    lines = signatures.removesuffix("\n").split("\n")
    if not gap or not signatures.endswith("\n") or not all(line.startswith(_DASH) for line in lines):
        raise NoteInvalid("note_malformed")
    pairs = [line.removeprefix(_DASH).rpartition(" ") for line in lines]
    return f"{text}\n", [(name, decoded(data)) for name, _, data in pairs]


def decoded(text: str) -> bytes:
    """The bytes of base64. Raises NoteInvalid."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteInvalid("note_malformed") from None
