"""Nothing is sent with a dead URL: a call is left undone while a file of its message can't be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.domain.media.grants import MediaLinks
from app.domain.media.store import media_store_for
from app.domain.sending.files_there import FilesThere
from app.gateways.media_store import Folder, MediaStore
from app.gateways.twilio.outcomes import FILE_AWAY, Accepted, Answer, NotSent, Outgoing, ResponseDetails
from app.settings import Settings
from app.store.database import Database
from app.store.tables import HostedFile
from harness.ports import free_port
from tests.support.cast import ACCOUNT, CALLBACK_BASE, asked_message, claimed, only
from tests.support.hosted import KEY, claimed_with_key, with_picture


class Called:
    """Notes what came through."""

    def __init__(self) -> None:
        self.outgoing: list[Outgoing] = []

    def create(self, outgoing: Outgoing) -> Answer:
        self.outgoing.append(outgoing)
        return Accepted("SM" + "0" * 32, "queued", ResponseDetails())


def created(database: Database, store: MediaStore, outgoing: Outgoing) -> tuple[Answer, int]:
    called = Called()
    answer = FilesThere(called, database, store, MediaLinks(CALLBACK_BASE, KEY)).create(outgoing)
    return answer, len(called.outgoing)


AWAY = NotSent(ResponseDetails(error_message=FILE_AWAY))


def test_a_file_that_is_there_is_sent(database: Database, tmp_path: Path) -> None:
    with_picture(database, tmp_path)
    answer, calls = created(database, Folder(tmp_path), claimed_with_key(database))
    assert (type(answer), calls) == (Accepted, 1)


def test_a_file_that_is_gone_or_away_is_not(
    database: Database, tmp_path: Path, make_settings: Callable[..., Settings]
) -> None:
    with_picture(database, tmp_path)
    outgoing = claimed_with_key(database)
    nobody = {"media_store": "s3://gone", "s3_endpoint_url": f"http://127.0.0.1:{free_port()}"}
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y", "aws_default_region": "eu-central-1"}
    bucket = media_store_for(make_settings().model_copy(update={**nobody, **keys}), database)
    assert created(database, bucket, outgoing) == (AWAY, 0)
    Folder(tmp_path).delete(ACCOUNT, only(database, HostedFile).key)
    assert created(database, Folder(tmp_path), outgoing) == (AWAY, 0)
    assert created(database, Folder(tmp_path / "unmounted"), outgoing) == (AWAY, 0)


def test_text_asks_no_store(database: Database, tmp_path: Path) -> None:
    asked_message(database)
    (outgoing,) = claimed(database)
    assert created(database, Folder(tmp_path / "unmounted"), outgoing)[1] == 1
