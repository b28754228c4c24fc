"""Each rule of the gate by the doors that people use, and which of them is told first."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from app import gate_words
from app.domain import clock
from app.domain.gate import facts
from app.domain.gate import rules as gate
from app.domain.gate.case import Finding
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.sending import new_recipient, outbox
from app.store.database import Database
from app.store.tables import Attempt, Contact, Conversation, Message
from tests.support.cast import AVA, KIM, SENDER, ago, claimed, conversation_with, hear, only, opt_in, rows
from tests.support.rewriting import rewrite
from tests.support.rules import LOGIN, MARKETING, UTILITY, rules

BERLIN, LONDON, TORONTO = "whatsapp:+4930123456", "whatsapp:+442079460018", "whatsapp:+14165550123"
ALL_DAY = {"from": "00:00", "to": "00:00"}


@pytest.fixture(autouse=True)
def _rules(tmp_path: Path) -> Iterator[None]:
    """Categories of the templates are known, and no hour is quiet."""
    with rules(tmp_path, regions__default__quiet_hours=ALL_DAY, regions__US__quiet_hours=ALL_DAY):
        yield


def asked(database: Database, content_sid: str, customer: str, **variables: str) -> Decision:
    draft = Draft(content_sid=content_sid, content_variables=tuple(variables.items()))
    return database.write(lambda session: new_recipient.enqueue(session, KIM, customer, SENDER, draft, "").decision)


def months_ago(months: int) -> datetime:
    return ago(days=31 * months)


def test_each_refusal_is_logged_without_a_whole_number(database: Database) -> None:
    with capture_logs() as lines:
        asked(database, UTILITY, BERLIN)
    (line,) = lines
    assert (line["event"], line["rule"], line["way_out"]) == ("gate.refused", "consent_missing", "record_opt_in")
    assert BERLIN.removeprefix("whatsapp:") not in str(line)


def test_the_rules_are_those_that_are_listed_in_their_order() -> None:
    assert tuple(gate._FUNCTIONS) == gate_words.RULES


def test_what_other_content_does_not_change_is_what_the_rules_about_people_refuse() -> None:
    about_them = gate_words.RULES[: gate_words.RULES.index("session_window")]
    sources = {inspect.getsource(inspect.getmodule(gate._FUNCTIONS[name])) for name in about_them}  # type: ignore[arg-type]
    refused = {code for code in gate_words.GATE_RULES if any(f'"{code}"' in source for source in sources)}
    assert refused == set(gate_words.ABOUT_THEM)


def test_whoever_never_wrote_and_never_agreed_gets_nothing_and_nothing_is_kept(database: Database) -> None:
    for template in (UTILITY, MARKETING, LOGIN):
        refused = asked(database, template, BERLIN)
        assert (refused.rule, refused.way_out) == ("consent_missing", "record_opt_in")
    assert rows(database, Contact) == []


@pytest.mark.parametrize(
    ("purpose", "allowed"),
    [("service", [UTILITY, LOGIN]), ("marketing", [MARKETING]), ("authentication", [LOGIN])],
)
def test_an_opt_in_is_for_its_purpose(database: Database, purpose: str, allowed: list[str]) -> None:
    opt_in(database, BERLIN, purpose)
    answers = {template: asked(database, template, BERLIN).rule for template in (UTILITY, MARKETING, LOGIN)}
    assert answers == {one: "ok" if one in allowed else "consent_missing" for one in answers}


def test_a_message_of_theirs_is_permission_to_answer_and_never_for_marketing(database: Database) -> None:
    hear(database, "Hi", ago(days=400), From=BERLIN)
    assert asked(database, UTILITY, BERLIN).rule == asked(database, LOGIN, BERLIN).rule == "ok"
    assert asked(database, MARKETING, BERLIN).rule == "consent_missing"


def test_an_answer_in_the_window_needs_no_opt_in_whatever_the_rules_ask(database: Database, tmp_path: Path) -> None:
    with rules(tmp_path, regions__default__service={"needs": "opt_in"}):
        there = conversation_with(database, BERLIN).id or 0
        answer = database.write(lambda session: outbox.enqueue_text(session, KIM, there, "Hello", ""))
        assert answer.decision.rule == "ok"
        rewrite(database, only(database, Conversation), last_inbound_at=ago(days=2))
        assert asked(database, UTILITY, BERLIN).rule == "consent_missing"


@pytest.mark.parametrize(
    ("customer", "basis", "rule"),
    [
        (BERLIN, "soft_opt_in", "consent_missing"),
        (LONDON, "soft_opt_in", "ok"),
        (BERLIN, "", "consent_missing"),
        (BERLIN, "double", "ok"),
    ],
)
def test_the_region_says_which_kind_of_opt_in_counts(database: Database, customer: str, basis: str, rule: str) -> None:
    opt_in(database, customer, "marketing", basis)
    assert asked(database, MARKETING, customer).rule == rule


@pytest.mark.parametrize(("basis", "months", "rule"), [
    ("implied_inquiry", 5, "ok"),
    ("implied_inquiry", 7, "consent_stale"),
    ("implied_purchase", 7, "ok"),
    ("express", 7, "ok"),
])  # fmt: skip
def test_an_opt_in_ages_by_its_kind(database: Database, basis: str, months: int, rule: str) -> None:
    opt_in(database, TORONTO, "marketing", basis, months_ago(months))
    answer = asked(database, MARKETING, TORONTO)
    assert answer.rule == rule
    if rule != "ok":
        assert answer.evidence["clock"] == "max_age"


def test_an_opt_in_that_nobody_used_ends_and_what_uses_it_keeps_it(database: Database) -> None:
    opt_in(database, BERLIN, "marketing", at=months_ago(25))
    refused = asked(database, MARKETING, BERLIN)
    assert (refused.rule, refused.evidence["clock"]) == ("consent_stale", "max_unused")
    with clock.reading(lambda: months_ago(20)):
        assert asked(database, MARKETING, BERLIN).rule == "ok"
        (outgoing,) = claimed(database)
    assert asked(database, MARKETING, BERLIN).rule == "consent_stale"
    # Twilio took it: that was its last use.
    rewrite(database, only(database, Attempt, id=outgoing.attempt_id), outcome="accepted")
    assert asked(database, MARKETING, BERLIN).rule == "ok"


def test_a_message_of_theirs_keeps_an_opt_in_fresh(database: Database) -> None:
    opt_in(database, BERLIN, "marketing", at=months_ago(25))
    hear(database, "Hi", months_ago(20), From=BERLIN)
    assert asked(database, MARKETING, BERLIN).rule == "ok"


def test_an_opt_in_ends_when_it_says_so(database: Database) -> None:
    opt_in(database, BERLIN, "marketing", at=ago(days=3), valid_until=ago(days=1))
    assert asked(database, MARKETING, BERLIN).evidence["clock"] == "valid_until"


def test_no_marketing_goes_to_numbers_of_the_united_states(database: Database) -> None:
    opt_in(database, AVA, "marketing")
    assert asked(database, MARKETING, AVA).rule == "marketing_not_delivered"
    # WhatsApp goes by the number, wherever its owner is.
    rewrite(database, only(database, Contact), region="DE")
    assert asked(database, MARKETING, AVA).rule == "marketing_not_delivered"


def test_the_region_that_was_set_comes_before_the_number(database: Database) -> None:
    opt_in(database, BERLIN, "marketing", "soft_opt_in")
    rewrite(database, only(database, Contact), region="GB")
    assert asked(database, MARKETING, BERLIN).rule == "ok"


def test_a_block_at_twilio_is_told_apart_and_ends_by_start_alone(database: Database) -> None:
    hear(database, "STOP", ago(hours=3), From=BERLIN, OptOutType="STOP")
    opt_in(database, BERLIN, at=ago(hours=2))
    refused = asked(database, UTILITY, BERLIN)
    assert (refused.rule, refused.way_out) == ("blocked_at_twilio", "their_start")
    hear(database, "START", ago(hours=1), From=BERLIN, OptOutType="START")
    assert asked(database, UTILITY, BERLIN).rule == "ok"


def test_a_later_opt_in_stands_over_an_opt_out_of_theirs(database: Database) -> None:
    hear(database, "STOP", ago(hours=3), From=BERLIN)
    assert asked(database, UTILITY, BERLIN).rule == "suppressed"
    opt_in(database, BERLIN)
    assert asked(database, UTILITY, BERLIN).rule == "ok"
    assert asked(database, MARKETING, BERLIN).rule == "suppressed"


@pytest.mark.parametrize(("scope", "other"), [("all", "suppressed"), ("sender", "ok")])
def test_an_opt_out_is_for_all_senders_or_for_the_one_it_was_said_to(
    database: Database, tmp_path: Path, scope: str, other: str
) -> None:
    opt_in(database, BERLIN, at=ago(hours=1))
    with rules(tmp_path, opt_out={"scope": scope}):
        hear(database, "STOP", From=BERLIN)
    draft, second = Draft(content_sid=UTILITY), "whatsapp:+14155238887"
    answer = database.write(lambda session: new_recipient.enqueue(session, KIM, BERLIN, second, draft, ""))
    assert answer.decision.rule == other
    assert asked(database, UTILITY, BERLIN).rule == "suppressed"
    (answer_to_stop,) = rows(database, Message, origin="opt_out_confirmation")
    assert [sent.message_id for sent in claimed(database)] == [answer_to_stop.id]


@pytest.mark.parametrize(
    ("to", "sender", "rule"),
    [
        ("12", SENDER, "address_invalid"),
        (BERLIN, "", "sender_invalid"),
        (SENDER, SENDER, "recipient_is_sender"),
        ("+989121234567", SENDER, "country_unroutable"),
    ],
)
def test_the_ends_of_a_message_are_rules_like_the_others(database: Database, to: str, sender: str, rule: str) -> None:
    draft = Draft(content_sid=UTILITY)
    answer = database.write(lambda session: new_recipient.enqueue(session, KIM, to, sender, draft, ""))
    assert (answer.message_id, answer.decision.rule) == (None, rule)


def test_the_first_rule_that_refuses_is_told(database: Database) -> None:
    bad = {"1": ""}
    hear(database, "STOP", ago(days=5), From=AVA, OptOutType="STOP")
    assert asked(database, MARKETING, AVA, **bad).rule == "blocked_at_twilio"
    hear(database, "START", ago(days=4), From=AVA, OptOutType="START")
    hear(database, "STOP", ago(days=3), From=AVA)
    assert asked(database, MARKETING, AVA, **bad).rule == "suppressed"
    hear(database, "START", ago(days=2), From=AVA)
    assert asked(database, MARKETING, AVA, **bad).rule == "consent_missing"
    opt_in(database, AVA, "marketing", valid_until=ago(hours=1))
    assert asked(database, MARKETING, AVA, **bad).rule == "consent_stale"
    opt_in(database, AVA, "marketing")
    assert asked(database, MARKETING, AVA, **bad).rule == "marketing_not_delivered"
    assert asked(database, UTILITY, AVA, **bad).rule == "variable_invalid"
    assert asked(database, UTILITY, AVA).rule == "ok"


def test_what_an_attempt_rests_on_stands_with_it(database: Database) -> None:
    number = opt_in(database, BERLIN, "marketing")
    assert asked(database, MARKETING, BERLIN).rule == "ok"
    claimed(database)
    decision: dict[str, Any] = only(database, Attempt).decision
    assert decision["evidence"]["purpose"] == "marketing"
    assert decision["evidence"]["consent_record_id"] == number
    assert decision["evidence"]["region"] == "DE"
    assert len(decision["rules"]) == 12


def test_consent_that_ends_between_asking_and_claiming_stops_the_message(database: Database) -> None:
    opt_in(database, BERLIN, "marketing", valid_until=ago(days=-1))
    assert asked(database, MARKETING, BERLIN).rule == "ok"
    with clock.reading(lambda: ago(days=-2)):
        assert claimed(database) == []


def test_every_rule_tells_its_state_before_anything_is_written(database: Database) -> None:
    opt_in(database, BERLIN, "marketing")
    about = database.read(lambda session: facts.of_recipient(session, KIM.account_sid, BERLIN, SENDER))
    found = gate.examine(about, "marketing", ago(), template=True)
    assert [one.rule for one in found] == list(gate_words.RULES)
    assert not any(one.finding.refused for one in found)
    text = {one.rule: one.finding for one in gate.examine(about, "service", ago(), template=False)}
    assert {name for name, finding in text.items() if finding.refused} == {"consent", "session_window"}
    assert text["content"] == Finding(applies=False)


def test_every_minute_counts_where_the_window_closes(database: Database) -> None:
    there = conversation_with(database, BERLIN)
    rewrite(database, there, last_inbound_at=ago(hours=23, minutes=54))
    answer = database.write(lambda session: outbox.enqueue_text(session, KIM, there.id or 0, "Hello", ""))
    assert answer.decision.rule == "ok"
    with clock.reading(lambda: ago() + timedelta(minutes=2)):
        assert claimed(database) == []
