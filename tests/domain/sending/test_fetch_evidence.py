"""The fetch of a file whose address was made for one attempt proves that Twilio has the message."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.clock import now
from app.domain.media import grants
from app.domain.sending import answers, fetch_evidence
from app.domain.sending.fetch_evidence import Fetch
from app.gateways.twilio.outcomes import Answer, NotSent, Outgoing, Refused, ResponseDetails, Unconfirmed
from app.store.database import Database, Session
from app.store.media import hosted as hosted_files
from app.store.tables import Attempt, FeedEvent, MediaFetch, MediaGrant, Message
from tests.support.cast import ACCOUNT, CALLBACK_BASE, again, asked_message, new_sid, only, rows, tell
from tests.support.hosted import KEY, claimed_with_key, with_picture
from tests.support.rewriting import rewrite
from tests.support.standin import StandIn

LINKS = grants.MediaLinks(CALLBACK_BASE, KEY)
LOST = Unconfirmed(ResponseDetails(error_message="timed out"))


def record(database: Database, outgoing: Outgoing, answer: Answer) -> None:
    database.write(lambda session: answers.record(session, outgoing, answer))


def fetch(database: Database, outgoing: Outgoing, status: int = 200, method: str = "GET") -> None:
    """Somebody with the attempt's address asks for its file."""
    grant_id = LINKS.grant_of(outgoing.media_urls[0].split("/")[-2])
    assert grant_id is not None

    def write(session: Session) -> None:
        granted = hosted_files.granted(session, ACCOUNT, grant_id)
        assert granted is not None
        fetch_evidence.record(session, granted, Fetch(method, status, 70, "203.0.113.9", "TwilioProxy/1.1"), now())

    database.write(write)


def test_a_send_without_an_answer_is_accepted_once_its_file_is_fetched(database: Database, tmp_path: Path) -> None:
    message = with_picture(database, tmp_path)
    outgoing = claimed_with_key(database)
    record(database, outgoing, LOST)
    fetch(database, outgoing)
    proved, attempt = again(database, message), only(database, Attempt)
    assert (proved.state, proved.reason, proved.sid) == ("accepted", "file_fetched", "")
    assert (attempt.settled_by, attempt.sid) == ("media", "")
    assert attempt.check_at is not None
    told = rows(database, FeedEvent, message_id=message.id, word="accepted")
    assert [event.detail["evidence"] for event in told] == ["media"]


def test_a_fetch_that_came_before_the_answer_was_lost_counts_as_well(database: Database, tmp_path: Path) -> None:
    message = with_picture(database, tmp_path)
    outgoing = claimed_with_key(database)
    fetch(database, outgoing, method="HEAD")
    assert again(database, message).state == "sending"
    record(database, outgoing, LOST)
    assert (again(database, message).state, again(database, message).reason) == ("accepted", "file_fetched")


def test_the_sid_comes_later_by_callback(database: Database, tmp_path: Path) -> None:
    message = with_picture(database, tmp_path)
    outgoing, sid = claimed_with_key(database), new_sid()
    record(database, outgoing, LOST)
    fetch(database, outgoing)
    tell(database, sid, "delivered", path=f"/twilio/status/{outgoing.message_id}/{outgoing.attempt_id}")
    settled = again(database, message)
    assert (settled.state, settled.reason, settled.sid, settled.status) == ("accepted", "", sid, "delivered")


def test_the_sid_comes_later_by_the_list(database: Database, tmp_path: Path, standin: StandIn) -> None:
    message = with_picture(database, tmp_path)
    outgoing = claimed_with_key(database)
    record(database, outgoing, LOST)
    fetch(database, outgoing)
    sid = standin.take(outgoing)
    rewrite(database, only(database, Attempt), check_at=now())
    assert standin.settle(database) == 1
    assert again(database, message).sid == sid


def test_no_other_send_to_the_person_begins_before_the_sid_is_known_or_its_time_is_over(
    database: Database, tmp_path: Path
) -> None:
    with_picture(database, tmp_path)
    outgoing = claimed_with_key(database)
    record(database, outgoing, LOST)
    fetch(database, outgoing)
    following = asked_message(database, "And this")
    with pytest.raises(ValueError, match="not enough values"):
        claimed_with_key(database)
    rewrite(database, only(database, Attempt), open_until=now() - timedelta(seconds=1))
    assert claimed_with_key(database).message_id == following.id


@pytest.mark.parametrize("status", [404, 416, 503])
def test_a_fetch_that_got_nothing_proves_nothing(database: Database, tmp_path: Path, status: int) -> None:
    message = with_picture(database, tmp_path)
    outgoing = claimed_with_key(database)
    fetch(database, outgoing, status)
    record(database, outgoing, LOST)
    fetch(database, outgoing, status)
    assert again(database, message).state == "unconfirmed"
    assert [row.status for row in rows(database, MediaFetch)] == [status, status]


@pytest.mark.parametrize("answer", [Refused(ResponseDetails(400, error_code="21620")), NotSent(ResponseDetails(429))])
def test_a_clear_answer_stands_against_a_fetch(database: Database, tmp_path: Path, answer: Answer) -> None:
    message = with_picture(database, tmp_path)
    outgoing = claimed_with_key(database)
    record(database, outgoing, answer)
    before: Message = again(database, message)
    fetch(database, outgoing)
    assert (again(database, message).state, again(database, message).reason) == (before.state, before.reason)


def test_each_attempt_has_an_address_of_its_own(database: Database, tmp_path: Path) -> None:
    message = with_picture(database, tmp_path)
    first = claimed_with_key(database)
    record(database, first, NotSent(ResponseDetails(429)))
    rewrite(database, again(database, message), next_attempt_at=now())
    second = claimed_with_key(database)
    assert first.media_urls != second.media_urls
    assert [grant.attempt_id for grant in rows(database, MediaGrant)] == [first.attempt_id, second.attempt_id]
    # The first one's proof says nothing of the second.
    fetch(database, first)
    record(database, second, LOST)
    assert again(database, message).state == "unconfirmed"
