"""Who has which conversation open, told to the consoles of every process."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.store.database import Database
from harness.waiting import until
from tests.support.cast import conversation_with, hear
from tests.support.listening import Stream, poll
from tests.support.office import Office


def test_who_looks_and_who_writes_is_told_by_stream_and_by_poll(
    office: Office, make_office: Callable[..., Office], listen: Callable[..., Stream], port: int
) -> None:
    there = f"/conversations/{conversation_with(office.database).id}/presence"
    stream = listen("otto", topics="presence")
    until(lambda: stream.named("presence"))
    assert "Kim" not in stream.html("presence")
    # Another process, of which this one knows by the database alone.
    kim = make_office().browser("kim")
    for doing, words in (("looking", "Kim Aalto is looking"), ("writing", "Kim Aalto is writing")):
        assert kim.post(there, {"doing": doing}).status_code == 204
        until(lambda words=words: words in stream.named("presence")[-1].data)  # type: ignore[misc]
    found = poll(port, office.browser("otto").token, "presence", stream.cursor)[1]["presence"]
    assert f'data-conversation="{conversation_with(office.database).id}"' in found
    assert f'data-agent="{office.ids["kim"]}"' in found
    kim.post(there, {"doing": "left"})
    until(lambda: "Kim" not in stream.named("presence")[-1].data)


def test_it_comes_amid_other_changes_and_moves_no_cursor(
    office: Office, elsewhere: Database, listen: Callable[..., Stream]
) -> None:
    message = hear(elsewhere, "first")
    stream = listen("otto")
    until(lambda: stream.cursor)
    place = stream.cursor
    only_changes = listen("otto", topics="inbox")
    until(lambda: only_changes.cursor)
    present = listen("otto", topics="inbox,presence")
    until(lambda: present.named("presence"))
    office.browser("kim").post(f"/conversations/{message.conversation_id}/presence", {"doing": "looking"})
    until(lambda: "Kim" in present.html("presence"))
    assert present.cursor == place
    hear(elsewhere, "second")
    until(lambda: "second" in present.html("inbox") and "second" in only_changes.html("inbox"))
    assert not only_changes.named("presence")


@pytest.mark.parametrize(("doing", "status"), [("looking", 204), ("left", 204), ("sleeping", 400), ("", 400)])
def test_only_what_is_known_is_taken(office: Office, doing: str, status: int) -> None:
    there = conversation_with(office.database).id
    kim = office.browser("kim")
    assert kim.post(f"/conversations/{there}/presence", {"doing": doing}).status_code == status
    assert kim.post("/conversations/999/presence", {"doing": "looking"}).status_code == 404
    assert office.browser().post(f"/conversations/{there}/presence", {"doing": "looking"}).status_code == 401
