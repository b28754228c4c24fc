"""A message with the code of an opt-in form is the opt-in, where it is sent as it was prefilled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from app.domain.clock import now
from app.domain.consent import opt_in_codes, standing
from app.domain.consent.opt_in_codes import CODE
from app.domain.consent.opt_in_draft import Draft
from app.store.database import Database
from app.store.tables import ConsentRecord, Contact, OptInCode
from tests.domain.consent.test_opt_in_forms import DRAFT, ENGLISH, fill, save, shown, wording
from tests.support.cast import ACCOUNT, AVA, NOOR, SENDER, ago, hear, inbound_form, only, rows, take, webhook

DOUBLE = replace(DRAFT, double_opt_in=True)
NINA = "whatsapp:+442079460018"


def link(database: Database, draft: Draft = DRAFT) -> str:
    """A form is published; returns its link's text in English."""
    save(database, draft)
    version_id = shown(database).version_id
    return database.read(lambda session: opt_in_codes.link_text(session, ACCOUNT, version_id, "en"))


def states(database: Database) -> list[tuple[str, str, str, str]]:
    """Purpose, state, source and basis of each record."""
    return [(row.purpose, row.state, row.source, row.basis) for row in rows(database, ConsentRecord)]


def test_the_links_message_is_an_opt_in_with_itself_as_proof(database: Database) -> None:
    text = link(database)
    message = hear(database, text)
    marketing, service = rows(database, ConsentRecord)
    assert states(database) == [("marketing", "given", "link", "express"), ("service", "given", "link", "express")]
    assert (marketing.message_id, marketing.message_sid, marketing.proof) == (message.id, message.sid, text)
    assert (marketing.notice_id, marketing.notice_version, marketing.language) == ("opt-in/news", "1", "en")
    assert ENGLISH.boxes["service"] in service.notice_text
    assert marketing.occurred_at == message.occurred_at
    hear(database, text, From=NINA)
    assert len(rows(database, ConsentRecord)) == 4


def test_a_repeated_webhook_counts_once(database: Database) -> None:
    one = webhook("inbound", inbound_form(Body=link(database)))
    take(database, one, one)
    assert len(rows(database, ConsentRecord)) == 2


def test_spaces_and_case_do_not_matter_but_every_word_does(database: Database) -> None:
    text = link(database)
    code = CODE.findall(text)[0]
    others = [code, f"No, not {code}", text.replace("Yes", "No"), f"{text} or rather not", text.replace(code, ""),
              text.replace(code, code.lower()), text.replace(code[-1], "2" if code[-1] != "2" else "3")]  # fmt: skip
    for other in others:
        hear(database, other)
    assert states(database) == []
    hear(database, f"  {text.replace(' ', '  ')}\n")
    assert len(states(database)) == 2


def test_what_was_ticked_is_given_when_the_person_sends_its_code(database: Database) -> None:
    save(database, DOUBLE)
    text = fill(database)
    assert states(database) == [("marketing", "requested", "form", "")]
    message = hear(database, text)
    given = rows(database, ConsentRecord)[-1]
    assert states(database)[1:] == [("marketing", "given", "form", "double")]
    assert (given.confirmed_at, given.confirmation_sid, given.proof) == (message.occurred_at, message.sid, text)
    held = database.read(lambda session: standing.of_contact(session, ACCOUNT, only(database, Contact).id or 0))
    assert held.opt_in("marketing", SENDER, AVA) is not None
    hear(database, text)
    assert len(states(database)) == 2


def test_another_spelling_of_the_number_is_the_same_person(database: Database) -> None:
    save(database, DOUBLE)
    text = fill(database, address="whatsapp:+5531987650001")
    hear(database, text, From="whatsapp:+553187650001")
    assert states(database)[-1] == ("marketing", "given", "form", "double")


@pytest.mark.parametrize("other", [NINA, NOOR])
def test_somebody_elses_message_confirms_nothing_for_the_number_that_was_typed(database: Database, other: str) -> None:
    save(database, DOUBLE)
    text = fill(database)
    hear(database, text, From=other)
    assert states(database) == [("marketing", "requested", "form", ""), ("marketing", "given", "link", "express")]
    first, second = rows(database, ConsentRecord)
    assert first.address_id != second.address_id
    hear(database, text)
    assert states(database)[-1] == ("marketing", "given", "form", "double")


def test_who_opted_out_is_not_opted_in_by_a_number_that_anybody_may_type(database: Database) -> None:
    save(database)
    hear(database, "STOP", at=ago(minutes=5))
    text = fill(database)
    assert states(database)[-1] == ("marketing", "requested", "form", "")
    hear(database, text)
    assert states(database)[-1] == ("marketing", "given", "form", "double")
    held = database.read(lambda session: standing.of_contact(session, ACCOUNT, only(database, Contact).id or 0))
    assert held.opt_in("marketing", SENDER, AVA) is not None
    assert held.opt_out("service", SENDER, AVA) is not None


def test_a_code_ends(database: Database) -> None:
    save(database, DOUBLE)
    text = fill(database)
    hear(database, text, at=now() + opt_in_codes.CONFIRMATION_LASTS)
    assert len(states(database)) == 1
    hear(database, text, at=now() + opt_in_codes.CONFIRMATION_LASTS - timedelta(minutes=1))
    assert len(states(database)) == 2


def test_a_replaced_forms_poster_holds_for_a_while_and_says_what_it_said(database: Database) -> None:
    text = link(database)
    form_id = shown(database).form_id
    save(database, wording(title="Acme again"), form_id)
    hear(database, text, at=now() + timedelta(days=89))
    assert {row.notice_version for row in rows(database, ConsentRecord)} == {"1"}
    hear(database, text, at=now() + timedelta(days=91))
    assert len(states(database)) == 2


def test_a_closed_forms_link_is_none_until_it_opens_again(database: Database) -> None:
    text = link(database)
    form_id = shown(database).form_id
    save(database, replace(DRAFT, is_open=False), form_id)
    hear(database, text)
    assert states(database) == []
    save(database, DRAFT, form_id)
    hear(database, text)
    assert len(states(database)) == 2


def test_texts_that_are_too_long_for_a_link_give_way_to_the_title(database: Database) -> None:
    text = link(database, wording(boxes={"marketing": "Да " * 200, "service": "Нет " * 200}))
    assert ENGLISH.title in text
    assert len(quote(text)) < 2_000
    hear(database, text)
    assert len(states(database)) == 2


def test_codes_that_expired_long_ago_are_forgotten_and_links_stay(database: Database) -> None:
    save(database, DOUBLE)
    fill(database)
    later = now() + opt_in_codes.CONFIRMATION_LASTS + opt_in_codes.EXPIRED_KEPT
    for at, left in ((later - timedelta(minutes=1), 3), (later + timedelta(minutes=1), 2)):
        database.write(lambda session, at=at: opt_in_codes.forget_expired(session, ACCOUNT, at))  # type: ignore[misc]
        assert len(rows(database, OptInCode)) == left
