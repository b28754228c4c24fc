"""The title of a page with an open conversation."""

from __future__ import annotations

import re

import pytest

from tests.support.cast import AVA, NOOR, hear
from tests.support.office import Office


@pytest.mark.parametrize(
    ("customer", "name", "title"),
    [
        (AVA, "Ava Brown", "Ava Brown · Switchboard"),
        (AVA, "</title><b>", "&lt;/title&gt;&lt;b&gt; · Switchboard"),
        # Titles end up in histories: of a number they have the last digits.
        (AVA, "", "…0123 · Switchboard"),
        (NOOR, "", "…1918 · Switchboard"),
    ],
)
def test_it_names_the_conversation_on_the_page_and_in_the_pane(
    office: Office, customer: str, name: str, title: str
) -> None:
    there = f"/conversations/{hear(office.database, From=customer, ProfileName=name).conversation_id}"
    kim = office.browser("kim")
    for path in (there, f"{there}/pane"):
        assert re.findall(r"<title>(.*?)</title>", kim.get(path).text) == [title]


def test_parts_that_are_swapped_by_themselves_have_none(office: Office) -> None:
    there = f"/conversations/{hear(office.database).conversation_id}"
    for part in ("/state", "/changes"):
        assert "<title" not in office.browser("kim").get(there + part).text
