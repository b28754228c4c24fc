"""A template that isn't there, isn't approved or lacks a value reaches nobody, and its category says what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.commands.refusals import refusal
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.sending import new_recipient
from app.store.database import Database
from app.store.tables import Attempt, Message, Template
from tests.support.cast import KIM, SENDER, again, ago, claimed, hear, new_sid, only, opt_in
from tests.support.rewriting import rewrite
from tests.support.rules import rules
from tests.support.templates import listed, template

BERLIN = "whatsapp:+4930123456"
BOTH = {"1": "Ava", "2": "7"}


@pytest.fixture(autouse=True)
def _no_quiet_hours(tmp_path: Path) -> Iterator[None]:
    with rules(tmp_path, regions__default__quiet_hours={"from": "00:00", "to": "00:00"}):
        yield


def ask(database: Database, sid: str, values: dict[str, str]) -> tuple[int | None, Decision]:
    draft = Draft(content_sid=sid, content_variables=tuple(values.items()))
    asked = database.write(lambda session: new_recipient.enqueue(session, KIM, BERLIN, SENDER, draft, ""))
    return asked.message_id, asked.decision


def test_one_that_the_account_does_not_have_is_refused_once_its_list_was_read(database: Database) -> None:
    opt_in(database, BERLIN)
    sid = new_sid("HX")
    assert ask(database, sid, {})[1].rule == "ok"
    listed(database)
    assert ask(database, sid, {})[1].rule == "template_unknown"
    gone = template(database, gone_at=ago())
    assert ask(database, gone.sid, BOTH)[1].rule == "template_unknown"


def test_a_missing_variable_is_refused_with_its_name(database: Database) -> None:
    opt_in(database, BERLIN)
    _, decision = ask(database, template(database).sid, {"2": "7"})
    assert (decision.rule, decision.evidence) == ("variable_missing", {"variable": "1"})
    assert "variable 1" in refusal(decision)


def test_what_the_customer_gets_is_kept_with_the_message_and_not_sent_as_text(database: Database) -> None:
    opt_in(database, BERLIN)
    one = template(database)
    number, _ = ask(database, one.sid, BOTH)
    assert only(database, Message, id=number).body == "Hello Ava, your bike 7 is ready."
    assert [outgoing.body for outgoing in claimed(database)] == [""]
    assert only(database, Template, id=one.id).last_used_at is not None


@pytest.mark.parametrize(
    ("changed", "reason"),
    [({"status": "paused"}, "template_paused"), ({"gone_at": ago()}, "template_unknown")]
    + [({"content_types": {"twilio/text": {"body": "{{1}} {{2}} {{3}}"}}}, "variable_missing")]
    + [({"category": "MARKETING"}, "consent_missing")],
)
def test_what_changes_after_it_was_asked_for_stops_it_before_it_leaves(
    database: Database, changed: dict[str, Any], reason: str
) -> None:
    opt_in(database, BERLIN)
    one = template(database)
    message = only(database, Message, id=ask(database, one.sid, BOTH)[0])
    rewrite(database, one, **changed)
    assert claimed(database) == []
    assert (again(database, message).state, again(database, message).reason) == ("blocked", reason)


def test_the_category_says_which_opt_in_is_needed_unless_the_rules_file_names_another(
    database: Database, tmp_path: Path
) -> None:
    hear(database, "Hi", ago(days=3), From=BERLIN)
    by_category = {
        category: template(database, category=category).sid for category in ("UTILITY", "MARKETING", "SHIPPING_UPDATE")
    }
    rules_told = {category: ask(database, sid, BOTH)[1].rule for category, sid in by_category.items()}
    assert rules_told == {"UTILITY": "ok", "MARKETING": "consent_missing", "SHIPPING_UPDATE": "consent_missing"}
    with rules(tmp_path, template_categories={by_category["UTILITY"]: "marketing"}):
        assert ask(database, by_category["UTILITY"], BOTH)[1].rule == "consent_missing"


def test_the_attempt_keeps_what_was_known_of_the_template(database: Database) -> None:
    opt_in(database, BERLIN)
    one = template(database)
    ask(database, one.sid, BOTH)
    claimed(database)
    evidence = only(database, Attempt).decision["evidence"]
    assert {name: evidence[name] for name in ("content_sid", "status", "category", "purpose")} == {
        "content_sid": one.sid,
        "status": "approved",
        "category": "UTILITY",
        "purpose": "service",
    }
