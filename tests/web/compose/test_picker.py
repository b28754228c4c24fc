"""The sender form: a template found by its name, a field for each variable, the preview, and the gate's answer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.domain.media import files
from app.gateways.media_store import Folder
from app.store.tables import Audit, Contact, Message, Template
from tests.support.cast import KIM, ago, conversation_with, hear, only, opt_in, rows
from tests.support.hosted import picture
from tests.support.office import Browser, Office
from tests.support.outcomes import undelivered
from tests.support.rewriting import rewrite
from tests.support.templates import listed, template
from tests.web.conversations.test_reply import token_in, with_window_closed

READY = "Hello {{1}}, your {{2}} is ready."


@pytest.fixture
def kim(office: Office) -> Browser:
    """Kim, who answers Ava; her window is closed, and the account's templates were read."""
    hear(office.database)
    opt_in(office.database)
    with_window_closed(office)
    listed(office.database)
    return office.browser("kim")


def there(office: Office) -> str:
    return f"/conversations/{conversation_with(office.database).id}/template"


def audience(office: Office) -> str:
    return f"conversation:{conversation_with(office.database).id}"


def choices(office: Office, browser: Browser, typed: str) -> list[str]:
    page = browser.get(f"/compose/template/choices?for={audience(office)}&template={typed}").text
    return re.findall(r'data-sid="(HX\w+)"', page)


def fragment(office: Office, browser: Browser, which: str, fields: dict[str, str], name: str = "") -> TestResponse:
    browser.get(there(office))
    headers = {"HX-Request": "true", "HX-Trigger-Name": name}
    return browser.post(f"/compose/template/{which}?for={audience(office)}", fields, **headers)


def values_of(one: Template, **values: str) -> dict[str, str]:
    filled = {f"value-{name.removeprefix('v')}": value for name, value in values.items()}
    return {"content_sid": one.sid, "values_of": one.sid, **filled}


def press(office: Office, browser: Browser, fields: dict[str, str]) -> TestResponse:
    token = token_in(browser.get(there(office)).text)
    return browser.post(there(office), {"compose_token": token, **fields})


def ours(office: Office) -> list[Message]:
    return rows(office.database, Message, direction="outbound")


def input_of(page: str, name: str) -> str:
    found = re.search(rf'<input class="input" id="value-{name}".*?>', page, re.S)
    assert found, page
    return found[0]


def test_two_letters_find_a_template_by_name_and_text_once_for_all_its_languages(office: Office, kim: Browser) -> None:
    english = template(office.database, READY, friendly_name="pickup_ready", language="en_US")
    template(office.database, "Hallo {{1}}, dein {{2}} ist fertig.", friendly_name="pickup_ready", language="de")
    other = template(office.database, "We picked a date.", friendly_name="appointment")
    template(office.database, "Left out.", friendly_name="gone_one", gone_at=ago())
    assert choices(office, kim, "pi") == [english.sid, other.sid]
    assert choices(office, kim, "PICKUP re") == [english.sid]
    assert choices(office, kim, english.sid) == choices(office, kim, "fertig") == [english.sid], "of another language"
    assert choices(office, kim, "zz") == []
    assert choices(office, kim, "gone") == []
    assert 'role="combobox"' in kim.get(there(office)).text


@pytest.mark.parametrize(
    ("number", "profile", "language"),
    [
        ("whatsapp:+4930123456", "", "de"),
        ("whatsapp:+4930123456", "pt_BR", "pt_BR"),
        ("whatsapp:+5511987654321", "", "pt_BR"),
        ("whatsapp:+442079460018", "", "en_GB"),
        ("whatsapp:+15551234567", "", "en_US"),
        ("whatsapp:+48221234567", "", "en_US"),
    ],
)
def test_the_language_is_the_profiles_then_the_countrys_then_american(
    office: Office, kim: Browser, number: str, profile: str, language: str
) -> None:
    sids = {
        code: template(office.database, READY, language=code).sid for code in ("de", "en_GB", "en_US", "pt_BR", "pt_PT")
    }
    hear(office.database, From=number)
    conversation = conversation_with(office.database, number)
    rewrite(office.database, only(office.database, Contact, id=conversation.contact_id), language=profile)
    page = kim.get(f"/compose/template/choices?for=conversation:{conversation.id}&template=bike").text
    assert re.findall(r'data-sid="(HX\w+)"', page) == [sids[language]]


