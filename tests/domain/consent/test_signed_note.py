"""Signed notes: the form that others read, and what is refused."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.domain.consent.checkpoints import Checkpoint
from app.domain.consent.signed_note import NoteInvalid, Signer, Verifier

SECRET = "a-key-that-only-the-tests-ever-use-0123456789"
NAME = "switchboard/consent/AC1"
KEY = Signer.from_settings(NAME, "", SECRET)
# The example of the note package that Go's checksum database is built on.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def refused(text: str, verifier: Verifier = KEY.verifier) -> str:
    with pytest.raises(NoteInvalid) as caught:
        verifier.open(text)
    return caught.value.why


def test_a_note_that_others_signed_is_read() -> None:
    verifier = Verifier.parse(PETER)
    assert str(verifier) == PETER
    assert verifier.open(PETERS_NOTE).startswith("If you think")
    assert refused(PETERS_NOTE.replace("cryptography", "mathematics"), verifier) == "signature_wrong"


def test_a_note_has_the_form_that_others_read() -> None:
    text = f"{NAME}\n3\n{base64.b64encode(bytes(32)).decode()}\n"
    note = KEY.sign(text)
    assert note.startswith(f"{text}\n\u2014 {NAME} ")
    signature = base64.b64decode(note.rsplit(" ", 1)[1])
    name, key_id, key = str(KEY.verifier).split("+", 2)
    raw = base64.b64decode(key)
    assert (name, raw[0], signature[:4].hex()) == (NAME, 1, key_id)
    assert hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8] == key_id
    Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signature[4:], text.encode())


def test_what_is_not_signed_with_the_key_is_refused() -> None:
    note = KEY.sign("text\n")
    other = Signer.from_settings(NAME, base64.b64encode(bytes(range(32))).decode(), SECRET)
    assert refused(note.replace("text", "test")) == "signature_wrong"
    assert refused(other.sign("text\n")) == "key_other"
    assert refused(Signer.from_settings("another", "", SECRET).sign("text\n")) == "key_other"
    for broken in ("", "text\n", note.removesuffix("\n"), note.replace("\n\n", "\n"), note[:-6] + "*\n"):
        assert refused(broken) == "note_malformed", broken


@pytest.mark.parametrize("text", ["", "a+b", "a+00000000+AAAA", str(KEY.verifier)[:-4], str(KEY.verifier) + "AAAA"])
def test_a_key_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(NoteInvalid):
        Verifier.parse(text)


def test_the_key_follows_from_the_secret_unless_it_is_given() -> None:
    seed = base64.b64encode(bytes(range(32))).decode()
    assert Signer.from_settings(NAME, seed, SECRET).verifier == Signer.from_settings(NAME, seed, "other").verifier
    assert Signer.from_settings(NAME, "", "other").verifier != KEY.verifier


@pytest.mark.parametrize(
    "text", ["", "a\n", "a\n1\nAAAA\n", f"a\n01\n{'A' * 43}=\n", f"a\n-1\n{'A' * 43}=\n", f"\n1\n{'A' * 43}=\n"]
)
def test_a_checkpoint_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(NoteInvalid):
        Checkpoint.parse(text)


def test_a_checkpoint_may_have_more_lines() -> None:
    found = Checkpoint.parse(f"{NAME}\n7\n{'A' * 43}=\nmore\n")
    assert (found.origin, found.size, found.root) == (NAME, 7, bytes(32))
