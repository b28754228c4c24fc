"""What is offered about a failure: the buttons of bubbles, lines and groups."""

from __future__ import annotations

import re

import pytest
from werkzeug.routing import Rule

from app.domain.failures import offers
from app.store.tables import Conversation, Message
from app.web.messages import actions
from tests.support.cast import NOOR, ago, conversation_with, hear, only
from tests.support.office import Office
from tests.support.outcomes import accepted, refused, unconfirmed, undelivered
from tests.support.rewriting import rewrite

BUTTON = re.compile(r'class="btn btn--s[^"]*"[^>]*>\s*(?:<svg.*?</svg>)?\s*([^<\s][^<]*?)\s*<')


def in_bubble(office: Office, message: Message) -> list[str]:
    """The labels of the bubble's buttons."""
    page = office.browser("kim").get(f"/conversations/{message.conversation_id}").text
    start = page.index(f'id="m-{message.id}"')
    return BUTTON.findall(page[start : page.index("</article>", start)])


def in_line(office: Office, message: Message, code: str) -> list[str]:
    """The labels of its line's buttons on the failures page."""
    return BUTTON.findall(office.browser("kim").htmx("GET", f"/failures/{code}/messages").text)


def of_group(office: Office, code: str) -> list[str]:
    """The labels of the group's buttons."""
    page = office.browser("kim").get("/failures").text
    start = page.index(f'id="code-{code}"')
    return BUTTON.findall(page[start : page.index("<details", start)])


def close_window(office: Office) -> None:
    rewrite(office.database, only(office.database, Conversation), last_inbound_at=ago(days=2))


def test_every_offer_has_a_label() -> None:
    assert offers.names() == set(actions.LABELS)


@pytest.mark.parametrize(
    ("code", "one", "group"),
    [
        ("63016", ["Send a template", "Send again"], ["Send a template to 1"]),
        ("63019", ["Change the file", "Send again"], ["Send 1 again"]),
        ("63024", ["See the contact"], []),
        ("63023", ["Details for support", "Send again"], ["Send 1 again"]),
        ("63013", ["Change the text"], []),
        ("63009", ["Send again"], ["Send 1 again"]),
        ("63005", ["Change the text"], []),
        ("21617", ["Change the text"], []),
        ("63007", ["Send again"], ["Send 1 again"]),
        ("63017", ["Send again"], ["Send 1 again"]),
        ("63032", [], []),
        ("70001", ["Details for support", "Send again"], ["Send 1 again"]),
    ],
)
def test_in_an_open_window(office: Office, code: str, one: list[str], group: list[str]) -> None:
    message = undelivered(office.database, code)
    assert in_bubble(office, message) == one
    assert in_line(office, message, code) == one
    assert of_group(office, code) == group


@pytest.mark.parametrize("code", ["63016", "63009", "63019", "63013"])
def test_in_a_closed_window_no_free_text_is_offered(office: Office, code: str) -> None:
    message = undelivered(office.database, code)
    close_window(office)
    assert in_bubble(office, message) == ["Send a template"]


def test_a_template_leaves_in_a_closed_window_too(office: Office) -> None:
    message = undelivered(office.database, "63028")
    rewrite(office.database, message, kind="template", content_sid="HX" + "1" * 32, error_code="63028")
    close_window(office)
    assert in_bubble(office, message) == ["Change the variables"]
    rewrite(office.database, message, error_code="63009")
    assert in_bubble(office, message) == ["Send again"]
    rewrite(office.database, message, error_code="63040")
    assert in_bubble(office, message) == ["Send a template"]


@pytest.mark.parametrize(
    ("reason", "buttons", "group"),
    [
        ("window_closed", ["Send a template", "Send again"], ["Send a template to 1"]),
        ("body_too_long", ["Change the text"], []),
        ("variable_invalid", ["Change the text"], []),
        ("address_invalid", ["See the contact"], []),
        ("suppressed", ["Send again"], ["Send 1 again"]),
    ],
)
def test_our_own_reasons_are_in_the_table_too(
    office: Office, reason: str, buttons: list[str], group: list[str]
) -> None:
    message = undelivered(office.database, "63019")
    rewrite(office.database, message, state="blocked", error_code="", status="", reason=reason)
    assert in_bubble(office, message) == buttons
    assert of_group(office, reason) == group


def test_what_is_not_confirmed_keeps_its_three_buttons_while_free_text_may_be_sent(office: Office) -> None:
    message = unconfirmed(office.database)
    assert in_bubble(office, message) == ["Check again", "Send again", "It arrived"]
    close_window(office)
    assert in_bubble(office, message) == ["Check again", "Send a template", "It arrived"]


def test_to_somebody_who_opted_out_nothing_is_offered_nor_on_what_is_well(office: Office) -> None:
    message, well = undelivered(office.database, "63016"), accepted(office.database)
    hear(office.database, "STOP")
    assert in_bubble(office, message) == []
    assert in_bubble(office, well) == []
    assert of_group(office, "63016") == []


def test_the_group_counts_people(office: Office) -> None:
    for customer in (NOOR, NOOR, "whatsapp:+4915112345678"):
        undelivered(office.database, "63016", customer=customer)
    assert of_group(office, "63016") == ["Send a template to 2"]


def test_the_links_lead_where_they_say(office: Office) -> None:
    message, other = undelivered(office.database, "63024"), undelivered(office.database, "63023")
    kim, there = office.browser("kim"), f"/conversations/{message.conversation_id}"
    page = kim.get(there).text
    assert f'href="{there}#contact"' in page
    assert f'data-open-timeline="{other.id}"' in page
    assert f'href="{there}#m-{other.id}"' in kim.get("/failures/63023").text


def test_while_a_sender_waits_its_pause_is_shown_instead(office: Office) -> None:
    message = refused(office.database, "63017")
    undelivered(office.database, "63018", customer=NOOR)
    assert in_bubble(office, message) == ["See paused senders"]
    assert of_group(office, "63017") == ["See paused senders"]
    assert 'href="/failures#paused"' in office.browser("kim").get(f"/conversations/{message.conversation_id}").text


def test_the_check_of_the_installation_is_offered_once_there_is_such_a_page(office: Office) -> None:
    message = undelivered(office.database, "63007")
    with office.application.test_request_context():
        assert actions.doctor_path() == ""
    office.application.url_map.add(Rule("/doctor", endpoint="doctor.page"))
    office.application.view_functions["doctor.page"] = lambda: ""
    assert in_bubble(office, message) == ["Check this installation", "Send again"]
    assert of_group(office, "63007") == ["Check this installation", "Send 1 again"]


def test_who_only_reads_has_no_buttons(office: Office) -> None:
    message = undelivered(office.database, "63016")
    page = office.browser("otto").get(f"/conversations/{message.conversation_id}").text
    assert f"/messages/{message.id}/again" not in page
    assert "/failures/63016/template" not in office.browser("otto").get("/failures").text


def test_once_it_was_sent_again_nothing_is_offered(office: Office) -> None:
    message = undelivered(office.database, "63016")
    kim = office.browser("kim")
    kim.get(f"/conversations/{message.conversation_id}")
    kim.post(f"/messages/{message.id}/send-again")
    assert in_bubble(office, message) == []
    assert conversation_with(office.database).id == message.conversation_id
