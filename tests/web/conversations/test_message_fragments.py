"""One message as it stands now: asked for by itself while there is more to come that no event tells."""

from __future__ import annotations

import re
from datetime import timedelta

from app.domain.clock import now
from app.store.tables import Attempt
from tests.support.cast import STRANGER, ago, inbound_form, only, rows, take, webhook
from tests.support.office import Office
from tests.support.outcomes import accepted, unconfirmed
from tests.support.rewriting import rewrite

ASKS = "data-asks-again"


def test_what_is_not_confirmed_asks_again_while_a_look_is_to_come(office: Office) -> None:
    message = unconfirmed(office.database)
    kim = office.browser("kim")
    for page, part in ((f"/conversations/{message.conversation_id}", "bubble"), ("/failures", "line")):
        assert f'hx-get="/messages/{message.id}/{part}" hx-trigger="every 15s"' in kim.get(page).text
        rewrite(office.database, only(office.database, Attempt), check_at=now() + timedelta(seconds=5))
        assert re.search(r"hx-trigger=.every [3-6]s.", kim.htmx("GET", f"/messages/{message.id}/{part}").text)
        rewrite(office.database, only(office.database, Attempt), check_at=ago(seconds=5))
        due = kim.htmx("GET", f"/messages/{message.id}/{part}").text
        assert "being compared with Twilio&#39;s list now" in due
        assert 'hx-trigger="every 3s"' in due
        rewrite(office.database, only(office.database, Attempt), check_at=None)
        over = kim.htmx("GET", f"/messages/{message.id}/{part}").text
        assert "was compared for 15 minutes and did not show it" in over
        assert ASKS not in over
        rewrite(office.database, only(office.database, Attempt), check_at=now() + timedelta(minutes=1))


def test_what_is_settled_asks_no_more(office: Office) -> None:
    message = accepted(office.database)
    kim = office.browser("kim")
    bubble = kim.htmx("GET", f"/messages/{message.id}/bubble").text
    assert f'id="m-{message.id}"' in bubble
    assert ASKS not in bubble
    assert ASKS not in kim.htmx("GET", f"/messages/{message.id}/line").text


def test_who_only_reads_may_ask_and_a_strangers_message_is_not_there(office: Office) -> None:
    message = unconfirmed(office.database)
    form = inbound_form(AccountSid=STRANGER.account_sid)
    take(office.database, webhook("inbound", form))
    otto = office.browser("otto")
    assert f'id="case-{message.id}"' in otto.htmx("GET", f"/messages/{message.id}/line").text
    strangers = max(message.id or 0, *(row.id or 0 for row in rows(office.database, type(message)))) + 1
    for part in ("bubble", "line"):
        assert otto.htmx("GET", f"/messages/{strangers}/{part}").status_code == 404
        assert office.browser().htmx("GET", f"/messages/{message.id}/{part}").status_code == 401
