"""Keep my reply until they answer: at the composer, in the thread, and what follows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.domain.media import files
from app.domain.sending import pending_reply
from app.gateways.media_store import Folder
from app.store.tables import Message
from tests.support.cast import KIM, again, ago, claimed, hear, only, rows
from tests.support.hosted import picture
from tests.support.office import Browser, Office
from tests.web.conversations.test_page import bubbles
from tests.web.conversations.test_reply import token_in

TEXT = "Your bike is ready."


@pytest.fixture
def there(office: Office) -> str:
    """A conversation whose window is closed."""
    return f"/conversations/{hear(office.database, at=ago(days=2)).conversation_id}"


def keep(browser: Browser, there: str, body: str = TEXT, **more: str | list[str]) -> tuple[int, str]:
    form = {"compose_token": token_in(browser.get(there).text), "body": body, **more}
    answer = browser.post(f"{there}/pending-reply", form, HX_Request="true", Accept="*/*")
    return answer.status_code, answer.text


def test_the_closed_composer_keeps_a_reply_and_says_that_it_waits(office: Office, there: str) -> None:
    browser = office.browser("kim")
    page = browser.get(there).text
    assert 'data-composer="closed"' in page
    assert f'hx-post="{there}/messages"' not in page
    status, shown = keep(browser, there)
    message = only(office.database, Message, direction="outbound")
    assert (status, bubbles(shown)) == (200, [message.id])
    page = browser.get(there).text
    assert 'id="reply-waits"' in page
    assert f'action="/messages/{message.id}/call-off"' in page
    assert "Waits for their answer" in page
    timeline = browser.get(f"/messages/{message.id}/timeline").text
    assert "Kim Aalto kept it until they answer" in timeline
    assert "Reply kept until they answer" in browser.get("/feed").text


def test_it_goes_out_when_they_answer_and_says_so(office: Office, there: str) -> None:
    browser = office.browser("kim")
    keep(browser, there)
    answer = hear(office.database, "And?")
    (outgoing,) = claimed(office.database)
    page = browser.get(there).text
    assert bubbles(page)[-2:] == [answer.id, outgoing.message_id]
    assert "Kept until they answered" in page
    assert 'data-composer="open"' in page
    assert "They answered: it may leave now" in browser.get(f"/messages/{outgoing.message_id}/timeline").text


def test_files_are_kept_too_and_stay_attached_when_they_are_not(office: Office, there: str, tmp_path: Path) -> None:
    browser = office.browser("kim")
    numbers = [files.host(office.database, Folder(tmp_path), KIM, f"{name}.png", picture()) for name in ("one", "two")]
    status, shown = keep(browser, there, file=[str(number) for number in numbers])
    made = rows(office.database, Message, direction="outbound")
    assert (status, bubbles(shown)) == (200, [message.id for message in made])
    assert [message.hosted_file_id for message in made] == numbers
    page = browser.get(there).text
    assert page.count("Waits for their answer") == page.count("Don&#39;t send them") == 2
    assert "2 messages kept together: 2 wait for their answer" in page
    assert f"“{TEXT}”</bdi> · 2 files</a>" in page
    status, shown = keep(browser, there, "Another text", file=[str(numbers[0])])
    assert status == 422
    assert f'data-attached="{numbers[0]}"' in shown


def test_a_second_one_is_asked_about_and_replaces_the_first(office: Office, there: str) -> None:
    browser = office.browser("kim")
    keep(browser, there)
    status, shown = keep(browser, there, "Another text")
    assert status == 422
    assert "Another reply waits" in shown
    assert ">\nAnother text</textarea>" in shown
    (replaces,) = re.findall(r'name="replaces" value="(\d+)"', shown)
    status, _ = keep(browser, there, "Another text", replaces=replaces)
    assert status == 200
    assert [(row.body, row.state) for row in rows(office.database, Message, direction="outbound")] == [
        (TEXT, "cancelled"),
        ("Another text", "held"),
    ]
    assert "another reply was kept in its place" in browser.get(there).text


@pytest.mark.parametrize("htmx", [True, False])
def test_it_is_called_off_in_the_thread(office: Office, there: str, htmx: bool) -> None:
    browser = office.browser("kim")
    keep(browser, there)
    message = only(office.database, Message, direction="outbound")
    headers = {"HX_Request": "true", "Accept": "*/*"} if htmx else {}
    answer = browser.post(f"/messages/{message.id}/call-off", {"from": "thread"}, **headers)
    assert answer.status_code == (200 if htmx else 303)
    assert again(office.database, message).state == "cancelled"
    page = browser.get(there).text
    assert "somebody here called it off" in page
    assert 'id="reply-waits"' not in page
    assert "somebody here called it off" in browser.get(f"/messages/{message.id}/timeline").text


def test_who_answered_meanwhile_is_read_first(office: Office, there: str) -> None:
    browser = office.browser("kim")
    token = token_in(browser.get(there).text)
    hear(office.database, "And?")
    answer = browser.post(
        f"{there}/pending-reply", {"compose_token": token, "body": TEXT}, HX_Request="true", Accept="*/*"
    )
    assert answer.status_code == 422
    assert 'data-composer="open"' in answer.text
    assert f">\n{TEXT}</textarea>" in answer.text
    assert "They have written meanwhile" in answer.text
    assert rows(office.database, Message, direction="outbound") == []


def test_without_scripts_it_leads_to_the_bubble_and_a_second_press_keeps_one(office: Office, there: str) -> None:
    browser = office.browser("kim")
    form = {"compose_token": token_in(browser.get(there).text), "body": TEXT}
    answers = [browser.post(f"{there}/pending-reply", form) for _ in range(2)]
    message = only(office.database, Message, direction="outbound")
    assert [answer.headers["Location"] for answer in answers] == [f"{there}#m-{message.id}"] * 2


def test_the_auditor_sees_it_and_may_not(office: Office, there: str) -> None:
    number = int(there.rsplit("/", 1)[1])
    office.database.write(lambda session: pending_reply.keep(session, KIM, number, TEXT, ""))
    message = only(office.database, Message, direction="outbound")
    browser = office.browser("otto")
    page = browser.get(there).text
    assert TEXT in page
    assert "call-off" not in page
    assert browser.post(f"/messages/{message.id}/call-off", {}).status_code == 403
    assert browser.post(f"{there}/pending-reply", {"body": TEXT}).status_code == 403


def test_a_stop_says_why_it_was_not_sent(office: Office, there: str) -> None:
    browser = office.browser("kim")
    keep(browser, there)
    hear(office.database, "STOP")
    page = browser.get(there).text
    assert "Not sent: This contact has opted out" in page
    assert 'data-composer="suppressed"' in page
