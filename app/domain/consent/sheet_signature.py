"""Sign an evidence sheet's document, and check one with nothing but the public key."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from app.domain.consent import leaf as leaves_of
from app.domain.consent import tree
from app.domain.consent.checkpoints import Checkpoint
from app.domain.consent.signed_note import NoteInvalid, Signer, Verifier

# Blocks of data in the document: nothing in them is executed. The signature is over the document with an empty one.
SIGNATURE = '<script type="text/plain" id="signature">'
EVIDENCE = '<script type="application/json" id="evidence">'
END = "</script>"
_SIGNATURE = re.compile(f"{re.escape(SIGNATURE)}(.*?){re.escape(END)}", re.DOTALL)
_EVIDENCE = re.compile(f"{re.escape(EVIDENCE)}(.*?){re.escape(END)}", re.DOTALL)


class SheetInvalid(Exception):
    """The sheet is not what was signed, or a record in it isn't in the ledger; `why` is a code."""

    def __init__(self, why: str, subject: str = "") -> None:
        super().__init__(f"{why} {subject}".strip())
        self.why = why
        self.subject = subject


@dataclass(frozen=True)
class CheckedSheet:
    """What a sheet proves: so many of its records are in the ledger of `origin` with `size` records."""

    origin: str
    size: int
    proven: int
    unsealed: int


def sign(document: str, key: Signer) -> str:
    """The document with its signature."""
    unsigned = f"{SIGNATURE}{END}"
    if document.count(unsigned) != 1:
        raise ValueError("the document needs one empty block for its signature")
    return document.replace(unsigned, f"{SIGNATURE}\n{key.sign(_text(key.name, document))}{END}")


def check(document: str, key: Verifier) -> CheckedSheet:
    """Check signature, checkpoint and every proof. Raises SheetInvalid."""
    signatures, blocks = _SIGNATURE.findall(document), _EVIDENCE.findall(document)
    if len(signatures) != 1 or len(blocks) != 1:
        raise SheetInvalid("not_a_sheet")
    try:
        text = key.open(signatures[0].removeprefix("\n"))
    except NoteInvalid as error:
        raise SheetInvalid(error.why) from None
    if text != _text(key.name, _SIGNATURE.sub(lambda _: f"{SIGNATURE}{END}", document)):
        raise SheetInvalid("document_differs")
    return check_evidence(json.loads(blocks[0]), key)


def check_evidence(content: dict[str, Any], key: Verifier) -> CheckedSheet:
    """Check the checkpoint and the proofs alone. Raises SheetInvalid."""
    try:
        checkpoint = Checkpoint.open(content["checkpoint"], key)
    except NoteInvalid as error:
        raise SheetInvalid(error.why, "checkpoint") from None
    sealed = [record for record in content["records"] if "proof" in record]
    for record in sealed:
        _check_record(record, checkpoint)
    return CheckedSheet(checkpoint.origin, checkpoint.size, len(sealed), len(content["records"]) - len(sealed))


def _check_record(record: dict[str, Any], checkpoint: Checkpoint) -> None:
    sealed, uuid = record["sealed"], str(record["sealed"]["record_id"])
    try:
        proof = [base64.b64decode(sibling, validate=True) for sibling in record["proof"]]
    except (binascii.Error, ValueError):
        raise SheetInvalid("proof_wrong", uuid) from None
    leaf = leaves_of.hash_of(sealed)
    if not tree.is_included(leaf, record["position"], checkpoint.size, proof, checkpoint.root):
        raise SheetInvalid("proof_wrong", uuid)
    if record["salt"] and leaves_of.commitments(record["salt"], record["values"]) != sealed["commitments"]:
        raise SheetInvalid("value_differs", uuid)


def _text(name: str, document: str) -> str:
    digest = base64.b64encode(hashlib.sha256(document.encode()).digest()).decode()
    return f"{name}/sheet\n{digest}\n"
