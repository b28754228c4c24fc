"""Every code that Twilio tells of a message is explained in our own words."""

from __future__ import annotations

import io
import re

import pytest

from app.domain.error_codes.catalogue import ACTIONS, PAGE, RETRIES, TABLE, WHOSE, Entry, entries, entry, extract
from tests.payloads import error_codes

CODES = error_codes()
ALL = [entry(code) for code in CODES]
# Of an apology, of nobody's words, or no help at all.
UNHELPFUL = re.compile(r"!|\boops\b|\bsorry\b|\bplease\b|try again later|something went wrong|media error", re.I)


def test_it_holds_these_codes_and_no_other() -> None:
    assert sorted(one.code for one in entries()) == sorted(CODES)
    assert len(CODES) == 96
    assert all(one.known for one in ALL)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.code)
def test_an_entry_is_whole_and_plain(one: Entry) -> None:
    assert one.whose in WHOSE
    assert one.retry in RETRIES
    assert one.action in ACTIONS
    assert one.url == f"{PAGE}/{one.code}"
    for text in (one.what, one.why, one.do):
        assert text == text.strip()
        assert not UNHELPFUL.search(text)
        assert text[0].isupper() or text.startswith("whatsapp:")
    assert 10 < len(one.what) < 60
    assert not one.what.endswith(".")
    assert len(one.why) > 25
    assert one.why.endswith(".")
    assert len(one.do) > 15
    assert one.do.endswith(".")


def test_no_two_say_the_same() -> None:
    assert len({(one.what, one.why) for one in ALL}) == len(CODES)


def test_the_rate_limit_names_the_code_it_is_taken_for() -> None:
    limit, template = entry("63018"), entry("63027")
    assert "63027" in limit.why
    assert (limit.action, limit.retry) == ("slow_down", "later")
    assert "template" in template.what.lower()
    assert template.action == "send_template"


def test_a_closed_window_is_no_refused_template() -> None:
    assert entry("63016").action == "send_template"
    assert "does not mean that a template was refused" in entry("63016").why


def test_three_ways_in_which_marketing_stops_are_told_apart() -> None:
    assert "did not opt out" in entry("63032").why
    assert "turned marketing" in entry("63033").why
    assert "United States" in entry("63049").why
    assert [entry(code).retry for code in ("63032", "63033", "63049")] == ["no", "no", "later"]


@pytest.mark.parametrize("code", ["30003", "30005", "30006", "30007", "30008", "21408", "21614"])
def test_codes_of_sms_say_so(code: str) -> None:
    assert "SMS" in entry(code).why


@pytest.mark.parametrize("code", ["63035", "63036", "63106"])
def test_codes_of_rcs_say_so(code: str) -> None:
    assert "RCS, not of WhatsApp" in entry(code).why


def test_what_was_never_processed_and_what_may_have_been() -> None:
    assert "never processed" in entry("20429").why
    assert "may have been made" in entry("20500").why
    assert "twice" in entry("20500").do
    assert "Do nothing" in entry("63037").do


def test_an_opt_out_is_told_by_the_codes_that_record_one() -> None:
    assert {one.code for one in ALL if one.action == "record_opt_out"} == {"21610", "63014"}


@pytest.mark.parametrize(("code", "url"), [("70001", f"{PAGE}/70001"), ("", PAGE), ("../x", PAGE), ("٣", PAGE)])
def test_an_unknown_code_says_so_and_links_to_twilio(code: str, url: str) -> None:
    unknown = entry(code)
    assert not unknown.known
    assert unknown.code == code
    assert "does not know the code" in unknown.what
    assert unknown.url == url
    assert unknown.whose == unknown.retry == "unknown"


def test_its_sentences_can_be_taken_out_for_translation() -> None:
    found = [text for _line, _function, text, _notes in extract(io.BytesIO(TABLE.read_bytes()), (), (), {})]
    assert {part for one in (*ALL, entry("x")) for part in (one.what, one.why, one.do)} == set(found)


def test_a_program_gets_all_of_it() -> None:
    shown = entry("63019").as_json()
    assert set(shown) == {"code", "what", "why", "do", "whose", "retry", "action", "url"}
