"""Card numbers and one-time codes are kept nowhere, whichever door a signed webhook came through."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from app.domain.redaction import forms
from app.store import accounts
from app.store.database import connect
from app.store.tables import ConsentRecord, Journal, Message
from harness.processes import Stand
from tests.support.cast import ago, inbound_form, new_sid, rows
from tests.support.raw_web import Web
from tests.support.whole_database import whole_database

CARD, CODE = "4111 1111 1111 1111", "482913"
SAID = f"Take 4111-1111-1111-1111, or {CARD}. Your verification code is {CODE}."


def test_it_is_neither_in_the_database_nor_in_the_log_nor_in_the_spool(
    database_url: str, make_stand: Callable[..., Stand], way: str, tmp_path: Path
) -> None:
    stand = make_stand(WEB_CONCURRENCY="1", WEB_THREADS="16", REDACT="cards,codes", SPOOL_DIR=str(tmp_path / "spool"))
    account = stand.env["TWILIO_ACCOUNT_SID"]
    database = connect(database_url)
    database.write(lambda session: accounts.ensure(session, account, ago()))
    stand.start("web")
    web = Web(stand, database, way)
    flow = json.dumps({"data": {"card": 4111111111111111, "note": SAID, "flow_token": "t"}})
    form = inbound_form(AccountSid=account, Body=SAID, FlowData=flow, ProfileName=CARD)
    # The signature is over what was said.
    assert [web.code(web.signed(form)) for _ in range(2)] == [200, 200]
    broken = inbound_form(AccountSid=account, From="nobody", Body=SAID)
    nameless = {**inbound_form(AccountSid=account, Body=SAID), "MessageSid": "none"}
    assert [web.code(web.signed(one)) for one in (broken, nameless, nameless)] == [200, 200, 200]
    assert web.code(web.signed(inbound_form(AccountSid=account, Body="STOP"))) == 200
    kept = whole_database(database_url)
    for secret in ("1111-1111", "1111 1111", "11111111", CODE):
        assert secret not in kept + stand.log("web"), secret
    message = rows(database, Message, account_sid=account)[0]
    assert message.body == "Take [•••• 1111], or [•••• 1111]. Your verification code is [••••••]."
    assert message.details["flow"]["data"]["card"] == "[•••• 1111]"
    # Repeats are repeats, and STOP is heard.
    assert len(rows(database, Journal, account_sid=account)) == 4
    assert [record.keyword for record in rows(database, ConsentRecord, account_sid=account)] == ["STOP"]
    database.close()


def test_what_came_before_it_was_set_is_redacted_when_it_is_applied_again() -> None:
    from app.domain.webhooks.intake import entry, webhook_of
    from tests.support.cast import webhook

    before = entry(webhook("inbound", inbound_form(Body=SAID, MessageSid=new_sid())))
    assert CARD in str(before)
    forms.use({"cards"})
    try:
        assert "[•••• 1111]" in webhook_of(before, "archive").value("Body")
        assert CODE in webhook_of(before, "spool").value("Body")
    finally:
        forms.use(())
