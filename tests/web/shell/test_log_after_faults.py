"""The whole log after faults of the database while names, texts and forms were on their way: none of them is in it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from tests.support.cast import conversation_with, hear, inbound_form, new_sid, status_form
from tests.support.office import PASSWORDS, Browser, Office
from tests.support.twilio import Twilio

NAME, TEXT, LOGIN, WORD = "Persephone Quill", "the parcel smells of lavender", "quillfeather", "purple-status"
PRIVATE = (NAME, TEXT, LOGIN, WORD, *PASSWORDS.values(), "442079460018")
# How to make every insert fail, and how to end that.
SQLITE = (
    "CREATE TRIGGER {0}_fault BEFORE INSERT ON {0} BEGIN SELECT RAISE(ABORT, 'a fault'); END",
    "DROP TRIGGER {0}_fault",
)
POSTGRESQL = ("ALTER TABLE {0} ADD CONSTRAINT fault CHECK (false) NOT VALID", "ALTER TABLE {0} DROP CONSTRAINT fault")


@pytest.fixture
def refuse_inserts(office: Office) -> Iterator[Callable[[str], None]]:
    """`refuse_inserts(table)`: let the database refuse every new row of a table, in its own words."""
    engine, refused = sa.create_engine(office.database.url), list[str]()
    begin, end = SQLITE if office.database.is_sqlite else POSTGRESQL

    def run(statement: str) -> None:
        with engine.begin() as connection:
            connection.execute(sa.text(statement))

    def refuse(table: str) -> None:
        refused.append(table)
        run(begin.format(table))

    yield refuse
    for table in refused:
        run(end.format(table))
    engine.dispose()


def logged(log: io.StringIO) -> str:
    """All that was logged so far, lines that are JSON each."""
    for line in log.getvalue().splitlines():
        assert json.loads(line)["level"]
    return log.getvalue()


def reply(browser: Browser, conversation: int) -> int:
    page = browser.get(f"/conversations/{conversation}").text
    token = page.partition('name="compose_token" value="')[2].partition('"')[0]
    return browser.post(f"/conversations/{conversation}/messages", {"body": TEXT, "compose_token": token}).status_code


def test_no_name_and_no_text_is_in_the_log(
    office: Office, log: io.StringIO, refuse_inserts: Callable[[str], None]
) -> None:
    twilio, ana, nobody = Twilio(office.application), office.browser("ana"), office.browser()
    hear(office.database)
    there = conversation_with(office.database).id or 0
    ana.get("/settings/agents")
    assert twilio.status({**status_form(new_sid(), WORD), "ErrorMessage": TEXT}).status_code == 204
    for table in ("login_failure", "agent", "message", "contact", "status_event"):
        refuse_inserts(table)
    nobody.get("/login")
    assert nobody.post("/login", {"login": LOGIN, "password": PASSWORDS["kim"]}).status_code == 500
    assert ana.post("/settings/agents", {"login": LOGIN, "name": NAME, "role": "agent"}).status_code == 500
    assert reply(ana, there) == 500
    stranger = inbound_form(Body=TEXT, ProfileName=NAME, From="whatsapp:+442079460018")
    assert twilio.inbound(stranger).status_code == 200
    assert twilio.status({**status_form(new_sid(), "failed"), "ErrorMessage": TEXT}).status_code == 204
    refuse_inserts("journal")
    assert twilio.inbound({**stranger, "MessageSid": new_sid()}).status_code == 200
    whole = logged(log)
    assert [word for word in PRIVATE if word in whole] == []
    assert whole.count("IntegrityError") + whole.count("CheckViolation") >= 4
    assert "INSERT INTO agent" in whole
    assert "webhook.not_taken" in whole


def test_a_path_with_a_token_is_not_logged_when_its_page_fails(
    office: Office, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise LookupError(TEXT)

    monkeypatch.setattr("app.domain.agents.password_reset.owner", stumble)
    assert office.browser().get("/login/reset/a-token-of-somebody").status_code == 500
    whole = logged(log)
    assert "a-token-of-somebody" not in whole
    assert TEXT not in whole
    assert "LookupError" in whole
    assert "request.failed" in whole
