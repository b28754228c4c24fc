"""What became of a template lately, on its page."""

from __future__ import annotations

import html
import re
from datetime import timedelta

from tests.support.cast import AVA, ago, asked_message, hear
from tests.support.office import Office
from tests.support.rewriting import rewrite
from tests.support.templates import template

BO = "whatsapp:+447400123456"
COUNTS = re.compile(r'<dt>([^<]+)</dt>\s*<dd>\s*(\d+)\s*(?:<span class="dim">([^<]+)</span>)?')


def test_a_template_shows_its_own_results_and_leads_to_its_report(office: Office) -> None:
    database, kim = office.database, office.browser("kim")
    english, german = template(database, friendly_name="a <b> & c"), template(database, "Hallo", language="de")
    page = f"/templates/{english.id}"
    assert "Not sent in the last 30 days." in kim.get(page).text
    for customer, sid, status, days in (
        (AVA, english.sid, "read", 2),
        (AVA, english.sid, "delivered", 29),
        (BO, english.sid, "undelivered", 3),
        (BO, english.sid, "read", 40),
        (BO, german.sid, "read", 2),
    ):
        message = asked_message(database, customer=customer)
        at = ago(days=days)
        rewrite(database, message, content_sid=sid, state="accepted", status=status, occurred_at=at)
        if days == 2:
            rewrite(database, hear(database, From=customer), occurred_at=at + timedelta(hours=1))
    shown = kim.get(page).text
    assert COUNTS.findall(shown) == [
        ("Sent", "3", ""),
        ("Delivered", "2", "66.7 % of sent"),
        ("Read", "1", "33.3 % of sent"),
        ("Replied in 24 h", "1", "33.3 % of sent"),
        ("Opted out in 24 h", "0", "0 % of sent"),
        ("Failed", "1", ""),
    ]
    (report,) = re.findall(r'href="(/reports\?[^"]+)"', shown)
    said = " ".join(re.sub(r"<[^>]+>", " ", kim.get(html.unescape(report)).text).split())
    assert "Sent 3 Taken by Twilio Delivered 2 66.7 % of sent Read 1 33.3 % of sent Replied in 24 h 1" in said
