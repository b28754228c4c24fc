"""This was not an opt-out: one button at the composer."""

from __future__ import annotations

import re

from app.store.tables import Address, Audit, ConsentRecord
from tests.support.cast import hear, rows
from tests.support.office import Browser, Office

BUTTON = 'id="undo-opt-out"'


def is_out(office: Office) -> bool:
    return rows(office.database, Address)[0].opt_out_record_id is not None


def press(browser: Browser, there: str, record: int | str, **headers: str) -> int:
    return browser.post(f"{there}/undo-opt-out", {"record": str(record)}, **headers).status_code


def test_the_button_takes_the_opt_out_back_and_the_composer_opens(office: Office) -> None:
    there = f"/conversations/{hear(office.database, 'End').conversation_id}"
    browser = office.browser("kim")
    page = browser.get(there).text
    assert BUTTON in page
    (number,) = re.findall(r'name="record" value="(\d+)"', page)
    answer = browser.post(f"{there}/undo-opt-out", {"record": number}, HX_Request="true", Accept="*/*")
    assert answer.status_code == 200
    assert 'data-composer="open"' in answer.text
    assert not is_out(office)
    assert len(rows(office.database, Audit, verb="consent.undo")) == 1
    assert "corrected" in browser.get("/feed").text


def test_without_scripts_it_leads_back(office: Office) -> None:
    there = f"/conversations/{hear(office.database, 'STOP').conversation_id}"
    (record,) = rows(office.database, ConsentRecord)
    assert press(office.browser("kim"), there, record.id or 0) == 303
    assert not is_out(office)


def test_where_twilio_blocks_too_only_start_ends_it(office: Office) -> None:
    there = f"/conversations/{hear(office.database, 'STOP', OptOutType='STOP').conversation_id}"
    hear(office.database, "STOP")
    browser = office.browser("kim")
    page = browser.get(there).text
    assert BUTTON not in page
    assert "Only their own START ends it" in page


def test_the_auditor_sees_no_button_and_may_not(office: Office) -> None:
    there = f"/conversations/{hear(office.database, 'STOP').conversation_id}"
    browser = office.browser("otto")
    assert BUTTON not in browser.get(there).text
    assert press(browser, there, rows(office.database, ConsentRecord)[0].id or 0) == 403
    assert is_out(office)


def test_nonsense_is_refused(office: Office) -> None:
    there = f"/conversations/{hear(office.database, 'STOP').conversation_id}"
    browser = office.browser("kim")
    assert press(browser, there, "x") == 400
    assert press(browser, "/conversations/999999", 1) == 404
    assert press(browser, there, 999999) == 303
    assert is_out(office)
