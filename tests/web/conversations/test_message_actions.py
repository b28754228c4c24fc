"""Check again, Send again, It arrived: in the thread, with and without scripts."""

from __future__ import annotations

import pytest

from app.domain.sending.answers import record
from app.gateways.twilio.outcomes import Accepted, ResponseDetails, Unconfirmed
from app.store.messages.rows import by_sid
from app.store.tables import Attempt, Audit, Message
from app.web.words.times import clock
from tests.support.cast import (
    STRANGER,
    again,
    ago,
    claimed,
    hear,
    inbound_form,
    new_sid,
    only,
    rows,
    take,
    tell,
    webhook,
)
from tests.support.office import Office
from tests.support.outcomes import accepted, answered, unconfirmed, undelivered
from tests.support.rewriting import rewrite

VERBS = ("check-again", "send-again", "it-arrived")


def ours(office: Office) -> list[Message]:
    return rows(office.database, Message, direction="outbound")


def test_the_box_has_the_three_buttons_and_says_what_is_next(office: Office) -> None:
    message = unconfirmed(office.database)
    page = office.browser("kim").get(f"/conversations/{message.conversation_id}").text
    for verb in VERBS:
        assert f'action="/messages/{message.id}/{verb}"' in page
    assert "compared with Twilio&#39;s list again at" in page
    assert "could deliver it twice" in page


@pytest.mark.parametrize(
    ("answer", "box", "step"),
    [
        (
            Unconfirmed(ResponseDetails(500, "RQ1", "20500", "Oh"), "error"),
            "answered with an error (HTTP 500), which",
            "answered with an error <b",
        ),
        (
            Unconfirmed(ResponseDetails(201), "unreadable"),
            "answer could not be read, so",
            "could not be read<",
        ),
        (Unconfirmed(ResponseDetails(), "late"), "did not answer within 10 s, so", "did not answer within 10 s<"),
        (
            Unconfirmed(ResponseDetails(), "stopped"),
            "The sender stopped before",
            "The sender stopped before",
        ),
    ],
)
def test_box_and_timeline_tell_an_error_from_silence(office: Office, answer: Unconfirmed, box: str, step: str) -> None:
    message = answered(office.database, answer)
    kim = office.browser("kim")
    assert box in kim.get(f"/conversations/{message.conversation_id}").text
    assert box in kim.get("/failures").text
    assert step in kim.htmx("GET", f"/messages/{message.id}/timeline").text


def test_who_only_reads_has_no_buttons_and_is_refused(office: Office) -> None:
    message = unconfirmed(office.database)
    otto = office.browser("otto")
    assert "/it-arrived" not in otto.get(f"/conversations/{message.conversation_id}").text
    for verb in VERBS:
        assert otto.post(f"/messages/{message.id}/{verb}").status_code == 403
    assert again(office.database, message).state == "unconfirmed"


def test_check_again_looks_now(office: Office) -> None:
    message = unconfirmed(office.database)
    kim = office.browser("kim")
    answer = kim.htmx("POST", f"/messages/{message.id}/check-again")
    assert "compared with Twilio&#39;s list now" in answer.text
    assert f'id="m-{message.id}"' in answer.text
    check_at = only(office.database, Attempt).check_at
    assert check_at is not None
    assert check_at > ago(seconds=30)


def test_it_arrived_settles_it_and_says_so(office: Office) -> None:
    message = unconfirmed(office.database)
    kim = office.browser("kim")
    answer = kim.post(f"/messages/{message.id}/it-arrived")
    assert (answer.status_code, answer.location) == (
        303,
        f"/conversations/{message.conversation_id}#m-{message.id}",
    )
    page = kim.get(f"/conversations/{message.conversation_id}").text
    assert "Said to have arrived" in page
    assert "/it-arrived" not in page
    assert kim.post(f"/messages/{message.id}/it-arrived").status_code == 303
    assert "/not-sure" in page
    assert "Check again" in kim.htmx("POST", f"/messages/{message.id}/not-sure").text
    timeline = kim.get(f"/messages/{message.id}/timeline").text
    assert timeline.index("Somebody here said that it arrived") < timeline.index("It arrived was taken back")
    assert [row.verb for row in rows(office.database, Audit) if row.verb.startswith("message.it")] == [
        "message.it_arrived"
    ]


def test_send_again_makes_one_linked_message_however_often(office: Office) -> None:
    message = unconfirmed(office.database, "Here is the invoice")
    kim = office.browser("kim")
    answer = kim.htmx("POST", f"/messages/{message.id}/send-again")
    old, new = ours(office)
    assert (new.body, new.resend_of, new.state) == ("Here is the invoice", message.id, "ready")
    assert f'id="m-{old.id}"' in answer.text
    assert f'href="#m-{new.id}"' in answer.text
    assert 'hx-swap-oob="beforeend:#messages"' in answer.text
    assert "Sent again at" in answer.text
    assert "Second try of" in answer.text
    kim.htmx("POST", f"/messages/{message.id}/send-again")
    assert len(ours(office)) == 2
    page = kim.get(f"/conversations/{message.conversation_id}").text
    assert f'action="/messages/{message.id}/send-again"' not in page
    assert f'action="/messages/{message.id}/check-again"' in page


