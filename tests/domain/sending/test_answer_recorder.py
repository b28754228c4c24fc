"""The recorder keeps an answer until the database takes it, and lets no answer hold up the others."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from structlog.testing import capture_logs

from app.domain.sending import answer_recorder as writing
from app.domain.sending import sender as sending
from app.domain.sending.answer_recorder import AnswerRecorder
from app.gateways.twilio.outcomes import Accepted, Answer, Outgoing, Refused, ResponseDetails
from app.store.database import Database, Session, connect
from app.store.errors import DatabaseUnavailable
from app.store.tables import Attempt, Message
from harness.database_copies import PostgresqlCopies
from harness.databases import PostgresqlServer
from harness.waiting import until
from tests.domain.sending.conftest import StartSender
from tests.support.cast import again, asked_message, begin, claimed, new_sid, only, rows
from tests.support.standin import StandIn

T = TypeVar("T")
Lines = list[MutableMapping[str, Any]]
SQLITE_ONLY = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A locked file is trouble soon, and looked at again soon."""
    monkeypatch.setattr("app.store.engines.shared_commit.PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(writing, "TROUBLE_SECONDS", 0.05)
    monkeypatch.setattr(sending, "TROUBLE_SECONDS", 0.05)


@pytest.fixture
def recorder(database: Database) -> Iterator[AnswerRecorder]:
    recorder = AnswerRecorder(database, lambda: None)
    yield recorder
    assert recorder.finish(time.monotonic() + 20)
    if recorder._thread is not None:
        recorder._thread.join(20)


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Another program holds the file's lock."""
    file = database.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def under_way(database: Database, count: int) -> list[Outgoing]:
    for number in range(count):
        asked_message(database, "Hello", f"whatsapp:+1415555{1000 + number}")
    return claimed(database)


def taken() -> Accepted:
    return Accepted(new_sid(), "queued", ResponseDetails(201))


def waits(lines: Lines) -> bool:
    return "sender.answer_waits_for_the_database" in {line["event"] for line in lines}


def accepted(database: Database) -> set[int | None]:
    return {row.id for row in rows(database, Message, state="accepted")}


@SQLITE_ONLY
def test_an_answer_is_kept_until_a_locked_file_is_free(database: Database, recorder: AnswerRecorder) -> None:
    some = under_way(database, 3)
    answers: list[Answer] = [taken(), Refused(ResponseDetails(400, "RQ1", "21211")), taken()]
    with capture_logs() as lines, locked(database):
        for outgoing, answer in zip(some, answers, strict=True):
            recorder.take(outgoing, answer)
        until(lambda: waits(lines))
        assert {row.outcome for row in rows(database, Attempt)} == {""}
        assert recorder.finish(time.monotonic()) is False
    assert recorder.finish(time.monotonic() + 20)
    assert [row.outcome for row in rows(database, Attempt)] == ["accepted", "refused", "accepted"]
    assert [only(database, Message, id=one.message_id).sid for one in (some[0], some[2])] == [
        answer.sid for answer in answers if isinstance(answer, Accepted)
    ]


def test_an_answer_is_kept_until_postgresql_is_back(postgresql_server: PostgresqlServer) -> None:
    copies = PostgresqlCopies(postgresql_server.url())
    url = copies.copy()
    copies.close()
    database = connect(url)
    begin(database)
    (outgoing,) = under_way(database, 1)
    recorder = AnswerRecorder(database, lambda: None)
    with capture_logs() as lines:
        postgresql_server.stop()
        try:
            recorder.take(outgoing, taken())
            until(lambda: waits(lines), 30)
        finally:
            postgresql_server.start()
    assert recorder.finish(time.monotonic() + 20)
    assert only(database, Attempt).outcome == "accepted"
    database.close()


def test_one_answer_that_can_not_be_written_does_not_hold_up_the_others(
    database: Database, recorder: AnswerRecorder
) -> None:
    first, second = under_way(database, 2)
    of_nobody = replace(first, message_id=10**9, attempt_id=10**9)
    with capture_logs() as lines:
        for outgoing in (of_nobody, first, of_nobody, second):
            recorder.take(outgoing, taken())
        until(lambda: accepted(database) == {first.message_id, second.message_id})
        assert recorder.finish(time.monotonic() + 20)
    assert [line["message"] for line in lines if line["event"] == "sender.failed"] == [10**9] * 2


@SQLITE_ONLY
def test_nor_is_one_lost_when_the_database_goes_while_they_are_written_one_by_one(
    database: Database, recorder: AnswerRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = under_way(database, 2)
    of_nobody = replace(first, message_id=10**9, attempt_id=10**9)
    write, turns = database.write, iter(range(10**6))

    def locked_at_the_third(work: Callable[[Session], T]) -> T:
        # All together, the one of nobody, and then the first that can be written.
        if next(turns) == 2:
            with locked(database), pytest.raises(DatabaseUnavailable) as trouble:
                write(work)
            raise trouble.value
        return write(work)

    monkeypatch.setattr(database, "write", locked_at_the_third)
    for outgoing in (of_nobody, first):
        recorder._waiting.append((outgoing, taken()))
    with capture_logs():
        # It begins with the last, and finds all three together.
        recorder.take(second, taken())
        until(lambda: accepted(database) == {first.message_id, second.message_id})
    assert next(turns) > 3


@SQLITE_ONLY
def test_a_sender_goes_on_when_the_database_is_back(
    database: Database, standin: StandIn, start_sender: StartSender
) -> None:
    message = asked_message(database)
    with capture_logs() as lines:
        with locked(database):
            start_sender()
            until(lambda: "sender.waits_for_the_database" in {line["event"] for line in lines})
            assert standin.accepted() == []
        until(lambda: again(database, message).state == "accepted")
    assert len(standin.accepted()) == 1


@SQLITE_ONLY
def test_an_answer_that_can_not_be_written_keeps_the_sender_from_sending_it_again(
    database: Database, standin: StandIn, start_sender: StartSender
) -> None:
    standin.fails_next("create", "slow", seconds=0.3)
    message = asked_message(database)
    with capture_logs() as lines:
        sender = start_sender()
        until(lambda: again(database, message).state == "sending")
        with locked(database):
            until(lambda: waits(lines))
            assert len(standin.accepted()) == 1
            assert sender.stop(0.1) is False
            assert again(database, message).state == "sending"
        until(lambda: again(database, message).state == "accepted")
    assert [entry["sid"] for entry in standin.accepted()] == [again(database, message).sid]
