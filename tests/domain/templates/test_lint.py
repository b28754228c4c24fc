"""What WhatsApp would reject is found before it is submitted, and what it takes isn't."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.templates.draft import DraftButton, TemplateDraft, of_template
from app.domain.templates.lint import lint, stops
from app.store.tables import Template
from app.template_words import TEMPLATE_FAULTS
from simulator.contents import Content
from simulator.review import fault
from tests.support.cast import ago

GOOD = TemplateDraft(
    name="ready",
    body="Hello {{1}}, your bike {{2}} is ready to be collected.",
    samples={"1": "Ava", "2": "Rover"},
)
CARD = replace(GOOD, kind="whatsapp/card", header="Order", footer="Halden Cycles")
CALL = replace(GOOD, kind="twilio/call-to-action", buttons=(DraftButton("URL", "Track", "https://example.com/{{3}}"),))
CALL = replace(CALL, samples={**GOOD.samples, "3": "x"})
QUICK = replace(GOOD, kind="twilio/quick-reply", buttons=(DraftButton("QUICK_REPLY", "Yes"),))
MEDIA = replace(
    GOOD, kind="twilio/media", media="https://files.example.com/{{3}}", samples={**CALL.samples, "3": "a.jpg"}
)


def with_samples(body: str) -> TemplateDraft:
    return replace(GOOD, body=body, samples=dict.fromkeys(("1", "2", "3", "name"), "x"))


def codes(draft: TemplateDraft, *others: Template) -> set[str]:
    found = [one.code for one in lint(draft, others)]
    assert set(found) <= set(TEMPLATE_FAULTS)
    return set(found)


@pytest.mark.parametrize("good", [GOOD, CARD, CALL, QUICK, MEDIA])
def test_nothing_stands_against_what_whatsapp_takes(good: TemplateDraft) -> None:
    assert codes(good) == set()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "body_missing"),
        ("{{1}} your bike is ready", "variable_first"),
        ("Your bike is ready, {{ 1 }}", "variable_last"),
        ("Your bike {{1}} {{2}} is ready to be collected now.", "variables_adjacent"),
        ("Your bike {{1}} is ready for {{3}} to be collected.", "variable_gap"),
        ("Your bike {{name}} is ready.", "variable_not_number"),
        ("Bike {{1}} ready", "too_few_words"),
        ("Your bike {{ one two }} is ready", "braces_broken"),
        ("x" * 1025, "body_too_long"),
    ],
)
def test_a_text_is_looked_through(body: str, code: str) -> None:
    assert codes(with_samples(body)) == {code}


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (replace(GOOD, name=""), "name_missing"),
        (replace(GOOD, name="Bike ready"), "name_not_for_meta"),
        (replace(GOOD, language="English"), "language_invalid"),
        (replace(GOOD, samples={"1": "Ava"}), "sample_missing"),
        (replace(GOOD, samples={"1": "A\nB", "2": "x"}), "sample_invalid"),
        (replace(CALL, body=GOOD.body + " x" * 300), "body_too_long"),
        (replace(CALL, buttons=(*CALL.buttons, *[DraftButton("PHONE_NUMBER", "Call", "+442079460018")])), ""),
        (replace(CALL, buttons=(DraftButton("PHONE_NUMBER", "Call", "020 7946"),)), "button_phone_invalid"),
        (replace(CALL, buttons=(DraftButton("URL", "Go", "{{3}}"),)), "button_url_invalid"),
        (replace(CALL, buttons=(DraftButton("QUICK_REPLY", "Go"),)), "button_kind_not_taken"),
        (replace(CALL, buttons=(DraftButton("COPY_CODE", "Copy"),)), "button_code_missing"),
        (replace(CALL, buttons=tuple(DraftButton("URL", str(n), "https://a.b/") for n in range(3))), "too_many_urls"),
        (replace(QUICK, buttons=()), "buttons_missing"),
        (replace(QUICK, buttons=(DraftButton("QUICK_REPLY", "x" * 21),)), "button_title_too_long"),
        (replace(QUICK, buttons=(DraftButton("QUICK_REPLY", "", "id"),)), "button_title_missing"),
        (replace(QUICK, buttons=QUICK.buttons * 2), "button_titles_alike"),
        (replace(QUICK, buttons=tuple(DraftButton("QUICK_REPLY", str(n)) for n in range(4))), "many_buttons"),
        (replace(QUICK, buttons=tuple(DraftButton("QUICK_REPLY", str(n)) for n in range(11))), "too_many_buttons"),
        (replace(CARD, header="x" * 61), "header_too_long"),
        (replace(CARD, footer="{{1}}"), "footer_has_variable"),
        (replace(CARD, header="", footer=""), "card_has_only_text"),
        (replace(CARD, media="https://a.example/a.png"), "header_twice"),
        (replace(MEDIA, media=""), "media_missing"),
        (replace(MEDIA, media="https://{{3}}/a.jpg"), "media_host_not_fixed"),
        (replace(MEDIA, samples={**MEDIA.samples, "3": "a.gif"}), "media_not_taken"),
        (replace(GOOD, body="Hello {{1}}, today 20 % off for {{2}} in our shop."), "looks_like_marketing"),
        (replace(GOOD, body="Hello {{1}}, your login code is {{2}} for today."), "looks_like_a_code"),
    ],
)
def test_the_rest_is_looked_through(draft: TemplateDraft, code: str) -> None:
    assert codes(draft) == ({code} if code else set())


def row(language: str, body: str) -> Template:
    columns: dict[str, Any] = {"kind": "twilio/text", "language": language, "synced_at": ago()}
    return Template(account_sid="", sid="", content_types={"twilio/text": {"body": body}}, **columns)


def test_every_language_of_a_name_has_the_same_variables() -> None:
    assert codes(GOOD, row("de", "Hallo {{ 1 }}, Rad {{2}} ist fertig")) == set()
    assert codes(GOOD, row("de", "Hallo {{1}}, es ist fertig")) == {"languages_differ"}
    assert codes(GOOD, row("en", GOOD.body)) == {"language_taken"}
    assert codes(QUICK, row("de", GOOD.body)) == {"kind_differs"}


@pytest.mark.parametrize("body", ["{{1}} a b c", "a b c {{1}}", "a {{1}}{{2}} b c d e", "a {{2}} b c", "a {{1}}"])
def test_what_the_stand_in_rejects_is_stopped_here(body: str) -> None:
    draft = with_samples(body)
    assert fault(Content("HX", draft.content_types, variables=dict(draft.samples)))
    assert stops(lint(draft))
    assert not fault(Content("HX", GOOD.content_types, variables=dict(GOOD.samples)))


@pytest.mark.parametrize("draft", [GOOD, CARD, CALL, MEDIA])
def test_a_template_becomes_the_draft_that_it_was(draft: TemplateDraft) -> None:
    told = Template(account_sid="", sid="", synced_at=ago(), friendly_name=draft.name, language=draft.language)
    told.content_types, told.variables, told.kind = draft.content_types, dict(draft.samples), draft.kind
    assert of_template(told) == draft


def test_a_text_that_its_samples_make_too_long_is_warned_of() -> None:
    just = replace(
        GOOD, samples={**GOOD.samples, "2": "x" * (1024 - len("Hello Ava, your bike  is ready to be collected."))}
    )
    assert codes(just) == set()
    (found,) = lint(replace(just, body=just.body + "!"), ())
    assert (found.code, found.hint, found.detail["length"]) == ("filled_too_long", True, 1025)
