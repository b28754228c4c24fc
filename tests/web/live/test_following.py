"""A console follows: what another process commits arrives, once rendered, and nothing is passed over."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.domain.clock import now
from app.store.database import Database, Session
from app.store.feed import events as feed
from app.web.feed.line import MOST_LINES
from app.web.live import cursor
from app.web.live.frames import MOST_ROWS
from harness.waiting import until
from tests.support.cast import ACCOUNT, STRANGER_ACCOUNT, ago, asked_message, conversation_with, hear
from tests.support.listening import Stream, poll
from tests.support.office import Office

Listen = Callable[..., Stream]
LINE = re.compile(r'id="ev-(\d+)"')
NEVER_HAD = "zzzzzz-zzzzzz"


def append(database: Database, count: int, account_sid: str = ACCOUNT) -> None:
    """Some events of no conversation, in one transaction."""

    def write(session: Session) -> None:
        for _ in range(count):
            feed.append(session, account_sid, "quarantine", now(), word="sid_invalid")

    database.write(write)


def ids(stream: Stream) -> list[int]:
    """The lines that came, in the order they came."""
    return [int(number) for event in stream.named("feed") for number in reversed(LINE.findall(event.data))]


def settled(stream: Stream) -> Stream:
    """The stream, once it has told where it stands."""
    until(lambda: stream.cursor)
    return stream


def test_a_message_that_another_process_took_in_arrives(listen: Listen, elsewhere: Database, port: int) -> None:
    stream = settled(listen())
    assert stream.status == 200
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    assert (stream.headers["Cache-Control"], stream.headers["X-Accel-Buffering"]) == ("no-store", "no")
    message = hear(elsewhere, "Where is my parcel?")
    until(lambda: stream.named("inbox") and stream.named("feed"))
    assert f'id="row-{message.conversation_id}"' in stream.html("inbox")
    assert "Where is my parcel?" in stream.html("inbox")
    assert "Where is my parcel?" in stream.html("feed")


def test_a_stream_brings_only_the_topics_that_were_asked_for(listen: Listen, elsewhere: Database) -> None:
    inbox, both = settled(listen(topics="inbox")), settled(listen("otto"))
    hear(elsewhere, "Hello")
    until(lambda: inbox.named("inbox") and both.named("feed"))
    assert not inbox.named("feed")
    assert inbox.html("inbox") == both.html("inbox")


def test_who_was_away_gets_what_was_missed_and_no_more(listen: Listen, elsewhere: Database) -> None:
    first = settled(listen())
    hear(elsewhere, "seen")
    until(lambda: first.named("feed"))
    first.close()
    missed = [f"missed-{number}" for number in range(MOST_LINES)]
    for body in missed:
        hear(elsewhere, body)
    again = listen(last_id=first.cursor)
    until(lambda: missed[-1] in again.html("feed"))
    hear(elsewhere, "and then")
    until(lambda: "and then" in again.html("feed"))
    assert all(again.html("feed").count(f"{body}<") == 1 for body in missed)
    assert ">seen<" not in again.html("feed")
    assert ids(again) == sorted(set(ids(again)))


def test_a_stream_that_breaks_again_and_again_loses_nothing(listen: Listen, elsewhere: Database) -> None:
    place = settled(listen()).cursor
    came: list[int] = []
    for number in range(12):
        stream = listen(after=place)
        hear(elsewhere, f"round-{number}")
        until(lambda stream=stream: ids(stream))  # type: ignore[misc]
        hear(elsewhere, f"amid-{number}")
        stream.close()
        place, came = stream.cursor, came + ids(stream)
    last = settled(listen(after=place))
    until(lambda: len(set(came + ids(last))) == 24)


def test_over_1000_missed_events_are_a_reload(listen: Listen, elsewhere: Database) -> None:
    place = settled(listen()).cursor
    append(elsewhere, 1000)
    told = listen(after=place)
    until(lambda: ids(told))
    assert not told.named("reload")
    append(elsewhere, 1)
    until(lambda: len(ids(told)) == MOST_LINES + 1)
    stream = listen(after=place)
    until(lambda: stream.named("reload"))
    assert not stream.named("feed")
    hear(elsewhere, "after the reload")
    until(lambda: "after the reload" in stream.html("feed"))


def test_a_burst_is_a_screen_of_lines_and_a_link_to_how_many_more(
    office: Office, listen: Listen, elsewhere: Database
) -> None:
    stream = settled(listen())
    append(elsewhere, 180)
    until(lambda: stream.named("feed"))
    (frame,) = stream.named("feed")
    shown = LINE.findall(frame.data)
    assert len(shown) == MOST_LINES
    assert f"{180 - MOST_LINES} more" in frame.data
    came: list[str] = []
    address = _more(frame.data)
    while address:
        page = office.browser("kim").get(address).text
        came, address = came + LINE.findall(page), _more(page)
    assert len(shown + came) == len(set(shown + came)) == 180


def _more(html: str) -> str:
    found = re.search(r'hx-get="(/feed/more[^"]+)"', html)
    return found[1].replace("&amp;", "&") if found else ""


def test_a_burst_is_a_screen_of_rows_and_which_conversations_more(listen: Listen, elsewhere: Database) -> None:
    numbers = [f"whatsapp:+4915100000{number}" for number in range(100, 160)]
    there = [conversation_with(elsewhere, number).id or 0 for number in numbers]
    stream = settled(listen(topics="inbox"))

    def write(session: Session) -> None:
        for number in there:
            feed.append(session, ACCOUNT, "conversation", now(), word="assigned", conversation_id=number)

    elsewhere.write(write)
    until(lambda: stream.named("inbox"))
    (frame,) = stream.named("inbox")
    rows = [int(number) for number in re.findall(r'id="row-(\d+)"', frame.data)]
    (left_out,) = re.findall(r'data-conversations="([^"]+)"', frame.data)
    assert sorted(rows) == there[-MOST_ROWS:]
    assert sorted(int(number) for number in left_out.split()) == there[:-MOST_ROWS]
    assert f"{60 - MOST_ROWS} more conversations changed" in frame.data


@pytest.mark.parametrize("nonsense", ["", "yesterday", "-1", "'; DROP TABLE message --", "9" * 4000, NEVER_HAD])
def test_a_cursor_that_never_was_is_a_reload(listen: Listen, nonsense: str) -> None:
    stream = listen(after=nonsense)
    until(lambda: stream.named("reload"))
    assert cursor.read(stream.cursor)


def test_another_accounts_events_are_never_seen(listen: Listen, elsewhere: Database, port: int) -> None:
    stream = settled(listen())
    append(elsewhere, 3, STRANGER_ACCOUNT)
    append(elsewhere, 1)
    until(lambda: stream.named("feed"))
    assert len(ids(stream)) == 1


def test_a_change_of_our_own_arrives_too(office: Office, listen: Listen) -> None:
    hear(office.database, "Hello")
    stream = settled(listen())
    message = asked_message(office.database, "On its way.")
    until(lambda: "On its way." in stream.html("feed"))
    assert f'id="row-{message.conversation_id}"' in stream.html("inbox")


def test_what_comes_between_a_page_and_its_stream_is_not_lost(
    office: Office, elsewhere: Database, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim = office.browser("kim")
    real = office.application.jinja_env.globals["live_cursor"]

    def amid() -> str:
        hear(elsewhere, "fell between")
        place: str = real()  # type: ignore[operator]
        return place

    monkeypatch.setitem(office.application.jinja_env.globals, "live_cursor", amid)
    for path in ("/", "/feed"):
        found = re.search(r'data-live-cursor="([^"]+)"', kim.get(path).text)
        assert found
        _status, missed = poll(port, kim.token, after=found[1])
        assert "fell between" in missed["feed"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_event_that_got_its_number_early_and_commits_late_arrives(
    listen: Listen, elsewhere: Database, database_url: str
) -> None:
    stream = settled(listen())
    engine = sa.create_engine(database_url)
    with engine.connect() as slow, Session(slow) as session:
        feed.append(session, ACCOUNT, "quarantine", ago(), word="late")
        hear(elsewhere, "quick")
        until(lambda: "quick" in stream.html("feed"))
        session.commit()
    until(lambda: "quick" in stream.html("feed") and "late" in stream.html("feed"))
    assert len(ids(stream)) == len(set(ids(stream))) == 2
    engine.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_killed_listener_is_replaced(listen: Listen, elsewhere: Database, database_url: str) -> None:
    stream = settled(listen())
    hear(elsewhere, "first")
    until(lambda: "first" in stream.html("feed"))
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        killed = connection.execute(
            sa.text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
        ).scalar_one()
    engine.dispose()
    assert killed == 1
    hear(elsewhere, "second")
    until(lambda: "second" in stream.html("feed"), seconds=3)
