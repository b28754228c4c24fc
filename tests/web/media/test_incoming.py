"""How customers' files came: the chart, the warning, and what Twilio's support is given, by page and by command."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from app.domain.clock import now
from app.domain.media import escalation
from app.store.media import inbound as inbound_media
from app.store.tables import InboundMedia, Message
from app.web.media.delay_chart import delay_chart
from tests.support.cast import ACCOUNT, KIM, ago, hear, only
from tests.support.office import Office

URL = "https://api.twilio.com/x"


def came(office: Office, not_there: int, seconds: float | None) -> InboundMedia:
    """A file that answered 404 so often, and was here after so many seconds, or never."""
    message = hear(office.database, "=1.pdf", NumMedia="1", MediaContentType0="application/pdf", MediaUrl0=URL)
    row = only(office.database, InboundMedia, message_id=message.id)
    number, at = row.id or 0, row.webhook_at
    for place in range(not_there):
        office.database.write(
            lambda session, when=at + timedelta(seconds=place): inbound_media.add_try(  # type: ignore[misc]
                session, ACCOUNT, number, when, 30, "not_there_yet"
            )
        )
    here = {"state": "fetched", "fetched_at": at + timedelta(seconds=seconds)} if seconds is not None else {}
    values = {"not_there": not_there, "first_try_at": at, **(here or {"state": "failed", "reason": "not_there_yet"})}
    office.database.write(lambda session: inbound_media.update(session, ACCOUNT, number, **values))
    return only(office.database, InboundMedia, id=number)


def test_the_page_shows_delays_late_files_and_those_that_never_came(office: Office) -> None:
    came(office, 0, 0.4)
    came(office, 3, 7.25)
    came(office, 17, None)
    page = office.browser("kim").get("/media/incoming").text
    assert "half within 0.4 s, 95 % within 7.2 s, the slowest 7.2 s" in page
    assert (page.count('r="2.5"'), page.count("delays__late")) == (1, 1)
    assert page.count('class="late"') == 2
    assert "Twilio never had the file ready." in page
    assert page.count("/fetch-again") == 1
    assert "/fetch-again" not in office.browser("otto").get("/media/incoming?days=30").text
    assert "Late files are getting frequent" not in page


def test_many_late_files_warn_here_and_on_the_failures_page(office: Office) -> None:
    browser = office.browser("kim")
    words = "24 or more"
    for _ in range(23):
        came(office, 1, 2)
    assert words not in browser.get("/media/incoming").text + browser.get("/failures").text
    came(office, 1, 2)
    assert words in browser.get("/media/incoming").text
    assert words in browser.get("/failures").text


def test_an_empty_page_says_so(office: Office) -> None:
    page = office.browser("otto").get("/media/incoming?days=abc").text
    assert "No file came in this time." in page
    assert "Every file was there when it was asked for." in page


def test_support_gets_urls_sids_and_times_with_their_zone(office: Office) -> None:
    came(office, 0, 1)
    row = came(office, 2, 3.5)
    answer = office.browser("kim").get("/media/incoming/escalation.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=late-media-")
    (line,) = csv.DictReader(io.StringIO(answer.text))
    assert line["MediaUrl"] == URL
    assert line["MessageSid"] == only(office.database, Message, id=row.message_id).sid
    assert (line["Answered404"], line["DelaySeconds"]) == ("2", "3.500")
    assert line["Webhook"] == row.webhook_at.isoformat(timespec="milliseconds")
    assert line["Last404"].endswith("+00:00")
    text = office.browser("kim").get("/media/incoming/escalation.txt").text
    assert f"AccountSid: {ACCOUNT}" in text
    assert text.count("\nTry: ") == 2
    assert "=1.pdf" not in text + answer.text
    assert office.browser("kim").get("/media/incoming/escalation.exe").status_code == 404


def test_a_list_is_of_the_days_that_were_asked_for(office: Office) -> None:
    row = came(office, 1, 1)
    old = {"webhook_at": ago(days=3), "fetched_at": ago(days=3)}
    office.database.write(lambda session: inbound_media.update(session, ACCOUNT, row.id or 0, **old))
    for days, count in ((1, 0), (7, 1)):
        found = office.database.read(lambda session, of=days: escalation.late_files(session, KIM, of))  # type: ignore[misc]
        assert len(found) == count


@pytest.mark.parametrize("seconds", [-5.0, 0.0, 0.05, 3600.0, 90_000.0])
def test_a_dot_stays_in_the_chart(seconds: float) -> None:
    chart = delay_chart([(now(), timedelta(seconds=seconds), True)], now() - timedelta(days=1), now())
    assert chart is not None
    assert 0 < chart.dots[0].y <= chart.bottom
    assert chart.left < chart.dots[0].x <= chart.right + 1
