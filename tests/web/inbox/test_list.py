"""The inbox's list: tabs, counts, rows, pages."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from app.domain.conversations import changes as conversations
from app.store.database import Database
from app.store.messages import rows as messages
from app.store.tables import Conversation
from tests.support.cast import (
    ACCOUNT,
    AVA,
    NOOR,
    STRANGER_ACCOUNT,
    ago,
    ask,
    conversation_with,
    hear,
    inbound_form,
    new_sid,
    only,
    take,
    tell,
    webhook,
)
from tests.support.office import Browser, Office

LAYLA = "whatsapp:+971505550147"


def shown(browser: Browser, path: str) -> list[int]:
    """The conversations whose rows the page has, in their order."""
    answer = browser.get(path)
    assert answer.status_code == 200
    return [int(number) for number in re.findall(r'<li id="row-(\d+)"', answer.text)]


def row(browser: Browser, conversation: Conversation, path: str = "/?tab=all") -> str:
    """The HTML of one conversation's row."""
    found = re.search(rf'<li id="row-{conversation.id}".*?</li>', browser.get(path).text, re.DOTALL)
    assert found
    return found[0]


def test_the_newest_conversation_is_on_top(office: Office) -> None:
    hear(office.database, at=ago(hours=2))
    hear(office.database, at=ago(hours=1), From=LAYLA)
    ava, layla = conversation_with(office.database), conversation_with(office.database, LAYLA)
    assert shown(office.browser("kim"), "/?tab=all") == [layla.id, ava.id]


def test_each_tab_holds_its_own_and_says_how_many(office: Office) -> None:
    hear(office.database, at=ago(hours=23))
    hear(office.database, at=ago(hours=1), From=LAYLA)
    hear(office.database, at=ago(days=3), From=NOOR)
    ava, layla, noor = (conversation_with(office.database, who).id or 0 for who in (AVA, LAYLA, NOOR))
    kim = office.actor("kim")
    office.database.write(lambda session: conversations.assign(session, kim, layla, kim.id))
    office.database.write(lambda session: conversations.set_state(session, kim, noor, "closed"))
    browser = office.browser("kim")
    assert shown(browser, "/?tab=mine") == [layla]
    assert shown(browser, "/?tab=unassigned") == [ava]
    assert shown(browser, "/?tab=all") == [layla, ava]
    assert shown(browser, "/?tab=closing") == [ava]
    assert shown(browser, "/?tab=closed") == [noor]
    tabs = browser.get("/inbox/counts").text
    assert re.findall(r'title="([\w ]+: \d)"', tabs) == [
        "Mine: 1",
        "Unassigned: 1",
        "All: 2",
        "Closing soon: 1",
        "Closed: 1",
    ]
    assert shown(office.browser("ana"), "/?tab=mine") == []


def test_the_tab_used_last_comes_back_with_the_next_page(office: Office) -> None:
    hear(office.database)
    browser = office.browser("kim")
    assert shown(browser, "/") == []
    assert len(shown(browser, "/inbox/list?tab=unassigned")) == 1
    assert len(shown(browser, "/")) == 1
    assert browser.get("/?tab=nonsense").status_code == 200


def test_a_row_says_who_what_when_and_what_is_unread(office: Office) -> None:
    hear(office.database, "Where is\nmy order?")
    hear(office.database, "Hello?")
    html = row(office.browser("kim"), conversation_with(office.database))
    assert ">Ava</span>" in html
    assert ">Hello?</span>" in html
    assert 'class="unread">2<' in html
    assert re.search(r'<time datetime="[\dT:.-]+Z" data-local="short">\d\d:\d\d</time>', html)
    assert re.search(r'<span class="win__t">23 h 5\d m</span>', html)
    assert 'stroke-dasharray="100 100"' in html
    assert "style=" not in html


def test_a_row_of_ours_says_so_and_shows_how_far_it_got(office: Office) -> None:
    hear(office.database)
    ask(office.database, "هل وصل؟")
    html = row(office.browser("kim"), conversation_with(office.database))
    assert "You: <bdi>هل وصل؟</bdi>" in html
    assert 'class="vh">Queued<' in html


