"""The failures page: groups by code, what can be done at once, and what nobody could settle."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from app.domain.webhooks import inbound
from app.store.database import Database
from app.store.tables import Journal, Message
from tests.support.cast import ACCOUNT, AVA, NOOR, SENDER, again, ago, hear, inbound_form, rows, take, tell, webhook
from tests.support.office import Office
from tests.support.outcomes import refused, unconfirmed, undelivered


def quarantine(database: Database) -> Journal:
    take(database, webhook("inbound", inbound_form(From="nonsense")))
    return rows(database, Journal, state="quarantined")[-1]


def test_an_empty_page_says_that_all_is_well(office: Office) -> None:
    page = office.browser("kim").get("/failures").text
    assert "No message failed in the last seven days" in page
    assert "Every webhook of Twilio was understood" in page


def test_a_code_is_explained_counted_and_drawn(office: Office) -> None:
    hear(office.database, From=NOOR, ProfileName="Noor")
    undelivered(office.database, "63019", customer=NOOR)
    undelivered(office.database, "63019")
    refused(office.database, "70001")
    page = office.browser("kim").get("/failures").text
    assert "The file could not be fetched" in page
    assert '<b id="count-63019">2</b>' in page
    assert "Seven days, the oldest first: 0, 0, 0, 0, 0, 0, 2" in page
    assert "2 more than the day before" in page
    assert "Send 2 again" in page
    assert "This version does not know the code" in page
    assert "https://www.twilio.com/docs/api/errors/70001" in page
    assert "Noor" in page


def test_what_our_own_rules_stopped_has_a_group_too(office: Office) -> None:
    message = undelivered(office.database, "63019")
    _set(office.database, message, state="blocked", error_code="", status="", reason="window_closed")
    page = office.browser("kim").get("/failures").text
    assert "Not sent: The reply window is closed" in page
    assert 'id="code-window_closed"' in page


def _set(database: Database, message: Message, **values: object) -> None:
    from app.store.messages import rows as messages

    database.write(lambda session: messages.update(session, ACCOUNT, message.id or 0, **values))


def test_the_messages_of_a_code_come_in_pages(office: Office) -> None:
    sent = [undelivered(office.database, "63019", f"Number {number}") for number in range(23)]
    kim = office.browser("kim")
    first = kim.htmx("GET", "/failures/63019/messages").text
    assert first.count('<li class="case') == 20
    assert "Number 22" in first
    before = sent[3].id
    assert f"before={before}" in first
    rest = kim.htmx("GET", f"/failures/63019/messages?before={before}").text
    assert rest.count('<li class="case') == 3
    assert "before=" not in rest
    assert "The file could not be fetched" in kim.get("/failures/63019").text
    assert kim.get("/failures/11111").status_code == 404


def test_all_of_a_code_are_sent_again_with_one_button(office: Office) -> None:
    for _ in range(2):
        undelivered(office.database, "63019")
    kim = office.browser("kim")
    kim.get("/failures")
    answer = kim.post("/failures/63019/send-again")
    assert (answer.status_code, answer.location) == (303, "/failures")
    page = kim.get("/failures").text
    assert "2 messages are sent again." in page
    assert "Send 2 again" not in page


def test_a_refusal_of_many_says_why_and_the_way_out(office: Office) -> None:
    message = undelivered(office.database, "63016")
    _set(office.database, message, content_sid="HX" + "1" * 32, content_variables={"1": ""})
    kim = office.browser("kim")
    kim.get("/failures")
    kim.post("/failures/63016/send-again")
    page = kim.get("/failures").text
    assert "0 messages are sent again. 1 is not: A variable of the template" in page


def test_one_message_is_decided_in_its_line(office: Office) -> None:
    message = unconfirmed(office.database, "Here is the invoice")
    kim = office.browser("kim")
    page = kim.get("/failures").text
    assert "“Here is the invoice”" in page
    assert "sending again could deliver it twice" in page
    answer = kim.client.post(
        f"/messages/{message.id}/it-arrived",
        data={"from": "failures", "csrf_token": kim._key},
        headers={"HX-Request": "true"},
    )
    assert f'id="case-{message.id}"' in answer.text
    assert "It is marked as arrived." in answer.text
    assert kim.post(f"/messages/{message.id}/it-arrived", {"from": "failures"}).location == "/failures"


def test_what_was_sent_again_is_decided(office: Office) -> None:
    decided, other = unconfirmed(office.database), unconfirmed(office.database, "Another", NOOR)
    kim = office.browser("kim")
    assert '<span class="dim s" id="n-unconfirmed">2</span>' in kim.get("/failures").text
    kim.post(f"/messages/{decided.id}/send-again", {"from": "failures"})
    page = kim.get("/failures").text
    assert '<span class="dim s" id="n-unconfirmed">1</span>' in page
    assert f'id="case-{decided.id}"' not in page
    assert f'id="case-{other.id}"' in page
    assert 'id="n-unconfirmed">1<' in kim.htmx("GET", "/failures/counts").text


def test_what_was_sent_again_counts_no_more_unless_its_new_try_is_called_off(office: Office) -> None:
    """Beside Failures, in the heading and at its code; a new try that fails counts itself."""
    settled = undelivered(office.database, "63019")
    undelivered(office.database, "63019", customer=NOOR)
    kim = office.browser("kim")
    kim.get("/failures")
    kim.post(f"/messages/{settled.id}/send-again", {"from": "failures"})
    (new,) = rows(office.database, Message, request_key=f"again:{settled.id}")
    for number, state in enumerate(("ready", "accepted", "failed", "cancelled"), start=1):
        _set(office.database, new, state=state, error_code="63024" if state == "failed" else "")
        counted = 1 if number < 3 else 2
        page = kim.get("/failures").text
        assert f'title="{counted} failed in 24 h"' in page, state
        assert re.search(rf'id="failures-day">{counted} messages? in 24 h<', page), state
        assert f'<b id="count-63019">{2 if state == "cancelled" else 1}</b>' in page, state
        assert ("2 messages in 7 days, 1 sent again:" in page) == (state != "cancelled"), state


def test_who_only_reads_sees_it_all_and_has_no_button(office: Office) -> None:
    unconfirmed(office.database, customer=NOOR)
    undelivered(office.database, "63019")
    quarantine(office.database)
    otto = office.browser("otto")
    page = otto.get("/failures").text
    assert "The file could not be fetched" in page
    main = page[page.index("<main") : page.index("</main>")]
    assert "<button" not in main
    assert otto.post("/failures/63019/send-again").status_code == 403
    assert otto.post("/failures/63014/record-opt-outs").status_code == 403
    assert otto.post("/failures/go-on", {"sender": SENDER}).status_code == 403


def test_a_paused_sender_is_named_and_goes_on_by_an_admin(office: Office) -> None:
    undelivered(office.database, "63018")
    kim = office.browser("kim")
    page = kim.get("/failures").text
    assert "Paused senders" in page
    assert "+1 415-523-8886" in page
    assert "Go on now" not in page
    assert kim.post("/failures/go-on", {"sender": SENDER}).status_code == 403
    ana = office.browser("ana")
    assert "Go on now" in ana.get("/failures").text
    ana.post("/failures/go-on", {"sender": SENDER})
    assert "Paused senders" not in ana.get("/failures").text


def test_a_status_of_nobodys_message_waits_a_day(office: Office) -> None:
    tell(office.database, "SM" + "a" * 32, "delivered")
    page = office.browser("kim").get("/failures").text
    assert "SMaaaa…aaaa" in page


def test_what_the_spool_holds_is_counted(office: Office) -> None:
    spool = office.application.extensions["services"].spool
    assert spool is not None
    spool.put({"occurred_at": ago(hours=2).isoformat()})
    page = office.browser("kim").get("/failures").text
    assert "1 webhook waits in the spool" in page
    assert "2 h ago" in page


def test_the_counts_come_alone(office: Office) -> None:
    undelivered(office.database, "63019")
    refused(office.database, "21211")
    text = office.browser("kim").htmx("GET", "/failures/counts?shown=63019").text
    assert '<b id="count-63019">1</b>' in text
    assert "1 more kind of failure" in text
    assert "2 messages in 24 h" in text


def test_the_rail_counts_the_last_day(office: Office) -> None:
    undelivered(office.database, "63019")
    assert beside_failures(office.browser("kim").get("/failures").text) == ("1", "1 failed in 24 h")


def beside_failures(text: str) -> tuple[str, str]:
    """The number in the rail, and what it says that it counts."""
    found = re.search(r'id="rail-failures"[^>]*>.*?>(\d+)</span><span class="vh">(.*?)</span>', text)
    assert found is not None
    return found[1], found[2]


def test_the_rail_and_its_live_part_count_what_waits_for_a_decision_too(office: Office) -> None:
    undelivered(office.database, "63019")
    decided = unconfirmed(office.database, customer=NOOR)
    said = ("2", "1 failed in 24 h, 1 is not confirmed")
    kim = office.browser("kim")
    assert beside_failures(kim.get("/").text) == said
    assert beside_failures(kim.get("/navigation").text) == said
    kim.post(f"/messages/{decided.id}/send-again")
    assert beside_failures(kim.get("/navigation").text) == ("1", "1 failed in 24 h")


def test_an_admin_replays_what_this_version_understands_now(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(inbound, "apply", _fails)
        take(office.database, webhook("inbound", inbound_form(Body="Lost and found")))
    ana, kim = office.browser("ana"), office.browser("kim")
    (row,) = rows(office.database, Journal)
    assert row.state == "quarantined"
    assert "This version failed at it (RuntimeError)" in kim.get("/failures").text
    assert kim.post(f"/journal/{row.id}/replay").status_code == 403
    ana.get("/failures")
    assert ana.post(f"/journal/{row.id}/replay", {"from": "failures"}).location == "/failures"
    assert "Applied again: " in ana.get("/failures").text
    assert [message.body for message in rows(office.database, Message)] == ["Lost and found"]
    ana.post(f"/journal/{row.id}/replay")
    assert "nothing was changed" in ana.get(f"/journal/{row.id}").text


def _fails(*_: object) -> None:
    raise RuntimeError("broken")


def test_all_in_quarantine_are_replayed_at_once(office: Office) -> None:
    quarantine(office.database)
    quarantine(office.database)
    ana = office.browser("ana")
    assert "Replay all" in ana.get("/failures").text
    ana.post("/journal/replay-quarantined")
    assert "2 are still not understood." in ana.get("/failures").text


def test_the_number_of_queries_does_not_grow(office: Office) -> None:
    kim = office.browser("kim")
    unconfirmed(office.database)
    undelivered(office.database, "63019", customer=NOOR)
    few = _queries(office, lambda: kim.get("/failures"))
    for code in ("63016", "63019", "63024", "21211", "63005"):
        undelivered(office.database, code, customer=NOOR)
    quarantine(office.database)
    tell(office.database, "SM" + "b" * 32, "sent")
    assert _queries(office, lambda: kim.get("/failures")) <= few + 1
    assert again(office.database, rows(office.database, Message, to_address=AVA)[0]).state == "unconfirmed"


def _queries(office: Office, deed: object) -> int:
    counted: list[str] = []
    engine = office.database.reads

    def count(*args: object) -> None:
        counted.append(str(args[2]))

    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        deed()  # type: ignore[operator]
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)
    return len(counted)