def test_fields_are_filled_with_the_name_and_never_with_samples(office: Office, kim: Browser) -> None:
    one = template(office.database, READY, variables={"1": "Customer_Name", "2": "bicycle"})
    page = fragment(office, kim, "fields", {"content_sid": one.sid}).text
    assert f'value="{only(office.database, Contact).shown_name}"' in input_of(page, "1")
    assert 'value=""' in input_of(page, "2")
    assert 'placeholder="bicycle"' in input_of(page, "2")
    assert 'your <mark class="slot">{{2}}</mark> is ready.' in page
    assert "To fill in: 2" in page


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("", "Fill this in"),
        ("   ", "Fill this in"),
        ("two\nlines", "one line"),
        ("a     b", "at most four"),
        ("x" * 1601, "up to 1,600"),
    ],
)
def test_a_value_is_checked_while_it_is_typed_and_not_sent(office: Office, kim: Browser, value: str, why: str) -> None:
    one = template(office.database, READY)
    fields = values_of(one, v1="Ava", v2=value)
    checked = fragment(office, kim, "check", fields, "value-2").text
    assert 'id="value-2_wrong"' in checked
    assert why in checked
    assert "It may be sent." not in checked
    answer = press(office, kim, fields)
    assert answer.status_code == 422
    assert why in answer.text
    assert ours(office) == []


def test_a_variable_without_a_field_is_refused(office: Office, kim: Browser) -> None:
    one = template(office.database, READY)
    answer = press(office, kim, values_of(one, v1="Ava"))
    assert answer.status_code == 422
    assert "A variable of the template has no value." in answer.text
    assert ours(office) == []


def test_markup_in_a_value_is_text_and_the_preview_is_what_is_sent(office: Office, kim: Browser) -> None:
    one = template(office.database, READY)
    fields = values_of(one, v1="<b>Ava</b>", v2="{{1}} & <script>alert(1)</script>")
    checked = fragment(office, kim, "check", fields, "value-2").text
    text = re.sub("</?mark[^>]*>", "", checked)
    assert "Hello &lt;b&gt;Ava&lt;/b&gt;, your {{1}} &amp; &lt;script&gt;alert(1)&lt;/script&gt; is ready." in text
    assert "It may be sent." in checked
    assert press(office, kim, fields).status_code == 303
    (new,) = ours(office)
    assert new.body == "Hello <b>Ava</b>, your {{1}} & <script>alert(1)</script> is ready."
    assert "<script>alert" not in kim.get(there(office).removesuffix("/template")).text


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"status": "paused"}, "WhatsApp has paused this template"),
        ({"gone_at": ago()}, "no template with this Content SID"),
        ({"category": "MARKETING"}, "was changed since you looked at it"),
        ({"content_types": {"twilio/text": {"body": "Bye {{1}}, {{2}}."}}}, "was changed since you looked at it"),
    ],
)
def test_what_changes_between_preview_and_send_is_told_and_nothing_is_sent(
    office: Office, kim: Browser, changed: dict[str, Any], why: str
) -> None:
    one = template(office.database, READY)
    page = fragment(office, kim, "fields", {"content_sid": one.sid}).text
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    rewrite(office.database, one, **changed)
    answer = press(office, kim, {**values_of(one, v1="Ava", v2="Kept & dear"), "seen": seen[1]})
    assert answer.status_code == 422
    assert why in answer.text
    assert "Kept &amp; dear" in answer.text
    assert ours(office) == []


def test_the_gate_says_no_before_it_is_sent(office: Office, kim: Browser) -> None:
    one = template(office.database, READY, status="paused")
    page = fragment(office, kim, "fields", {"content_sid": one.sid}).text
    assert "WhatsApp has paused this template" in page
    assert "Choose another one, or wait" in page
    assert "It may be sent." not in page


def test_the_language_can_be_switched_keeps_what_was_typed_and_is_remembered_when_asked(
    office: Office, kim: Browser
) -> None:
    english = template(office.database, READY, language="en_US")
    german = template(office.database, "Hallo {{1}}, dein {{2}} ist fertig.", language="de")
    typed = {**values_of(english, v1="Ava", v2="Rad"), "content_sid": german.sid}
    page = fragment(office, kim, "fields", typed).text
    assert "Hallo Ava, dein Rad ist fertig." in page
    assert press(office, kim, {**values_of(german, v1="Ava", v2="Rad"), "remember": "on"}).status_code == 303
    assert only(office.database, Contact).language == "de"
    assert only(office.database, Audit, verb="contact.language").detail == {"before": "", "after": "de"}
    assert choices(office, kim, "bike") == [german.sid]


def test_another_template_begins_with_empty_fields(office: Office, kim: Browser) -> None:
    one, other = template(office.database, READY), template(office.database, "{{2}}?", friendly_name="other")
    page = fragment(office, kim, "fields", {**values_of(one, v1="Ava", v2="Bike"), "content_sid": other.sid}).text
    assert 'value=""' in input_of(page, "2")