def test_the_old_bubble_says_what_became_of_the_new_one(office: Office) -> None:
    old = unconfirmed(office.database)
    kim = office.browser("kim")
    assert "Sent again at" in kim.htmx("POST", f"/messages/{old.id}/send-again").text
    there = f"/conversations/{old.conversation_id}/changes"
    cursor = kim.get(f"{there}?after=").headers["X-Live-Cursor"]
    rewrite(office.database, only(office.database, Attempt), open_until=ago(seconds=1))
    (outgoing,) = claimed(office.database)
    office.database.write(
        lambda session: record(session, outgoing, Accepted(new_sid(), "queued", ResponseDetails(201)))
    )
    new = ours(office)[1]
    tell(office.database, new.sid, "read")
    text = kim.get(f"{there}?after={cursor}").text
    assert f'id="m-{old.id}"' in text
    assert f'id="m-{new.id}"' in text
    assert f'<a href="#m-{new.id}">Sent again at {clock(new.occurred_at)}: read</a>' in text


def test_send_again_without_scripts_goes_to_the_new_message(office: Office) -> None:
    message = undelivered(office.database, "63019")
    kim = office.browser("kim")
    kim.get(f"/conversations/{message.conversation_id}")
    answer = kim.post(f"/messages/{message.id}/send-again")
    assert answer.status_code == 303
    assert answer.location == f"/conversations/{message.conversation_id}#m-{ours(office)[1].id}"


def test_a_refusal_names_the_way_out_and_queues_nothing(office: Office) -> None:
    message = undelivered(office.database, "63016")
    hear(office.database, "STOP")
    kim = office.browser("kim")
    before = len(ours(office))
    page = kim.get(f"/conversations/{message.conversation_id}").text
    assert f'action="/messages/{message.id}/send-again"' not in page
    answer = kim.htmx("POST", f"/messages/{message.id}/send-again")
    assert "Not sent again." in answer.text
    assert "START" in answer.text
    whole = kim.post(f"/messages/{message.id}/send-again")
    assert whole.status_code == 422
    assert "Not sent again." in whole.text
    assert len(ours(office)) == before


def test_what_arrived_is_not_sent_again(office: Office) -> None:
    message = accepted(office.database)
    kim = office.browser("kim")
    answer = kim.htmx("POST", f"/messages/{message.id}/send-again")
    assert "arrived, or is under way" in answer.text
    assert len(ours(office)) == 1


def test_where_sending_again_does_not_help_it_is_not_offered(office: Office) -> None:
    message = undelivered(office.database, "63032")
    page = office.browser("kim").get(f"/conversations/{message.conversation_id}").text
    assert "Sending again does not help." in page
    assert "https://www.twilio.com/docs/api/errors/63032" in page
    assert f'action="/messages/{message.id}/send-again"' not in page


def test_a_form_without_its_key_changes_nothing(office: Office) -> None:
    message = unconfirmed(office.database)
    kim = office.browser("kim")
    for verb in VERBS:
        assert kim.client.post(f"/messages/{message.id}/{verb}").status_code == 400
    assert again(office.database, message).state == "unconfirmed"
    assert len(ours(office)) == 1


def strangers_message(office: Office) -> int:
    """A message of an account that is not ours."""
    form = inbound_form(AccountSid=STRANGER.account_sid)
    take(office.database, webhook("inbound", form))
    found = office.database.read(lambda session: by_sid(session, STRANGER.account_sid, form["MessageSid"]))
    assert found is not None
    return found.id or 0


@pytest.mark.parametrize("verb", VERBS)
def test_a_strangers_message_is_not_there(office: Office, verb: str) -> None:
    number = strangers_message(office)
    kim = office.browser("kim")
    assert kim.post(f"/messages/{number}/{verb}").status_code == 404
    assert kim.post(f"/messages/999999/{verb}").status_code == 404


def test_the_timeline_tells_attempts_sources_and_what_support_asks_for(office: Office) -> None:
    message = undelivered(office.database, "63019")
    text = office.browser("kim").htmx("GET", f"/messages/{message.id}/timeline").text
    assert "Handed to Twilio, attempt 1" in text
    assert "HTTP 201" in text
    assert "RQ" + "1" * 32 in text
    assert "Twilio&#39;s answer" in text
    assert "Twilio&#39;s callback" in text
    assert "63019" in text
    assert "Details for Twilio's support" in text
    assert "MessageSid: " + message.sid in text


def test_the_timeline_of_a_limited_message_says_why_it_waits(office: Office) -> None:
    message = undelivered(office.database, "63018")
    text = office.browser("kim").htmx("GET", f"/messages/{message.id}/timeline").text
    assert "Waits for its next attempt" in text
    assert "the sender was paused by WhatsApp&#39;s rate limit" in text
