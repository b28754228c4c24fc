"""The page where people opt in."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
import segno
from werkzeug.test import TestResponse

from app.domain.consent.opt_in_codes import CODE
from app.domain.consent.opt_in_draft import Wording
from app.store.tables import ConsentRecord, Contact
from app.web.opt_in import page as opt_in_page
from app.web.opt_in.phrases import PHRASES
from tests.domain.consent.test_opt_in_forms import DRAFT, ENGLISH, GERMAN, save
from tests.support.cast import AVA, hear, only, rows
from tests.support.office import Browser, Office

NUMBER = "+1 (415) 555-0123"
KEY = re.compile(r'name="csrf_token" value="([^"]+)"')
PAGE = re.compile(r'name="page" value="([^"]+)"')


def without_code(text: str) -> str:
    """The page but for what each of them has of its own."""
    return CODE.sub("the code", unquote(text))


class Visitor:
    """Somebody without a login, in one browser."""

    def __init__(self, office: Office, **headers: str) -> None:
        self.browser, self.headers = Browser(office.application.test_client()), headers

    def get(self, path: str = "/opt-in/news") -> str:
        """Look at the page."""
        answer = self.browser.get(path, **self.headers)
        assert answer.status_code == 200
        return html.unescape(answer.text)

    def send(self, path: str = "/opt-in/news", **fields: str) -> TestResponse:
        """Send the form as the page that is shown."""
        text = self.get(path)
        form = {"csrf_token": KEY.findall(text)[0], "page": PAGE.findall(text)[0], **fields}
        return self.browser.post(path, form, **self.headers)


@pytest.fixture
def visitor(office: Office) -> Visitor:
    """A visitor of a published form."""
    save(office.database)
    return Visitor(office)


def test_the_page_says_what_the_form_says_with_boxes_that_nobody_ticked(visitor: Visitor) -> None:
    text = visitor.get()
    for said in (ENGLISH.title, ENGLISH.text, *ENGLISH.boxes.values(), ENGLISH.stop, DRAFT.privacy_url, 'lang="en"'):
        assert said in text
    assert text.count('type="checkbox"') == 2
    assert " checked" not in text
    assert "<script" not in text


def test_what_is_ticked_is_recorded_with_its_evidence(office: Office, visitor: Visitor) -> None:
    answer = visitor.send(**{"number": NUMBER, "purpose-marketing": "on"})
    assert answer.status_code == 200
    assert PHRASES["en"]["done_text"] in answer.text
    record = only(office.database, ConsentRecord)
    assert (record.purpose, record.state, record.ip) == ("marketing", "given", "127.0.0.1")
    assert record.source_url == "http://127.0.0.1:8000/opt-in/news?lang=en"
    assert "Chrome" in record.user_agent
    assert only(office.database, Contact).phone == AVA.removeprefix("whatsapp:")


def test_the_answer_is_the_same_for_a_number_that_is_known(office: Office, visitor: Visitor) -> None:
    unknown = visitor.send(**{"number": "+442079460018", "purpose-marketing": "on"})
    hear(office.database)
    hear(office.database, "STOP")
    known = visitor.send(**{"number": NUMBER, "purpose-marketing": "on"})
    assert known.status_code == unknown.status_code
    assert without_code(known.text) == without_code(unknown.text)


def test_a_page_sent_twice_counts_once(office: Office, visitor: Visitor) -> None:
    form = {"number": NUMBER, "purpose-marketing": "on", "page": "p1"}
    assert [visitor.send(**form).status_code for _ in range(2)] == [200, 200]
    assert len(rows(office.database, ConsentRecord)) == 1


@pytest.mark.parametrize("number", ["", "555 0123", "+1", "hello", "whatsapp:GB.13490801221918", "+999123456789"])
def test_a_number_that_is_none_is_said_at_its_field(office: Office, visitor: Visitor, number: str) -> None:
    answer = visitor.send(**{"number": number, "purpose-marketing": "on"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert 'aria-describedby="number_wrong number_hint"' in answer.text
    assert " checked" in answer.text
    assert html.escape(number) in answer.text
    assert rows(office.database, ConsentRecord) == []


def test_no_box_is_no_opt_in(office: Office, visitor: Visitor) -> None:
    answer = visitor.send(**{"number": NUMBER, "purpose-authentication": "on", "purpose-all": "on"})
    assert answer.status_code == 422
    assert 'aria-describedby="boxes_wrong"' in answer.text
    assert rows(office.database, ConsentRecord) == []


@pytest.mark.parametrize(
    ("path", "wanted", "shown"),
    [
        ("/opt-in/news", "de-AT, en;q=0.5", GERMAN),
        ("/opt-in/news", "fr, *;q=0.1", ENGLISH),
        ("/opt-in/news", "", ENGLISH),
        ("/opt-in/news", "de;q=0, en-GB;q=0.1", ENGLISH),
        ("/opt-in/news", "EN;q=0.1, DE;q=0.9", GERMAN),
        ("/opt-in/news?lang=de", "en", GERMAN),
        ("/opt-in/news?lang=xx", "de", GERMAN),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_browsers(
    office: Office, path: str, wanted: str, shown: Wording
) -> None:
    save(office.database)
    visitor = Visitor(office, Accept_Language=wanted)
    text = visitor.get(path)
    assert shown.title in text
    visitor.send(path, **{"number": NUMBER, "purpose-service": "on"})
    assert only(office.database, ConsentRecord).language == shown.language


def test_the_page_takes_no_script_and_nothing_from_elsewhere(office: Office, visitor: Visitor) -> None:
    policy = visitor.browser.get("/opt-in/news").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_a_form_that_wants_it_confirmed_counts_with_the_persons_message(office: Office) -> None:
    save(office.database, replace(DRAFT, double_opt_in=True))
    answer = Visitor(office).send(**{"number": NUMBER, "purpose-marketing": "on"})
    assert PHRASES["en"]["confirm"] in answer.text
    assert only(office.database, ConsentRecord).state == "requested"
    link = html.unescape(re.findall(r'href="(https://wa\.me/[^"]+)"', answer.text)[0])
    assert link.startswith("https://wa.me/14155238886?text=")
    hear(office.database, unquote(link.partition("=")[2]))
    assert [row.state for row in rows(office.database, ConsentRecord)] == ["requested", "given"]


def test_the_qr_code_is_the_pages_link(office: Office, visitor: Visitor) -> None:
    link = html.unescape(re.findall(r'href="(https://wa\.me/[^"]+)"', visitor.get("/opt-in/news?lang=de"))[0])
    answer = visitor.browser.get("/opt-in/news/qr.svg?lang=de")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    picture = io.BytesIO()
    segno.make(link, error="l", boost_error=True).save(picture, kind="svg", scale=4, border=4, light="#fff")
    assert answer.data == picture.getvalue()
    hear(office.database, unquote(link.partition("=")[2]))
    given = rows(office.database, ConsentRecord)
    assert {(row.source, row.state, row.language) for row in given} == {("link", "given", "de")}
    assert visitor.browser.get("/opt-in/nothing/qr.svg").status_code == 404


def test_another_sites_form_records_nothing(office: Office, visitor: Visitor) -> None:
    answer = Visitor(office).browser.post("/opt-in/news", {"number": NUMBER, "purpose-marketing": "on"})
    assert answer.status_code == 400
    assert rows(office.database, ConsentRecord) == []


def test_one_address_has_to_wait_after_many(office: Office, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opt_in_page, "SENT_AT_ONCE", 2)
    answers = [visitor.send(**{"number": NUMBER, "purpose-marketing": "on"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert PHRASES["en"]["wait"] in answers[-1].text
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert len(rows(office.database, ConsentRecord)) == 2


def test_there_is_no_page_of_a_form_that_is_not_there(office: Office) -> None:
    assert office.browser().get("/opt-in/nothing").status_code == 404


def test_each_language_says_everything() -> None:
    assert {language: set(said) for language, said in PHRASES.items()} == dict.fromkeys(PHRASES, set(PHRASES["en"]))
