"""A contact whose name can't be seen is called by their number."""

from __future__ import annotations

import pytest

from app.store.tables import Contact, Message
from tests.domain.test_visible_text import NOTHING
from tests.support.cast import AVA, NOOR, conversation_with, hear, only, rows
from tests.support.office import Office
from tests.support.rewriting import rewrite


def test_the_number_is_shown_where_the_name_can_not_be_seen(office: Office) -> None:
    hear(office.database, ProfileName="\u3164")
    hear(office.database, ProfileName="\u200b", From=NOOR)
    kim, there = office.browser("kim"), conversation_with(office.database, AVA).id
    for page in ("/?tab=all", f"/conversations/{there}", "/feed"):
        assert "+1 415-555-0123" in kim.get(page).text, page
    assert "GB.13490801221918" in kim.get("/?tab=all").text


def test_a_name_that_an_earlier_version_kept_goes_with_the_next_message(office: Office) -> None:
    hear(office.database, ProfileName="Ava")
    rewrite(office.database, only(office.database, Contact), profile_name="\u3164")
    hear(office.database, ProfileName="\u3164")
    assert only(office.database, Contact).profile_name == ""


def test_a_name_that_can_not_be_seen_does_not_replace_one_that_can(office: Office) -> None:
    hear(office.database, ProfileName="Ava")
    for name in NOTHING:
        hear(office.database, ProfileName=name)
    assert only(office.database, Contact).profile_name == "Ava"


@pytest.mark.parametrize("body", ["\u3164", "\u200b\u2060", " "])
def test_a_text_that_can_not_be_seen_is_said_to_be_none(office: Office, body: str) -> None:
    message = hear(office.database, body)
    kim = office.browser("kim")
    for page in ("/?tab=all", f"/conversations/{message.conversation_id}/pane", "/feed"):
        assert "No text" in kim.get(page).text, page


def test_details_that_can_not_be_seen_are_left_out(office: Office) -> None:
    hear(office.database, ButtonText="\u3164", Label="\u200b", ReferralHeadline="\u2060", Latitude=" ")
    message = rows(office.database, Message)[-1]
    assert (message.kind, message.details) == ("text", {})
