"""Opt-in forms: what may be published, their versions, and what a filled form records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.access import NotAllowed
from app.domain.clock import now
from app.domain.consent import opt_in, opt_in_forms, standing
from app.domain.consent.opt_in_draft import FAULTS, Draft, Fault, Wording, lint
from app.domain.consent.opt_in_forms import FormRefused, Published
from app.store.database import Database
from app.store.tables import Audit, ConsentRecord, Contact, FeedEvent, OptInVersion
from tests.support.cast import ACCOUNT, ADA, AVA, KIM, SENDER, STRANGER_ACCOUNT, hear, only, rows

ENGLISH = Wording(
    "en",
    "News from Acme",
    "Acme would like to write to you on WhatsApp.",
    {"marketing": "Yes, Acme may send me offers.", "service": "Yes, Acme may write about my orders."},
    "Write STOP at any time, and nothing more comes.",
)
GERMAN = Wording(
    "de",
    "Neues von Acme",
    "Acme möchte dir auf WhatsApp schreiben.",
    {"marketing": "Ja, Angebote von Acme.", "service": "Ja, Nachrichten zu meinen Bestellungen."},
    "Schreib jederzeit STOP.",
)
DRAFT = Draft("news", "Acme", SENDER, "https://acme.example/privacy", ("marketing", "service"), (ENGLISH, GERMAN))


def save(database: Database, draft: Draft = DRAFT, form_id: int | None = None) -> int:
    """Ada publishes a form."""
    return database.write(lambda session: opt_in_forms.save(session, ADA, draft, form_id))


def shown(database: Database, slug: str = "news") -> Published:
    """The form as people see it."""
    found = database.read(lambda session: opt_in_forms.published(session, ACCOUNT, slug))
    assert found is not None
    return found


def fill(database: Database, purposes: tuple[str, ...] = ("marketing",), page: str = "p1", **more: Any) -> str:
    """Ava fills in the form; returns the message that confirms it."""
    filled = opt_in.Filled(
        AVA, purposes, more.pop("language", "en"), page, "192.0.2.7", "Firefox", "https://x.example/"
    )
    form, sent = shown(database), replace(filled, **more)
    return database.write(lambda session: opt_in.agree(session, ACCOUNT, form, sent, now()))


def wording(**changed: Any) -> Draft:
    """The form, in English alone and with other texts."""
    return replace(DRAFT, wordings=(replace(ENGLISH, **changed),))


CASES: list[tuple[Draft, Fault]] = [
    *((replace(DRAFT, slug=slug), Fault("slug", "slug_invalid")) for slug in ("", "News", "a/b", "-a", "a" * 61, "é")),
    (replace(DRAFT, business="\u200b"), Fault("business", "business_missing")),
    *(
        (replace(DRAFT, sender=sender), Fault("sender", "sender_invalid"))
        for sender in ("", "Acme", "+14155238886", "whatsapp:GB.13490801221918")
    ),
    *(
        (replace(DRAFT, privacy_url=url), Fault("privacy_url", "privacy_not_https"))
        for url in ("", "http://acme.example", "javascript:alert(1)", "https://", "//[", "https://a b", "https://u@x.y")
    ),
    (replace(DRAFT, purposes=()), Fault("purposes", "purposes_missing")),
    (replace(DRAFT, purposes=("all",)), Fault("purposes", "purposes_missing")),
    (replace(DRAFT, wordings=()), Fault("wording-0-language", "languages_missing")),
    (replace(DRAFT, wordings=(ENGLISH,) * 13), Fault("wording-0-language", "languages_too_many")),
    (replace(DRAFT, wordings=(ENGLISH, ENGLISH)), Fault("wording-1-language", "language_twice")),
    (wording(language="English"), Fault("wording-0-language", "language_invalid")),
    (wording(title=" "), Fault("wording-0-title", "text_missing")),
    (wording(text=""), Fault("wording-0-text", "text_missing")),
    (wording(stop="\u2800"), Fault("wording-0-stop", "text_missing")),
    (wording(text="x" * 4_001), Fault("wording-0-text", "text_too_long")),
    (wording(title="x" * 201), Fault("wording-0-title", "title_too_long")),
    (wording(text="We would like to write to you."), Fault("wording-0-text", "business_not_named")),
    (wording(stop="Nonstop offers!"), Fault("wording-0-stop", "stop_not_said")),
    (wording(boxes={"marketing": "Yes"}), Fault("wording-0-box-service", "box_missing")),
    (wording(boxes={"marketing": "Yes", "service": "Yes"}), Fault("wording-0-box-service", "box_twice")),
]


@pytest.mark.parametrize(("draft", "fault"), CASES)
def test_each_fault_is_named_at_its_field(draft: Draft, fault: Fault) -> None:
    assert fault in lint(draft)


def test_a_good_form_has_none_and_every_fault_has_a_case(database: Database) -> None:
    assert lint(DRAFT) == []
    save(database)
    with pytest.raises(FormRefused) as refused:
        save(database)
    assert refused.value.faults == [Fault("slug", "slug_taken")]
    assert {fault.code for _, fault in CASES} | {"slug_taken"} == set(FAULTS)


def test_a_form_with_faults_is_not_saved(database: Database) -> None:
    with pytest.raises(FormRefused) as refused:
        save(database, replace(DRAFT, business="", privacy_url="http://x.example"))
    assert [fault.code for fault in refused.value.faults] == ["business_missing", "privacy_not_https"]
    assert rows(database, OptInVersion) == []


def test_each_change_is_a_version_and_the_old_one_stays(database: Database) -> None:
    form_id = save(database)
    save(database, form_id=form_id)
    assert [row.number for row in rows(database, OptInVersion)] == [1]
    save(database, wording(title="Acme news"), form_id)
    assert [row.number for row in rows(database, OptInVersion)] == [1, 2]
    assert shown(database).draft.wordings[0].title == "Acme news"
    assert [row.actor_name for row in rows(database, Audit, verb="opt_in_form.save")] == ["Ada"] * 3


def test_a_form_keeps_its_slug(database: Database) -> None:
    form_id = save(database)
    with pytest.raises(FormRefused):
        save(database, replace(DRAFT, slug="other"), form_id)


def test_a_closed_form_is_shown_to_nobody_and_may_open_again(database: Database) -> None:
    form_id = save(database)
    save(database, replace(DRAFT, is_open=False), form_id)
    assert database.read(lambda session: opt_in_forms.published(session, ACCOUNT, "news")) is None
    save(database, DRAFT, form_id)
    assert shown(database).version == 1


def test_a_form_is_one_accounts_and_its_admins(database: Database) -> None:
    save(database)
    assert database.read(lambda session: opt_in_forms.published(session, STRANGER_ACCOUNT, "news")) is None
    with pytest.raises(NotAllowed):
        database.write(lambda session: opt_in_forms.save(session, KIM, DRAFT))


def test_what_is_ticked_is_given_with_what_was_shown(database: Database) -> None:
    save(database)
    fill(database, language="de")
    record = only(database, ConsentRecord)
    assert (record.purpose, record.state, record.basis, record.source) == ("marketing", "given", "express", "form")
    assert (record.notice_id, record.notice_version, record.language) == ("opt-in/news", "1", "de")
    assert GERMAN.boxes["marketing"] in record.notice_text
    assert GERMAN.boxes["service"] not in record.notice_text
    assert (record.ip, record.user_agent, record.source_url) == ("192.0.2.7", "Firefox", "https://x.example/")
    assert (record.withdrawal_method, record.actor_kind) == (GERMAN.stop, "form")
    assert [row.word for row in rows(database, FeedEvent, kind="consent")] == ["opt_in"]
    contact = only(database, Contact)
    held = database.read(lambda session: standing.of_contact(session, ACCOUNT, contact.id or 0))
    assert held.opt_in("marketing", SENDER, AVA) is not None
    assert held.opt_in("service", SENDER, AVA) is None


def test_a_form_that_wants_it_confirmed_records_a_request_that_allows_nothing(database: Database) -> None:
    save(database, replace(DRAFT, double_opt_in=True))
    hear(database)
    fill(database)
    assert only(database, ConsentRecord).state == "requested"
    contact = only(database, Contact)
    held = database.read(lambda session: standing.of_contact(session, ACCOUNT, contact.id or 0))
    assert held.opt_in("marketing", SENDER, AVA) is None


def test_the_same_page_sent_twice_counts_once(database: Database) -> None:
    save(database)
    fill(database, ("marketing", "service"))
    fill(database, ("marketing", "service"))
    assert len(rows(database, ConsentRecord)) == 2
    fill(database, page="p2")
    assert len(rows(database, ConsentRecord)) == 3
