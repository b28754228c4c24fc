"""The journal: every webhook as it came, filtered, in pages, with its raw form."""

from __future__ import annotations

from app.store.database import Session
from app.store.journal import rows as journal
from app.store.tables import Journal
from tests.support.cast import ACCOUNT, hear, inbound_form, only, rows, take, tell, webhook
from tests.support.office import Office
from tests.support.outcomes import accepted


def test_it_lists_and_filters(office: Office) -> None:
    message = hear(office.database)
    tell(office.database, "SM" + "a" * 32, "sent")
    take(office.database, webhook("inbound", inbound_form(From="nonsense")))
    otto = office.browser("otto")
    assert otto.get("/journal").text.count('class="hook"') == 3
    assert otto.get("/journal?state=quarantined").text.count('class="hook"') == 1
    assert otto.get("/journal?kind=status").text.count('class="hook"') == 1
    found = otto.get(f"/journal?sid={message.sid}").text
    assert found.count('class="hook"') == 1
    assert message.sid in found
    assert "No webhook fits" in otto.get("/journal?sid=SMnone%00").text


def test_it_comes_in_pages(office: Office) -> None:
    for number in range(53):
        tell(office.database, f"SM{number:032x}", "sent")
    oldest_shown = rows(office.database, Journal)[3].id
    kim = office.browser("kim")
    first = kim.get("/journal?kind=status").text
    assert first.count('class="hook"') == 50
    assert f"before={oldest_shown}" in first
    rest = kim.get(f"/journal?kind=status&before={oldest_shown}").text
    assert rest.count('class="hook"') == 3


def test_a_webhook_is_shown_as_it_came(office: Office) -> None:
    flow = '{"screen":"done","data":{"size":"M"}}'
    take(office.database, webhook("inbound", inbound_form(Body="<script>x</script>", FlowData=flow)))
    row = only(office.database, Journal)
    page = office.browser("kim").get(f"/journal/{row.id}").text
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script>x" not in page
    assert "&#34;screen&#34;: &#34;done&#34;" in page
    assert row.sid in page
    assert "Replay" not in page


def test_a_form_that_was_purged_says_so(office: Office) -> None:
    hear(office.database)
    row = only(office.database, Journal)

    def empty(session: Session) -> None:
        journal._update(session, ACCOUNT, row.id or 0, form="")

    office.database.write(empty)
    ana = office.browser("ana")
    assert "The form was deleted after its time." in ana.get(f"/journal/{row.id}").text
    ana.post(f"/journal/{row.id}/replay")
    assert "can&#39;t be applied again" in ana.get(f"/journal/{row.id}").text


def test_what_is_not_there(office: Office) -> None:
    ana = office.browser("ana")
    assert ana.get("/journal/12345").status_code == 404
    assert ana.post("/journal/12345/replay").status_code == 404


def test_a_callback_tells_its_status_and_leads_to_its_message(office: Office) -> None:
    message = accepted(office.database)
    tell(office.database, message.sid, "undelivered", "63024")
    kim = office.browser("kim")
    assert "undelivered 63024" in kim.get("/journal?kind=status").text
    page = kim.get(f"/journal/{only(office.database, Journal, kind='status').id}").text
    assert f'href="/conversations/{message.conversation_id}#m-{message.id}"' in page


def test_a_webhook_of_no_message_here_says_so(office: Office) -> None:
    tell(office.database, "SM" + "a" * 32, "sent")
    page = office.browser("kim").get(f"/journal/{only(office.database, Journal).id}").text
    assert "None of this account has the SID" in page


def test_json_that_is_nested_too_deep_is_shown_as_it_came(office: Office) -> None:
    for deep in (1_000, 100_000):
        text = "[" * deep + "]" * deep
        take(office.database, webhook("inbound", inbound_form(InteractiveData=text, ChannelMetadata=text)))
        row = rows(office.database, Journal)[-1]
        page = office.browser("kim").get(f"/journal/{row.id}")
        assert (page.status_code, text in page.text) == (200, True)
