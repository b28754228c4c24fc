"""Every door has words for every word of ours."""

from __future__ import annotations

import pytest

from app import consent_words, field_words, gate_words, label_words, media_words, template_words, vocabulary
from app.commands.message_files import WHY
from app.commands.refusals import REASONS
from app.domain.failures import offers
from app.domain.statuses import RANK
from app.web.consent import history
from app.web.feed import line
from app.web.messages import failure_box, tick, timeline
from app.web.words import consent, fields, file_refusals, gate, labels, preflight, quarantine, refusals, variable_fields
from app.web.words.failures import explain

RULES = (*gate_words.GATE_RULES, *gate_words.REQUEST_RULES)
STOPPED = (*gate_words.GATE_RULES, *vocabulary.CANCEL_REASONS)


def test_the_feed_has_words_for_all_that_happens() -> None:
    for kind, words in vocabulary.FEED.items():
        if kind == "status":
            assert set(RANK) <= set(tick._OF_STATUS)
        elif kind == "conversation":
            assert set(words or ()) == set(line._CONVERSATION)
        else:
            named = {word for known, word in line._KINDS if known == kind}
            assert "" in named or named == set(words or ()), kind


@pytest.mark.parametrize("rule", RULES)
def test_pages_and_commands_say_what_each_rule_asks_for(rule: str) -> None:
    assert rule in {**refusals._REFUSALS, **refusals._RECIPIENT_REFUSALS}
    assert rule in REASONS


def test_pages_and_commands_say_why_a_file_cannot_be_sent() -> None:
    assert set(WHY) == set(file_refusals.FILE_REFUSALS) == set(media_words.FILE_REFUSALS)


def test_pages_say_what_fills_a_variable() -> None:
    assert tuple(variable_fields.FIELD_NAMES) == template_words.VARIABLE_FIELDS


def test_pages_say_why_somebody_cannot_be_given_a_label() -> None:
    assert tuple(labels.FAULTS) == label_words.LABEL_FAULTS


def test_pages_say_why_a_field_cannot_be_kept() -> None:
    assert tuple(fields.FAULTS) == field_words.FIELD_FAULTS


def test_pages_say_what_the_preflight_found() -> None:
    assert set(preflight.PREFLIGHT) == set(media_words.PREFLIGHT_FAILURES)
    assert {"", *preflight.WARNINGS} == set(media_words.PREFLIGHT_WARNINGS)


def test_the_page_of_all_rules_has_words_for_each_and_for_each_purpose() -> None:
    assert tuple(gate.RULE_NAMES) == gate_words.RULES
    assert tuple(gate.PURPOSE_NAMES) == consent_words.PURPOSES


def test_commands_know_no_rule_that_is_not_listed() -> None:
    assert set(REASONS) == set(RULES)


@pytest.mark.parametrize("reason", STOPPED)
def test_what_was_stopped_here_says_why(reason: str) -> None:
    assert reason in refusals._REFUSALS
    assert explain(reason).what != explain("").what


def test_what_was_given_up_says_so_and_every_reason_has_something_to_do() -> None:
    assert explain("gave_up").what != explain("").what
    assert set(offers.ACTION_OF_REASON) <= {*vocabulary.MESSAGE_REASONS, *gate_words.REQUEST_RULES}
    assert {*gate_words.GATE_RULES, "gave_up", ""} <= set(offers.ACTION_OF_REASON)


def test_every_state_and_every_status_has_a_tick() -> None:
    ours = set(vocabulary.MESSAGE_STATES) - {"received", "accepted"}
    assert set(tick._OF_STATE) == ours
    assert set(tick._OF_STATUS) == set(RANK)


def test_the_timeline_has_words_for_outcomes_evidence_sources_and_reasons() -> None:
    assert set(timeline._OUTCOMES) == set(vocabulary.ATTEMPT_OUTCOMES) - {"", "unconfirmed"}
    evidence = {*vocabulary.EVIDENCE, *vocabulary.STATUS_SOURCES, *vocabulary.JOURNAL_SOURCES} - {""}
    assert evidence <= set(timeline._SOURCES)
    assert {*vocabulary.WAITING_REASONS, *vocabulary.CANCEL_REASONS} == set(timeline._REASONS)
    told_otherwise = {"sending", "accepted", "failed"}
    assert set(timeline._STATES) == set(vocabulary.FEED["state"] or ()) - told_otherwise


def test_box_and_timeline_say_why_a_send_is_not_confirmed() -> None:
    assert set(failure_box._UNSURE) == set(timeline._UNSURE) == set(vocabulary.CAUSES)


def test_the_journal_says_why_a_form_waits() -> None:
    assert set(vocabulary.QUARANTINE_REASONS) <= set(quarantine._REASONS)


def test_consent_has_words_for_purposes_states_sources_bases_links_and_joins() -> None:
    assert set(consent.PURPOSE_NAMES) == set(consent_words.CONSENT_PURPOSES)
    assert set(consent.PURPOSE_HINTS) == set(consent_words.PURPOSES)
    assert set(consent.STATE_NAMES) == set(consent_words.CONSENT_STATES)
    assert set(consent.SOURCE_NAMES) == set(consent_words.CONSENT_SOURCES)
    assert set(consent.BASIS_NAMES) == set(consent_words.CONSENT_BASES) - {""}
    assert set(consent.LINK_NAMES) == set(consent_words.ADDRESS_LINKS)
    assert set(consent.JOIN_NAMES) == set(consent_words.JOIN_REASONS)
    assert set(history.ICONS) == set(vocabulary.CONSENT_ACTIONS)
    assert set(history._REGION_FROM) == set(consent_words.REGION_SOURCES)
