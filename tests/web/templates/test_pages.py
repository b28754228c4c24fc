"""The pages of templates: the list by names, one template, and what an admin makes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.media import files, links
from app.domain.media.grants import MediaLinks
from app.store.tables import Audit, MediaGrant, Template
from app.template_words import TEMPLATE_CHANGES, TEMPLATE_FAULTS
from app.web.shell.services import services
from app.web.words import templates as words
from app.web.words.template_faults import FAULTS
from harness.waiting import until
from tests.support.cast import KIM, ago, only, rows
from tests.support.hosted import picture
from tests.support.office import Office
from tests.support.standin import StandIn
from tests.support.templates import template

CARD = {
    "whatsapp/card": {
        "header_text": "<b>Order</b>",
        "body": "Hello {{ 1 }}, *it* is ready.",
        "footer": "Halden Cycles",
        "actions": [{"type": "URL", "title": "Track it", "url": "https://example.com/{{2}}"}],
    },
    "twilio/text": {"body": "Plainly"},
}
FORM = {
    "name": "bike_ready",
    "language": "en",
    "kind": "twilio/text",
    "category": "UTILITY",
    "body": "Hello {{1}}, your bike is ready now.",
    "sample-1": "Ava",
}


def test_there_are_words_for_every_fault_and_every_change() -> None:
    assert set(FAULTS) == set(TEMPLATE_FAULTS)
    assert set(words.CHANGES) == set(TEMPLATE_CHANGES)


def test_languages_stand_under_their_name_and_those_that_differ_are_pointed_out(office: Office) -> None:
    for language, text in (("en", "Hi {{1}}, ready."), ("de", "Hallo {{1}}, fertig."), ("fr", "Bonjour, prêt.")):
        template(office.database, text, language=language)
    template(office.database, friendly_name="autumn_2019", gone_at=ago())
    page = office.browser("otto").get("/templates").text
    assert page.count('class="tpls"') == 1
    assert "other variables" in page
    assert "autumn_2019" not in page
    assert "New template" not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=ready", 1),
        ("q=BIKE+ava", 0),
        ("state=paused", 1),
        ("category=MARKETING", 1),
        ("language=de", 0),
        ("q=%00", 0),
    ],
)
def test_the_list_is_narrowed(office: Office, asked: str, found: int) -> None:
    template(office.database, status="paused", category="MARKETING")
    template(office.database, "Your invoice {{1}} is here.", friendly_name="invoice")
    page = office.browser("kim").get(f"/templates?{asked}").text
    assert page.count('class="tpls"') == found


def test_one_is_shown_as_a_phone_does_with_its_state_and_what_meta_says(office: Office) -> None:
    one = template(
        office.database, CARD, status="rejected", rejection_reason="INVALID <format>", variables={"1": "Ava"}
    )
    page = office.browser("otto").get(f"/templates/{one.id}").text
    for shown in ("&lt;b&gt;Order&lt;/b&gt;", '<mark class="slot">{{1}}</mark>', "Track it", "Plainly", "Rejected"):
        assert shown in page
    assert "INVALID &lt;format&gt;" in page
    assert "Submit for approval" not in page


def test_words_that_nobody_knows_are_shown_as_they_came(office: Office) -> None:
    one = template(office.database, {"twilio/hologram": {"body": "x"}}, status="in_appeal", category="LOYALTY")
    page = office.browser("kim").get(f"/templates/{one.id}").text
    assert page.count("in_appeal") >= 2
    assert "LOYALTY" in page
    assert "twilio/hologram" in page


def test_a_template_is_put_under_another_name_by_an_admin(office: Office) -> None:
    template(office.database, friendly_name="ready_en")
    other = template(office.database, friendly_name="ready_de", language="de")
    assert office.browser("kim").post(f"/templates/{other.id}/group", {"name": "ready_en"}).status_code == 403
    assert office.browser("ana").post(f"/templates/{other.id}/group", {"name": "ready_en"}).status_code == 303
    assert office.browser("ana").get("/templates").text.count('class="tpls"') == 1
    office.browser("ana").post(f"/templates/{other.id}/group", {"name": ""})
    assert only(office.database, Template, id=other.id).group_name == ""


def test_one_is_written_submitted_approved_and_deleted(at_twilio: Office, standin: StandIn) -> None:
    ana = at_twilio.browser("ana")
    assert ana.post("/templates/new", FORM).status_code == 303
    one = only(at_twilio.database, Template)
    assert (one.status, one.variables, one.friendly_name) == ("unsubmitted", {"1": "Ava"}, "bike_ready")
    changed = {**FORM, "body": "Hello {{1}}, your bicycle is ready now."}
    assert ana.get(f"/templates/{one.id}/edit").status_code == 200
    assert ana.post(f"/templates/{one.id}/edit", changed).status_code == 303
    assert "bicycle" in only(at_twilio.database, Template, id=one.id).body
    ana.post(f"/templates/{one.id}/submit", {"name": "bike_ready", "category": "UTILITY"})
    assert only(at_twilio.database, Template, id=one.id).status == "received"

    def approved() -> bool:
        ana.post(f"/templates/{one.id}/check")
        return only(at_twilio.database, Template, id=one.id).status == "approved"

    until(approved)
    assert "Approved" in ana.get(f"/templates/{one.id}").text
    assert "Twilio refused" in ana.post(f"/templates/{one.id}/edit", changed).text
    assert ana.post(f"/templates/{one.id}/delete").status_code == 303
    assert standin.simulator.control("templates") == {}
    assert only(at_twilio.database, Template, id=one.id).gone_at is not None
    verbs = {row.verb for row in rows(at_twilio.database, Audit, subject_kind="template")}
    assert {"template.create", "template.edit", "template.submit", "template.delete"} <= verbs


def test_a_hosted_file_is_a_sample_by_its_temporary_url(at_twilio: Office) -> None:
    held = services(at_twilio.application)
    file = files.host(at_twilio.database, held.media_store, KIM, "wheel.png", picture())
    grant = at_twilio.database.write(lambda session: links.make(session, KIM, file, timedelta(seconds=600)))
    url = MediaLinks(held.settings.public_base_url, held.settings.secret_key).address(grant, "wheel.png")
    ana = at_twilio.browser("ana")
    assert ana.post("/templates/new", {**FORM, "kind": "twilio/media", "sample-2": url}).status_code == 303
    one = only(at_twilio.database, Template)
    assert one.variables["2"] == url.partition("/media/temp/")[2]
    ana.post(f"/templates/{one.id}/submit", {"name": "bike_ready", "category": "UTILITY"})
    assert only(at_twilio.database, MediaGrant).purpose == "sample"
    page = ana.get(f"/media/{file}").text
    assert ("until Meta has decided" in page, "Extend" in page, "Revoke" in page) == (True, False, True)


def test_the_list_is_read_anew_on_a_button(at_twilio: Office, standin: StandIn) -> None:
    standin.simulator.control("templates", sid="HX" + "1" * 32, text="Hello {{1}}, ready.")
    kim = at_twilio.browser("kim")
    assert kim.post("/templates/sync").status_code == 303
    assert "1 template read from Twilio" in kim.get("/templates").text
    standin.fails_next("content_list", "500")
    kim.post("/templates/sync")
    assert "Twilio could not be asked" in kim.get("/templates").text


def test_what_stands_against_it_is_told_while_typing_and_stops_saving(office: Office) -> None:
    ana = office.browser("ana")
    bad = {**FORM, "body": "{{1}}{{3}} ready", "sample-1": ""}
    told = ana.post("/templates/lint", bad).text
    for shown in ("side by side", "begins with a variable", "2 is missing", "Variable 3 has no sample"):
        assert shown in told
    saved = ana.post("/templates/new", bad)
    assert saved.status_code == 422
    assert "{{1}}{{3}} ready" in saved.text
    assert rows(office.database, Template) == []


def test_a_media_template_has_our_own_host_before_its_variable(office: Office) -> None:
    media = {**FORM, "kind": "twilio/media", "media": ""}
    told = office.browser("ana").post("/templates/lint", media).text
    assert "http://127.0.0.1:8000/media/temp/{{2}}" in told


@pytest.mark.parametrize("path", ["/templates/new", "/templates/1/edit", "/templates/lint"])
def test_only_an_admin_makes_templates(office: Office, path: str) -> None:
    template(office.database)
    assert office.browser("kim").post(path, FORM).status_code == 403


def test_nobody_elses_template_is_shown(office: Office) -> None:
    assert office.browser("ana").get("/templates/99").status_code == 404
