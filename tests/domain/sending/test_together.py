"""Several files as one thing: a message for each, all or none, once, and called back while they have not left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.domain.gate.draft import Draft
from app.domain.media import files
from app.domain.sending import together
from app.domain.sending.together import Asked
from app.gateways.media_store import Folder
from app.store.database import Database
from app.store.tables import Audit, HostedFile, Message
from tests.support.cast import KIM, ago, conversation_with, hear, only, rows
from tests.support.hosted import claimed_with_key, picture
from tests.support.rewriting import rewrite

PDF = ("hosted:1", "application/pdf")
PHOTO = ("hosted:2", "image/jpeg")
SONG = ("hosted:3", "audio/aac")


@pytest.mark.parametrize(
    ("body", "carried", "made"),
    [
        ("Here", [PDF, PHOTO], [("Here", PDF[0]), ("", PHOTO[0])]),
        ("Here", [SONG, PHOTO], [("Here", ""), ("", SONG[0]), ("", PHOTO[0])]),
        ("", [SONG, PHOTO], [("", SONG[0]), ("", PHOTO[0])]),
        ("Here", [SONG], [("Here", ""), ("", SONG[0])]),
        ("Here", [PHOTO], [("Here", PHOTO[0])]),
        ("Here", [], [("Here", "")]),
    ],
)
def test_a_text_goes_with_the_first_file_where_that_carries_one(
    body: str, carried: list[tuple[str, str]], made: list[tuple[str, str]]
) -> None:
    drafts = together.drafts_of(Draft(body=body), carried)
    assert [(draft.body, "".join(draft.media_urls)) for draft in drafts] == made
    parts = [(place, len(made)) for place in range(1, len(made) + 1)] if len(made) > 1 else [(0, 0)]
    assert [draft.part for draft in drafts] == parts


def hosted(database: Database, folder: Path, count: int) -> list[int]:
    return [files.host(database, Folder(folder), KIM, f"{place}.png", picture()) for place in range(count)]


def ask(database: Database, numbers: Sequence[int], body: str = "Three views", key: str = "compose:1") -> Asked:
    there = conversation_with(database).id or 0
    return database.write(lambda session: together.enqueue(session, KIM, there, body, numbers, key))


def ours(database: Database) -> list[Message]:
    return rows(database, Message, direction="outbound")


def test_each_file_is_a_message_and_a_repeat_makes_nothing_twice(database: Database, tmp_path: Path) -> None:
    hear(database)
    numbers = hosted(database, tmp_path, 3)
    first, again = ask(database, numbers), ask(database, numbers)
    assert [message.hosted_file_id for message in ours(database)] == numbers
    assert [message.body for message in ours(database)] == ["Three views", "", ""]
    assert (again.message_ids, first.repeated, again.repeated) == (first.message_ids, False, True)
    assert all(file.used_at for file in rows(database, HostedFile))


def test_they_leave_in_their_order(database: Database, tmp_path: Path) -> None:
    hear(database)
    asked = ask(database, hosted(database, tmp_path, 2))
    assert claimed_with_key(database).message_id == asked.message_ids[0]


@pytest.mark.parametrize(
    ("body", "wrong", "rule"),
    [("x" * 1601, False, "body_too_long"), ("Here", True, "file_gone")],
)
def test_all_or_none(database: Database, tmp_path: Path, body: str, wrong: bool, rule: str) -> None:
    hear(database)
    numbers = hosted(database, tmp_path, 2)
    if wrong:
        rewrite(database, rows(database, HostedFile)[1], deleted_at=ago(minutes=1))
    asked = ask(database, numbers, body)
    assert (asked.message_ids, asked.decision.rule) == ((), rule)
    assert ours(database) == []


def test_more_than_ten_are_too_many(database: Database) -> None:
    hear(database)
    assert ask(database, [1] * 11).decision.rule == "too_many_at_once"


def test_what_has_not_left_is_called_back(database: Database, tmp_path: Path) -> None:
    hear(database)
    asked = ask(database, hosted(database, tmp_path, 3))
    claimed_with_key(database)
    last = asked.message_ids[-1]
    assert database.write(lambda session: together.undo(session, KIM, last)) == 2
    assert database.write(lambda session: together.undo(session, KIM, last)) == 0
    assert [message.state for message in ours(database)] == ["sending", "cancelled", "cancelled"]
    assert len(rows(database, Audit, verb="message.undo")) == 2


def test_one_by_itself_is_not_called_back(database: Database, tmp_path: Path) -> None:
    hear(database)
    (number,) = ask(database, hosted(database, tmp_path, 1)).message_ids
    assert database.write(lambda session: together.undo(session, KIM, number)) == 0
    assert only(database, Message, direction="outbound").request_key == "compose:1"
