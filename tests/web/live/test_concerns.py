"""What a change concerns: named with every change, so that what shows it is asked for anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app import vocabulary
from app.domain.conversations import changes
from app.store.database import Database
from app.store.feed.positions import Event
from app.store.tables import FeedEvent
from app.web.live import concerns
from harness.waiting import until
from tests.support.cast import ago, asked_message, claimed, conversation_with, hear, rows, tell
from tests.support.listening import Stream, poll
from tests.support.office import Office
from tests.support.outcomes import undelivered


def test_every_kind_of_change_concerns_something() -> None:
    assert set(concerns.OF_KIND) == set(vocabulary.FEED)
    assert all(concerns.OF_KIND.values())


def of(kind: str, word: str = "", **detail: object) -> list[str]:
    """What one change in conversation 12 concerns."""
    event = Event(0, 1, kind, word, 12, None, None, detail, ago(), ago())
    return concerns.of_events([event])


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (("inbound", "text"), ["messages:12", "conversation:12", "counts"]),
        (("conversation", "closed"), ["conversation:12", "counts"]),
        (("conversation", "read"), []),
        (("conversation", "fields"), ["conversation:12"]),
        (("conversation", "joined"), ["conversation:12", "counts", "consent"]),
        (("consent", "opt_out"), ["messages:12", "conversation:12", "consent"]),
        (("status", "sent"), ["messages:12"]),
        (("status", "undelivered"), ["messages:12", "failures"]),
        (("status", "delivered"), ["messages:12", "failures"]),
        (("state", "sending"), ["messages:12"]),
        (("state", "unconfirmed"), ["messages:12", "failures"]),
        (("quarantine", "sid_invalid"), ["failures"]),
    ],
)
def test_a_change_names_what_it_concerns(change: tuple[str, str], names: list[str]) -> None:
    assert of(*change) == names


def test_a_status_of_a_message_that_nobody_knows_concerns_the_failures() -> None:
    assert "failures" in of("status", "sent", orphan=True)


def test_names_come_by_stream_and_by_poll(
    office: Office, elsewhere: Database, listen: Callable[..., Stream], port: int
) -> None:
    there = conversation_with(elsewhere).id or 0
    stream = listen(topics="changes")
    until(lambda: stream.cursor)
    place = stream.cursor
    elsewhere.write(lambda session: changes.set_state(session, office.actor("kim"), there, "closed"))
    until(lambda: stream.named("changes"))
    assert stream.named("changes")[-1].data == f"conversation:{there} counts"
    token = office.browser("otto").token
    assert poll(port, token, "changes", place)[1]["changes"] == f"conversation:{there} counts"
    assert poll(port, token, "changes", stream.cursor)[1].get("changes") is None


def test_a_customer_who_writes_opens_a_closed_conversation_and_that_is_told_once(
    office: Office, elsewhere: Database, listen: Callable[..., Stream]
) -> None:
    there = conversation_with(elsewhere).id or 0
    hear(elsewhere, "still open")
    elsewhere.write(lambda session: changes.set_state(session, office.actor("kim"), there, "closed"))
    stream = listen(topics="feed,changes")
    until(lambda: stream.cursor)
    first = hear(elsewhere, "One more thing")
    hear(elsewhere, "And another")
    until(lambda: "And another" in stream.html("feed"))
    told = rows(elsewhere, FeedEvent, kind="conversation", word="reopened")
    assert [(event.conversation_id, event.message_id) for event in told] == [(there, first.id)]
    assert stream.html("feed").count("Reopened by their message") == 1
    assert conversation_with(elsewhere).state == "open"


def test_a_send_that_succeeds_moves_the_failures_only_at_its_ends(
    office: Office, elsewhere: Database, listen: Callable[..., Stream]
) -> None:
    message = asked_message(elsewhere)
    stream = listen(topics="changes")
    until(lambda: stream.cursor)
    claimed(elsewhere)
    until(lambda: stream.named("changes"))
    assert stream.named("changes")[0].data == f"messages:{message.conversation_id}"


@pytest.mark.parametrize("path", ["/", "/feed", "/failures", "/settings", "/journal"])
def test_every_page_shows_both_numbers_and_where_they_are_had_anew(office: Office, path: str) -> None:
    undelivered(office.database, "63019")
    page = office.browser("ana").get(path).text
    assert 'data-concerns="counts failures" data-fragment="/navigation"' in page
    assert 'data-live="changes' in page
    assert '<span aria-hidden="true">1</span><span class="vh">1 open and yours or nobody&#39;s</span>' in page
    assert '<span aria-hidden="true">1</span><span class="vh">1 failed in 24 h</span>' in page


def test_the_numbers_count_for_who_asks(office: Office) -> None:
    there = conversation_with(office.database).id or 0
    kim, ana = office.browser("kim"), office.browser("ana")
    office.database.write(lambda session: changes.assign(session, office.actor("kim"), there, office.ids["kim"]))
    assert "1 open and yours" in kim.get("/navigation").text
    assert "open and yours" not in ana.get("/navigation").text
    counted = ana.get("/inbox/counts?tab=mine").text
    assert 'id="tab-all"' in counted
    assert "Nobody is waiting without an owner either." in counted
    assert office.browser().get("/navigation").status_code != 200


def test_what_was_told_of_a_message_of_ours_moves_the_number(office: Office) -> None:
    message = undelivered(office.database, "63019")
    kim = office.browser("kim")
    assert "1 failed in 24 h" in kim.get("/navigation").text
    tell(office.database, message.sid, "delivered")
    assert "failed" not in kim.get("/navigation").text.replace("rail-failures", "")