def test_a_failed_text_is_carried_over_into_the_template_with_room_for_it(office: Office) -> None:
    message = undelivered(office.database, "63016", "Your bike\nis ready.")
    opt_in(office.database)
    with_window_closed(office)
    template(office.database, "No room.", friendly_name="a")
    template(office.database, "{{1}} and {{2}}", friendly_name="b")
    template(office.database, "About your bike: {{1}}. Reply to go on.", friendly_name="c")
    template(office.database, "Hello {{1}}: {{2}}", friendly_name="d", status="paused")
    listed(office.database)
    page = office.browser("kim").get(f"/messages/{message.id}/again").text
    assert 'value="Your bike is ready."' in input_of(page, "1")
    assert "About your bike: Your bike is ready.. Reply to go on." in page


def test_a_test_goes_to_ones_own_number_through_the_same_gate(office: Office, kim: Browser) -> None:
    one, own = template(office.database, READY), "+44 20 7946 0018"
    fields = {**values_of(one, v1="Ava", v2="bike"), "test_to": own, "remember": "on"}
    refused = fragment(office, kim, "test", fields).text
    assert "needs" in refused.casefold() or "opt-in" in refused.casefold()
    assert ours(office) == []
    opt_in(office.database, "whatsapp:+442079460018")
    assert "It is on its way to" in fragment(office, kim, "test", fields).text
    (new,) = ours(office)
    assert (new.to_address, new.body) == ("whatsapp:+442079460018", "Hello Ava, your bike is ready.")
    assert own in fragment(office, kim, "fields", {"content_sid": one.sid}).text
    assert "neither a whole number" in fragment(office, kim, "test", {**fields, "test_to": "0207"}).text


def test_a_file_is_chosen_among_those_that_fit(office: Office, kim: Browser, tmp_path: Path) -> None:
    store, at = Folder(tmp_path), "http://127.0.0.1:8000/{{1}}"
    wheel, _mark = (
        files.host(office.database, store, KIM, name, content)
        for name, content in (("wheel.png", picture()), ("offer.pdf", b"%PDF-1.4 made by hand %%EOF"))
    )
    media = {"twilio/media": {"body": "See {{2}}.", "media": [at]}}
    one = template(office.database, media, variables={"1": "sample.jpg"})
    page = fragment(office, kim, "fields", {"content_sid": one.sid}).text
    assert re.findall(r'<option value="(hosted:[0-9]+)"', page) == [files.reference(wheel)]
    checked = fragment(office, kim, "check", values_of(one, v1=files.reference(wheel), v2="this"), "value-1").text
    assert "http://127.0.0.1:8000/wheel.png" in checked
    elsewhere = {"twilio/media": {"body": "See.", "media": ["https://cdn.example/{{1}}"]}}
    other = template(office.database, elsewhere, friendly_name="elsewhere")
    page = fragment(office, kim, "fields", {"content_sid": other.sid}).text
    assert "after https://cdn.example/" in page


def test_everybody_of_a_code_and_somebody_new_have_the_same_form(office: Office) -> None:
    undelivered(office.database, "63016")
    with_window_closed(office)
    listed(office.database)
    one = template(office.database, READY)
    kim = office.browser("kim")
    page = kim.get("/failures/63016/template").text
    assert 'role="combobox"' in page
    answer = kim.post("/failures/63016/template", values_of(one, v1="friend", v2=""))
    assert (answer.status_code, "Fill this in" in answer.text) == (422, True)
    opt_in(office.database, "whatsapp:+442079460018")
    kim.post("/messages/new", {"to": "+442079460018"})
    page = kim.get("/messages/new/template").text
    assert 'role="combobox"' in page
    assert kim.get("/compose/template/choices?for=new").text.count(one.sid) == 1
    form = {"compose_token": token_in(page), **values_of(one, v1="Amelia", v2="bike")}
    assert kim.post("/messages/new/template", form).status_code == 303
    assert ours(office)[-1].body == "Hello Amelia, your bike is ready."


@pytest.mark.parametrize(
    "key", ["", "conversation:99999999", "conversation:9999999999999999999", "new", "code:no", "x:1"]
)
def test_nobody_has_no_fragments(office: Office, kim: Browser, key: str) -> None:
    assert kim.get(f"/compose/template/choices?for={key}").status_code == 404


def test_who_only_reads_has_none(office: Office, kim: Browser) -> None:
    otto = office.browser("otto")
    assert otto.get(f"/compose/template/choices?for={audience(office)}").status_code == 403


def test_before_the_templates_were_read_one_is_named_by_its_sid(office: Office) -> None:
    hear(office.database)
    page = office.browser("kim").get(there(office)).text
    assert 'label for="content_sid"' in page
    assert 'role="combobox"' not in page
