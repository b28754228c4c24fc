"""Checkpoints are signed as the tree grows, at most one a minute, and one a day leaves the machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.consent import checkpoints, seal, tree
from app.domain.consent.checkpoints import Checkpoint
from app.domain.consent.seal import StoredTree
from app.gateways.checkpoint_drop import drop_for
from app.settings import Settings
from app.store.database import Database
from app.store.tables import ConsentCheckpoint
from tests.domain.consent.sealing import add_records
from tests.gateways.listener import Listener, answering, read_request
from tests.support.cast import ACCOUNT, only, rows

AT = datetime(2026, 11, 20, 23, 59, 30, tzinfo=UTC)


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings(TWILIO_ACCOUNT_SID=ACCOUNT)


def write(database: Database, settings: Settings, at: datetime, daily: bool = False) -> bool:
    seal.seal_new(database, ACCOUNT)
    return checkpoints.write_where_due(database, ACCOUNT, checkpoints.signer(settings), at, daily)


def test_one_is_signed_when_the_tree_grew_and_a_minute_has_passed(database: Database, settings: Settings) -> None:
    assert not write(database, settings, AT)
    add_records(database, 2)
    assert write(database, settings, AT)
    add_records(database, 3)
    assert not write(database, settings, AT + timedelta(seconds=59))
    assert write(database, settings, AT + timedelta(seconds=60))
    assert not write(database, settings, AT + timedelta(hours=1))
    verifier = checkpoints.signer(settings).verifier
    old, new = (Checkpoint.open(row.note, verifier) for row in rows(database, ConsentCheckpoint))
    assert (old.size, new.size, new.origin) == (2, 5, f"switchboard/consent/{ACCOUNT}")
    proof = database.read(lambda session: tree.consistency_proof(StoredTree(session, ACCOUNT).node, 2, 5))
    assert tree.is_consistent(2, 5, old.root, new.root, proof)


def test_the_first_of_a_day_leaves_the_machine(database: Database, settings: Settings, tmp_path: Path) -> None:
    add_records(database, 1)
    assert write(database, settings, AT, daily=True)
    assert not write(database, settings, AT + timedelta(seconds=20), daily=True)
    assert write(database, settings, AT + timedelta(seconds=40), daily=True)
    folder = tmp_path / "elsewhere" / "kept"
    checkpoints.send_due(database, ACCOUNT, drop_for(str(folder)), AT + timedelta(minutes=1))
    kept = {file.name: file.read_text() for file in folder.iterdir()}
    assert sorted(kept) == ["checkpoint-2026-11-20-1.txt", "checkpoint-2026-11-21-1.txt"]
    for row in rows(database, ConsentCheckpoint):
        assert (row.daily, row.send_at, row.sent_at) == (True, None, AT + timedelta(minutes=1))
        assert row.note in kept.values()


def test_it_is_posted_and_tried_again_until_it_is_taken(database: Database, settings: Settings) -> None:
    add_records(database, 1)
    write(database, settings, AT, daily=True)
    at = AT
    for answer, minutes in ((b"HTTP/1.1 503 Busy\r\n\r\n", 1), (b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", 5)):
        with Listener(answering(answer)) as busy:
            checkpoints.send_due(database, ACCOUNT, drop_for(f"{busy.url}/kept"), at)
        row = only(database, ConsentCheckpoint)
        assert (row.sent_at, row.send_at) == (None, at + timedelta(minutes=minutes))
        assert row.trouble == f"HTTP {answer[9:12].decode()}"
        at = row.send_at or at
    checkpoints.send_due(database, ACCOUNT, drop_for(f"{busy.url}/kept?token=secret"), at)
    row = only(database, ConsentCheckpoint)
    assert (row.tries, row.trouble) == (3, "ConnectionError")
    asked: list[bytes] = []

    def take(connection: object) -> None:
        asked.append(read_request(connection))  # type: ignore[arg-type]
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")  # type: ignore[attr-defined]

    with Listener(take) as there:
        checkpoints.send_due(database, ACCOUNT, drop_for(f"{there.url}/kept"), AT)
        assert asked == []
        checkpoints.send_due(database, ACCOUNT, drop_for(f"{there.url}/kept"), row.send_at or at)
    assert asked[0].startswith(b"POST /kept ")
    assert asked[0].endswith(row.note.encode())
    assert only(database, ConsentCheckpoint).sent_at == row.send_at


@pytest.mark.parametrize("to", ["elsewhere", "http://example.com/kept", "ftp://example.com", "https://"])
def test_a_place_that_is_none_is_refused(to: str, make_settings: Callable[..., Settings]) -> None:
    with pytest.raises(Exception, match="CONSENT_CHECKPOINT_TO"):
        make_settings(CONSENT_CHECKPOINT_TO=to)


def test_a_folder_and_a_url_with_a_token_are_taken(make_settings: Callable[..., Settings]) -> None:
    for to in ("/mnt/kept", "https://example.com/kept?token=1"):
        assert make_settings(CONSENT_CHECKPOINT_TO=to).consent_checkpoint_to == to
