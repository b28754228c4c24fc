"""Checkpoints over the consent ledger (C2SP tlog-checkpoint): signed, and once a day sent off the machine."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from app.domain.consent import tree
from app.domain.consent.seal import StoredTree
from app.domain.consent.signed_note import NoteInvalid, Signer, Verifier, decoded
from app.settings import Settings
from app.store import leases
from app.store.consent import checkpoints, leaves
from app.store.database import Database, Session
from app.store.tables import ConsentCheckpoint

EVERY = timedelta(minutes=1)
_RETRY = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))

# Takes a name and a note, and raises OSError when it can't.
Drop = Callable[[str, str], None]


@dataclass(frozen=True)
class Checkpoint:
    """The size and the root of a tree, as a note tells them."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a note's text. Raises NoteInvalid."""
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not (lines[1].isascii() and lines[1].isdecimal()):
            raise NoteInvalid("checkpoint_malformed")
        found = cls(lines[0], int(lines[1]), decoded(lines[2]))
        if len(found.root) != 32 or str(found.size) != lines[1]:
            raise NoteInvalid("checkpoint_malformed")
        return found

    @classmethod
    def open(cls, note: str, verifier: Verifier) -> Checkpoint:
        """The checkpoint of a note that this key signed. Raises NoteInvalid."""
        return cls.parse(verifier.open(note))

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def origin(account_sid: str) -> str:
    """The name of an account's ledger."""
    return f"switchboard/consent/{account_sid}"


def signer(settings: Settings) -> Signer:
    """The key of this installation."""
    return Signer.from_settings(origin(settings.twilio_account_sid), settings.consent_key, settings.secret_key)


def sign_now(session: Session, account_sid: str, key: Signer) -> tuple[Checkpoint, str]:
    """A checkpoint over the tree as it is, and its note; it is not kept."""
    size = leaves.size(session, account_sid)
    found = Checkpoint(origin(account_sid), size, tree.root(StoredTree(session, account_sid).node, size))
    return found, key.sign(str(found))


def write_where_due(database: Database, account_sid: str, key: Signer, at: datetime, daily: bool) -> bool:
    """Keep a checkpoint when the tree grew and none was signed for a minute; and the first of a day when `daily`."""
    if not database.read(lambda session: _due(session, account_sid, at, daily)):
        return False
    return database.write(lambda session: _write(session, account_sid, key, at, daily))


def _write(session: Session, account_sid: str, key: Signer, at: datetime, daily: bool) -> bool:
    name, turn = f"consent.checkpoint:{account_sid}", str(uuid.uuid4())
    if not leases.take(session, name, turn, at, EVERY):
        return False
    # The lease's row is held until the end of this transaction: another may have written one meanwhile.
    due = _due(session, account_sid, at, daily)
    if due:
        found, note = sign_now(session, account_sid, key)
        is_daily = due == "daily"
        told = {"size": found.size, "note": note, "signed_at": at, "daily": is_daily}
        checkpoints.add(session, account_sid, {**told, "send_at": at if is_daily else None})
    leases.give_back(session, name, turn, at)
    return bool(due)


def _due(session: Session, account_sid: str, at: datetime, daily: bool) -> str:
    """Which checkpoint is due: grown, daily, or ''."""
    size = leaves.size(session, account_sid)
    last = checkpoints.newest_daily(session, account_sid) if daily else None
    if daily and size > 0 and (last is None or last.signed_at.date() < at.date()):
        return "daily"
    newest = checkpoints.newest(session, account_sid)
    if newest is None:
        return "grown" if size else ""
    return "grown" if size > newest.size and at - newest.signed_at >= EVERY else ""


def send_due(database: Database, account_sid: str, drop: Drop, at: datetime) -> None:
    """Send daily checkpoints off the machine; what fails is tried again, later each time, up to every two hours."""
    for row in database.read(lambda session: checkpoints.to_send(session, account_sid, at)):
        try:
            drop(f"checkpoint-{row.signed_at:%Y-%m-%d}-{row.size}.txt", row.note)
        except OSError as error:
            database.write(partial(_put_off, row=row, at=at, trouble=str(error)))
        else:
            database.write(partial(_sent, row=row, at=at))


def _put_off(session: Session, row: ConsentCheckpoint, at: datetime, trouble: str) -> None:
    wait = _RETRY[min(row.tries, len(_RETRY) - 1)]
    values = {"send_at": at + wait, "tries": row.tries + 1, "trouble": trouble[:500]}
    checkpoints.update(session, row.account_sid, row.id or 0, **values)


def _sent(session: Session, row: ConsentCheckpoint, at: datetime) -> None:
    values = {"send_at": None, "sent_at": at, "tries": row.tries + 1, "trouble": ""}
    checkpoints.update(session, row.account_sid, row.id or 0, **values)
