"""The page of what became of templates: its numbers, its filters, its file."""

from __future__ import annotations

import re

from app.store.database import Database
from app.store.tables import Message, Template
from tests.support.cast import AVA, ago, asked_message
from tests.support.office import Office
from tests.support.rewriting import rewrite
from tests.support.templates import template

BO = "whatsapp:+447400123456"


def sent(database: Database, of: Template, customer: str, status: str, state: str = "accepted") -> Message:
    """A message that became one of this template, yesterday, with this end."""
    message = asked_message(database, customer=customer)
    rewrite(database, message, content_sid=of.sid, state=state, status=status, occurred_at=ago(days=1))
    return message


def text(html: str) -> str:
    """What stands on a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_page_shows_all_and_the_filters_a_part(office: Office) -> None:
    database, kim = office.database, office.browser("kim")
    assert "No template was sent" in kim.get("/reports").text
    english, german = template(database, friendly_name="<b>bike"), template(database, "Hallo", language="de")
    sent(database, english, AVA, "read")
    sent(database, english, BO, "delivered")
    sent(database, german, BO, "", "failed")
    page = kim.get("/reports?days=90").text
    said = text(page)
    assert "Sent 2 Taken by Twilio Delivered 2 100 % of sent Read 1 50 % of sent" in said
    assert "Failed 1" in said
    assert "&lt;b&gt;bike 2 2 100 % 1 50 % 2 100 % 0 0 % 0" in said
    assert "+1 415-523-8886 2 2 100 %" in said
    assert {"GB", "US", "de", "en"} <= set(re.findall(r'<option value="(\w+)"', page))
    assert '<rect class="a" x=' in page
    assert 'href="/reports"' in kim.get("/settings").text
    part = text(kim.get("/reports?days=30&country=US&language=en").text)
    assert "Sent 1 Taken by Twilio Delivered 1 100 % of sent Read 1 100 % of sent" in part
    assert "Leave a filter out" in kim.get("/reports?country=FR").text
    assert "No template was sent" not in kim.get("/reports?days=nonsense").text


def test_the_file_is_for_those_who_may_export(office: Office) -> None:
    kim, otto = office.browser("kim"), office.browser("otto")
    sent(office.database, template(office.database, friendly_name="=cmd()"), AVA, "read")
    assert "Export CSV" not in kim.get("/reports").text
    assert kim.post("/reports/export", {"days": "7"}).status_code == 403
    assert "Export CSV" in otto.get("/reports?days=7&country=US").text
    answer = otto.post("/reports/export", {"days": "7", "country": "US"})
    assert re.fullmatch(r"attachment; filename=templates-[\d-]{21}\.csv", answer.headers["Content-Disposition"])
    assert answer.text.startswith('\ufeff"day","template"')
    assert '"\'=cmd()"' in answer.text
    audit = text(office.browser("ana").get("/audit").text)
    assert "Otto Brandt exported what became of the templates of 7 days" in audit
