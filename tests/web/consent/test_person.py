"""A person's page: what is in force and why, the history, recording, correcting, joining."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.consent import standing
from app.store.tables import ConsentRecord, Contact
from app.web.words.numbers import phone_text
from tests.support.cast import ACCOUNT, AVA, NOOR, ago, conversation_with, hear, only, rows
from tests.support.office import Browser, Office

TOLD = {
    "action": "opt-in",
    "purposes": "marketing",
    "source": "in_person",
    "wording": "May we send you offers by WhatsApp?",
    "proof": "Signed card in the drawer",
    "key": "one",
}


def path(office: Office, customer: str = AVA) -> str:
    return f"/consent/people/{conversation_with(office.database, customer).contact_id}"


def told(office: Office, who: str = "kim", **changed: str) -> Browser:
    """Somebody records what Ava said; the browser shows her page after."""
    browser, there = office.browser(who), path(office)
    browser.get(there)
    assert browser.post(f"{there}/record", {**TOLD, **changed}).status_code == 303
    return browser


def test_each_purpose_says_what_holds_and_why(office: Office) -> None:
    hear(office.database, "STOP", at=ago(days=3))
    day = ago(days=3).strftime("%-d %B %Y")
    page = office.browser("otto").get(path(office)).text
    assert "<title>Ava · Switchboard</title>" in page
    assert f"They wrote STOP on {day}; START ends it." in page
    assert page.count("<b>Marketing: No.</b>") == page.count("<b>Service: No.</b>") == 1
    hear(office.database, "START", at=ago(days=2))
    page = office.browser("otto").get(path(office)).text
    assert "<b>Marketing: No record.</b>" in page
    assert "Opt-outs ended" in page


def test_a_block_at_twilio_says_that_only_start_ends_it_and_offers_no_opt_in(office: Office) -> None:
    hear(office.database, "STOP", OptOutType="STOP")
    there, kim = path(office), office.browser("kim")
    page = kim.get(there).text
    assert "Only their own START ends it; nobody here can." in page
    assert 'value="opt-in" disabled' in " ".join(page.split())
    answer = kim.post(f"{there}/record", TOLD)
    assert answer.status_code == 422
    assert "nobody here can opt them in" in answer.text
    assert len(rows(office.database, ConsentRecord)) == 1


def test_an_opt_in_is_recorded_with_its_wording_and_shown(office: Office) -> None:
    kim = told(office, at=ago(days=2).strftime("%Y-%m-%dT%H:%M"))
    record = only(office.database, ConsentRecord)
    assert (record.purpose, record.state, record.source) == ("marketing", "given", "in_person")
    assert abs(record.occurred_at - ago(days=2)) < timedelta(minutes=2)
    page = kim.get(path(office)).text
    assert "It is recorded." in page or "Opted in: Marketing" in page
    for shown in (TOLD["wording"], TOLD["proof"], "Kim Aalto", "They agreed in person on", "Learned of on"):
        assert shown in page


def test_times_are_those_of_the_viewers_zone(office: Office) -> None:
    kim = office.browser("kim")
    kim.client.set_cookie("switchboard_zone", "America/New_York")
    there = path(office)
    kim.get(there)
    kim.post(f"{there}/record", {**TOLD, "at": "2026-01-05T09:30"})
    assert only(office.database, ConsentRecord).occurred_at == datetime(2026, 1, 5, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"purposes": ""}, "Choose what it is about."),
        ({"source": ""}, "Choose how they said it."),
        ({"at": "2999-01-01T10:00"}, "This lies in the future."),
        ({"at": "yesterday"}, "Enter a day and a time."),
        ({"proof": " "}, "Write down how we know"),
        ({"wording": ""}, "Write down what they were shown or told."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(office: Office, changed: dict[str, str], says: str) -> None:
    kim, there = office.browser("kim"), path(office)
    kim.get(there)
    answer = kim.post(f"{there}/record", {**TOLD, **changed})
    assert answer.status_code == 422
    assert says in answer.text
    for name in {"wording", "proof"} - set(changed):
        assert TOLD[name] in answer.text
    assert rows(office.database, ConsentRecord) == []


def test_an_opt_out_heard_elsewhere_is_recorded_and_leads_back_to_the_conversation(office: Office) -> None:
    there = conversation_with(office.database)
    kim = office.browser("kim")
    assert "Record what they said" in kim.htmx("GET", f"{path(office)}/record?conversation={there.id}").text
    kim.get(path(office))
    said = {**TOLD, "action": "opt-out", "about": "all", "source": "phone", "conversation": str(there.id)}
    answer = kim.post(f"{path(office)}/record", said)
    assert answer.location == f"/conversations/{there.id}"
    assert only(office.database, ConsentRecord).purpose == "all"
    assert "They opted out by phone on" in kim.get(path(office)).text
    assert f'href="{path(office)}?conversation={there.id}"' in kim.get(f"/conversations/{there.id}").text


def test_a_record_is_corrected_with_a_reason_and_that_is_taken_back(office: Office) -> None:
    kim, there = told(office), path(office)
    record = only(office.database, ConsentRecord).id
    assert "Say what is wrong" in kim.post(f"{there}/correct", {"record": str(record), "reason": " "}).text
    kim.post(f"{there}/correct", {"record": str(record), "reason": "This was her sister"})
    page = kim.get(there).text
    assert "Out of force by a correction" in page
    assert "This was her sister" in page
    assert "<b>Marketing: No record.</b>" in page
    correction = rows(office.database, ConsentRecord)[-1].id
    kim.post(f"{there}/correct", {"record": str(correction), "reason": "No, it was her"})
    assert "<b>Marketing: Yes.</b>" in kim.get(there).text


def test_an_auditor_reads_and_changes_nothing(office: Office) -> None:
    told(office)
    otto, there = office.browser("otto"), path(office)
    page = otto.get(there).text
    assert TOLD["proof"] in page
    assert '<form class="told-form"' not in page
    for form in (("record", TOLD), ("correct", {"record": "1", "reason": "x"}), ("join", {"other": "1"})):
        assert otto.post(f"{there}/{form[0]}", form[1]).status_code == 403
    assert otto.get(f"{there}/join").status_code == 403


def test_of_people_who_were_joined_the_page_says_which_address_agreed(office: Office) -> None:
    kim, ava = told(office), path(office)
    number = str(conversation_with(office.database, NOOR).contact_id)
    shown = phone_text(AVA)
    assert "It holds for" not in kim.get(ava).text
    kim.post(f"{ava}/join", {"other": number})
    assert f"It holds for {shown} alone." in kim.get(ava).text
    contact = conversation_with(office.database, AVA).contact_id
    for address, holds in ((AVA, True), (NOOR, False)):
        found = office.database.read(
            lambda session, address=address: standing.holds_any_opt_in(session, ACCOUNT, contact, address)  # type: ignore[misc]
        )
        assert found == holds, address


def test_two_contacts_are_joined_after_a_look_and_parted_again(office: Office) -> None:
    hear(office.database, From=AVA, ProfileName="Ava Castillo")
    hear(office.database, "STOP", From=NOOR, ProfileName="Noor K.")
    kim, ava, noor = office.browser("kim"), path(office), path(office, NOOR)
    number = noor.rpartition("/")[2]
    found = kim.get(f"{ava}/join?q=noor").text
    assert f"other={number}" in found
    look = kim.get(f"{ava}/join?q=noor&other={number}").text
    for moved in ("1 address of", "1 conversation", "1 consent record", "GB.13490801221918"):
        assert moved in look
    kim.post(f"{ava}/join", {"other": number})
    page = kim.get(ava).text
    assert "Noor K." in page
    assert "They wrote STOP" in page
    assert kim.get(noor).location == ava
    assert "one contact already" in kim.post(f"{ava}/join", {"other": number}).text
    join = page.partition('name="join" value="')[2].partition('"')[0]
    kim.post(f"{ava}/part", {"join": join})
    assert "<b>Marketing: No record.</b>" in kim.get(ava).text
    assert kim.get(noor).status_code == 200
    kim.post(f"{ava}/part", {"join": join})
    assert "This was taken back already." in kim.get(ava).text
    assert len(rows(office.database, Contact)) == 2


def test_what_is_not_there(office: Office) -> None:
    kim = office.browser("kim")
    for address in ("/consent/people/999", "/consent/people/999/state", "/consent/people/999/record"):
        assert kim.get(address).status_code == 404
    assert kim.post("/consent/people/999/record", TOLD).status_code in (404, 422)


def test_labels_are_given_and_taken_on_the_page(office: Office) -> None:
    kim, there = office.browser("kim"), path(office)
    kim.get(there)
    assert kim.post(f"{there}/labels", {"label": "<b>VIP</b>"}).location == f"{there}#labels"
    page = kim.get(there).text
    assert '<span dir="auto">&lt;b&gt;vip&lt;/b&gt;</span>' in page
    assert "Take away" not in office.browser("otto").get(there).text
    refused = kim.post(f"{there}/labels", {"label": "x" * 50})
    assert refused.status_code == 422
    assert "A label has 40 letters at most." in refused.text
    assert f'value="{"x" * 50}" aria-label="New label"' in refused.text
    again = kim.post(f"{there}/labels", {"label": "<b>VIP</b>"}, **{"HX-Request": "true"})
    assert ("They have this label." in again.text, "<h1" in again.text) == (True, False)
    refused = kim.post(f"{there}/labels", {"label": " "}, **{"HX-Request": "true"})
    assert (refused.status_code, "Write a label." in refused.text) == (422, True)
    kim.post(f"{there}/labels/take", {"label": "<b>vip</b>"})
    assert "Take away" not in kim.get(there).text
    assert kim.post("/consent/people/999999/labels", {"label": "vip"}).status_code == 404


def test_fields_are_added_changed_and_removed_on_the_page(office: Office) -> None:
    kim, otto, there = office.browser("kim"), office.browser("otto"), path(office)
    kim.get(there)
    assert kim.post(f"{there}/fields", {"name": "Order <b>", "value": "4711"}).location == f"{there}#fields"
    changed = kim.post(f"{there}/fields/change", {"name": "order <b>", "value": '"4712"', "was": "4711"})
    assert changed.location == f"{there}#fields"
    page = kim.get(there).text
    assert 'name="value" value="&#34;4712&#34;"' in page
    assert "“order &lt;b&gt;” is saved." in page
    seen = otto.get(there).text
    assert '<dt><bdi>order &lt;b&gt;</bdi></dt><dd dir="auto">&#34;4712&#34;</dd>' in seen
    assert f"{there}/fields" not in seen
    beside = f"/conversations/{conversation_with(office.database, AVA).id}"
    assert '<dt><bdi>order &lt;b&gt;</bdi></dt><dd dir="auto">&#34;4712&#34;</dd>' in otto.get(beside).text
    assert otto.post(f"{there}/fields", {"name": "a", "value": "b"}).status_code == 403
    number = beside.rpartition("/")[2]
    dialog = kim.get(f"{there}/fields?conversation={number}").text
    assert ("&#34;4712&#34;" in dialog, "<html" in dialog) == (True, False)
    assert dialog.count(f'name="conversation" value="{number}"') == 2
    back = {"name": "order <b>", "value": "4712", "conversation": number}
    assert kim.post(f"{there}/fields/change", back).location == beside
    kim.post(f"{there}/fields/remove", {"name": "order <b>"})
    assert 'value="4712"' not in kim.get(there).text
    for deed in ("fields", "fields/change", "fields/remove"):
        assert kim.post(f"/consent/people/999999/{deed}", {"name": "a", "value": "b"}).status_code == 404


def test_a_field_that_cannot_be_kept_stays_as_it_was_typed(office: Office) -> None:
    kim, there = office.browser("kim"), path(office)
    kim.get(there)
    for form, said in (
        ({"name": "a" * 41, "value": "here"}, "has 40 letters at most"),
        ({"name": "order", "value": "b" * 201}, "holds 200 letters at most"),
        ({"name": " ", "value": "here"}, "Give the field a name"),
    ):
        answer = kim.post(f"{there}/fields", form)
        assert (answer.status_code, said in answer.text) == (422, True)
        assert f'value="{form["value"]}"' in answer.text
    kim.post(f"{there}/fields", {"name": "order", "value": "4711"})
    page = kim.post(f"{there}/fields/change", {"name": "order", "value": "c" * 201}).text
    # Only the one that was being changed shows it.
    assert page.count("c" * 201) == page.count("holds 200 letters at most") == 1
    assert 'id="field-1" name="value" value="ccc' in page
    # Who came from a conversation gets back to it once it is right.
    number = str(conversation_with(office.database, AVA).id)
    page = kim.post(f"{there}/fields/change", {"name": "order", "value": " ", "conversation": number}).text
    assert page.count(f'name="conversation" value="{number}"') == 2


@pytest.mark.parametrize(
    ("deed", "name", "value", "said", "at"),
    [
        ("", " ", "x", "Give the field a name", "field-name"),
        ("", "a" * 41, "x", "40 letters", "field-name"),
        ("", "bike", " ", "Write what the field holds", "field-value"),
        ("", "bike", "b" * 201, "200 letters", "field-value"),
        ("", "ORDER", "4712", "“order” holds “4711”", "field-name"),
        ("/change", "order", " ", "Write what the field holds", "field-1"),
        ("/change", "gone", "4712", "removed “gone” meanwhile", ""),
    ],
)
def test_what_is_wrong_with_a_field_stands_at_its_own_input(
    office: Office, deed: str, name: str, value: str, said: str, at: str
) -> None:
    kim, there = office.browser("kim"), path(office)
    kim.get(there)
    kim.post(f"{there}/fields", {"name": "order", "value": "4711"})
    answer = kim.post(f"{there}/fields{deed}", {"name": name, "value": value}, hx_request="true")
    assert (answer.status_code, "<html" in answer.text, said in answer.text) == (422, False, True)
    inputs = {found[1]: found[0] for found in re.finditer(r'<input class="input[^>]* id="([^"]+)"[^>]*>', answer.text)}
    assert [key for key, field in inputs.items() if "aria-invalid" in field] == ([at] if at else [])
    wrong = [key for key, field in inputs.items() if "autofocus" in field]
    assert [f"{key}-wrong" for key in wrong] == re.findall(r'class="err" id="([^"]+)"', answer.text)
    assert all(f"{key}-wrong" in inputs[key] for key in wrong)
    # Nothing is lost of what was typed.
    assert f'value="{value}"' in answer.text


def test_a_field_that_is_there_is_changed_where_it_was_to_be_added(office: Office) -> None:
    kim, there = office.browser("kim"), path(office)
    kim.get(there)
    kim.post(f"{there}/fields", {"name": "order", "value": "4711"})
    page = kim.post(f"{there}/fields", {"name": "Order", "value": "4712"}).text
    assert f'formaction="{there}/fields/change">Change it to “4712”' in page
    assert (
        '<input type="hidden" name="was" value="4711">' in page.partition('id="field-name"')[0].rpartition("<form")[2]
    )
    asked = {"name": "Order", "value": "4712", "was": "4711"}
    answer = kim.post(f"{there}/fields/change", asked, hx_request="true").text
    assert re.search(r'id="field-1" name="value" value="4712"[^>]* autofocus', answer)
    assert "“order” is saved." in answer.partition('hx-swap-oob="innerHTML:#fields-done"')[2]
