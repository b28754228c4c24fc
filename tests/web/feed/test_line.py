"""The words of a feed line."""

from __future__ import annotations

import re

from tests.support.cast import SENDER, conversation_with
from tests.support.office import Office
from tests.support.outcomes import undelivered


def kinds(office: Office) -> list[str]:
    """What the feed's lines are called, newest first."""
    page = office.browser("ana").get("/feed").text
    return [" ".join(name.split()) for name in re.findall(r"</svg>([^<]+)</span>", page[page.index("<main") :])]


def test_a_sender_that_goes_on_is_not_called_paused(office: Office) -> None:
    undelivered(office.database, "63018")
    assert "Sender paused" in kinds(office)
    office.browser("ana").post("/failures/go-on", {"sender": SENDER})
    assert kinds(office).index("Sender goes on") < kinds(office).index("Sender paused")


def test_a_conversation_that_is_opened_again_says_so_in_words(office: Office) -> None:
    undelivered(office.database, "63019")
    there = f"/conversations/{conversation_with(office.database).id}/state"
    ana = office.browser("ana")
    ana.get("/feed")
    ana.post(there, {"state": "closed"})
    ana.post(there, {"state": "open"})
    page = ana.get("/feed").text
    assert "Reopened" in page
    assert ">reopened<" not in page