def test_someone_without_a_name_is_shown_by_number_and_without_a_number_by_a_badge(office: Office) -> None:
    hear(office.database, ProfileName="")
    hear(office.database, From=NOOR, ProfileName="")
    browser = office.browser("kim")
    assert 'dir="ltr">+1 415-555-0123<' in row(browser, conversation_with(office.database))
    noor = row(browser, conversation_with(office.database, NOOR))
    assert ">GB.13490801221918<" in noor
    assert ">no number<" in noor


def test_an_opt_out_stands_in_place_of_the_last_message(office: Office) -> None:
    hear(office.database, "  stop. ")
    html = row(office.browser("kim"), conversation_with(office.database))
    assert "Opted out" in html
    assert "with STOP" in html
    assert "#i-lock" in html


def test_a_failure_is_told_by_icon_and_word(office: Office) -> None:
    hear(office.database)
    asked, sid = ask(office.database), new_sid()
    office.database.write(
        lambda session: messages.update(session, ACCOUNT, asked.message_id or 0, state="accepted", sid=sid)
    )
    tell(office.database, sid, "failed", "63019")
    html = row(office.browser("kim"), conversation_with(office.database))
    assert "#i-failed" in html
    assert 'class="vh">Failed<' in html


def test_the_next_page_begins_where_the_last_one_ended(office: Office) -> None:
    for number in range(120):
        hear(office.database, at=ago(hours=1 + number // 3), From=f"whatsapp:+1415555{1000 + number}")
    browser = office.browser("kim")
    first = browser.get("/?tab=all").text
    seen = re.findall(r'<li id="row-(\d+)"', first)
    assert len(seen) == 50
    while following := re.search(r'hx-get="(/inbox/more[^"]+)"', first):
        first = browser.get(following[1].replace("&amp;", "&")).text
        seen += re.findall(r'<li id="row-(\d+)"', first)
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("after", ["x", "1-", "-1", "9" * 40 + "-1", "99999999999999999-1", "1-1.5", "%00"])
def test_nonsense_for_a_page_is_the_first_page(office: Office, after: str) -> None:
    hear(office.database)
    assert len(shown(office.browser("kim"), f"/inbox/more?tab=all&after={after}")) == 1


def test_a_page_costs_the_same_number_of_statements_whatever_its_length(office: Office) -> None:
    browser = office.browser("kim")
    hear(office.database)
    few = statements(office.database, browser, "/?tab=all")
    for number in range(30):
        hear(office.database, From=f"whatsapp:+1415555{1000 + number}")
    assert statements(office.database, browser, "/?tab=all") == few


def statements(database: Database, browser: Browser, path: str) -> int:
    """How many SELECTs the page takes."""
    heard: list[str] = []

    def listen(connection: object, cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    sa.event.listen(database.reads, "before_cursor_execute", listen)
    try:
        assert browser.get(path).status_code == 200
    finally:
        sa.event.remove(database.reads, "before_cursor_execute", listen)
    return len([statement for statement in heard if statement.startswith("SELECT")])


def test_another_accounts_conversations_are_not_there(office: Office) -> None:
    take(office.database, webhook("inbound", inbound_form(AccountSid=STRANGER_ACCOUNT, Body="Not for you")))
    browser = office.browser("ana")
    assert shown(browser, "/?tab=all") == []
    assert shown(browser, "/?q=Not+for+you") == []
    assert "All: 0" in browser.get("/inbox/counts").text


def test_an_auditor_begins_with_all(office: Office) -> None:
    hear(office.database)
    assert shown(office.browser("otto"), "/") == [only(office.database, Conversation).id]


def test_markup_in_names_and_messages_is_text(office: Office) -> None:
    hear(office.database, "<img src=x onerror=alert(1)>", ProfileName="<script>alert(2)</script>")
    html = row(office.browser("kim"), conversation_with(office.database))
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(2)" in html
