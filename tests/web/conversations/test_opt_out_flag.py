"""A message that may be an opt-out says so in its thread, with a button for either answer."""

from __future__ import annotations

from app.store.tables import ConsentRecord
from tests.support.cast import hear, only, rows
from tests.support.office import Office

ASKS = "Bitte schreiben Sie mir nicht mehr"
FLAG = "This may be an opt-out."


def test_it_is_asked_and_recorded(office: Office) -> None:
    message = hear(office.database, ASKS)
    thread = f"/conversations/{message.conversation_id}"
    kim, otto = office.browser("kim"), office.browser("otto")
    assert FLAG in kim.get(thread).text
    read = otto.get(thread).text
    assert FLAG in read
    assert "is-opt-out" not in read
    assert otto.post(f"/messages/{message.id}/is-opt-out").status_code == 403
    fresh = kim.htmx("POST", f"/messages/{message.id}/is-opt-out", thread).text
    assert f'id="m-{message.id}"' in fresh
    assert FLAG not in fresh
    assert only(office.database, ConsentRecord).message_id == message.id
    assert FLAG not in kim.get(thread).text


def test_it_is_dismissed_without_scripts_too(office: Office) -> None:
    message = hear(office.database, ASKS)
    kim = office.browser("kim")
    kim.get(f"/conversations/{message.conversation_id}")
    answer = kim.post(f"/messages/{message.id}/is-no-opt-out")
    assert answer.location == f"/conversations/{message.conversation_id}#m-{message.id}"
    assert FLAG not in kim.get(f"/conversations/{message.conversation_id}").text
    assert rows(office.database, ConsentRecord) == []
    assert kim.post("/messages/999/is-no-opt-out").status_code == 404
