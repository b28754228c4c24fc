"""`bin/switchboard consent`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from app.cli import switchboard
from app.commands import consent_record
from app.domain.consent import ledger
from app.store.database import Database
from app.store.tables import Audit, ConsentRecord, Contact
from app.web.words.consent import FAULTS
from tests.support.cast import ACCOUNT, hear, only, rows
from tests.support.twilio import Twilio

Run = Callable[..., Result]
NUMBER = "+4930231250140"
OPT_IN = ("--address", NUMBER, "--action", "opt-in", "--purpose", "marketing", "--purpose", "service",
          "--source", "paper", "--proof", "Form 12, red folder")  # fmt: skip


@pytest.fixture
def run(database: Database, environment: dict[str, str]) -> Run:
    """`run("--address", …)`: the command, on the test's database."""
    env = {**environment, **Twilio.SETTINGS, "DATABASE_URL": database.url}
    return lambda *arguments: CliRunner().invoke(switchboard, ["consent", "record", *arguments], env=env)


def test_an_opt_in_is_recorded_once_and_makes_the_contact(run: Run, database: Database) -> None:
    done = run(*OPT_IN, "--at", "2026-03-01T14:30+0100", "--wording", "Offers?")
    assert (done.exit_code, done.output.startswith("Recorded as")) == (0, True), done.output
    marketing, service = rows(database, ConsentRecord)
    assert (marketing.purpose, service.purpose, marketing.actor_kind) == ("marketing", "service", "command")
    assert marketing.occurred_at == datetime(2026, 3, 1, 13, 30, tzinfo=UTC)
    assert only(database, Contact).phone == NUMBER
    assert only(database, Audit, verb="consent.record").actor_kind == "command"
    again = run(*OPT_IN, "--at", "2026-03-01T14:30+0100", "--wording", "Offers?")
    assert again.output == "Recorded before; nothing was added.\n"


def test_an_opt_out_holds_for_whoever_is_known(run: Run, database: Database) -> None:
    contact = hear(database, From=f"whatsapp:{NUMBER}") and only(database, Contact).id or 0
    done = run("--address", NUMBER, "--action", "opt-out", "--purpose", "all", "--source", "phone", "--proof", "Called")
    assert done.exit_code == 0
    assert database.read(lambda session: ledger.opted_out(session, ACCOUNT, contact))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--address", "12", *OPT_IN[2:]), "neither a number in E.164"),
        ((*OPT_IN[:-1], " "), "The proof is empty."),
        ((*OPT_IN, "--purpose", "all"), "names its purposes one by one"),
        ((*OPT_IN, "--at", "2999-01-01T10:00+0000"), "lies in the future"),
        ((*OPT_IN, "--at", "2026-01-01T10:00"), "does not match"),
        (OPT_IN[2:], "--address"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    run: Run, database: Database, arguments: tuple[str, ...], says: str
) -> None:
    done = run(*arguments)
    assert done.exit_code != 0
    assert says in done.output
    assert len(rows(database, ConsentRecord)) == len(rows(database, Contact)) == 0


def test_who_opted_out_at_twilio_stays_out(run: Run, database: Database) -> None:
    hear(database, "STOP", From=f"whatsapp:{NUMBER}", OptOutType="STOP")
    done = run(*OPT_IN)
    assert "Only their own START ends that." in done.output


def test_command_and_page_know_the_same_faults() -> None:
    assert set(consent_record.WHY) <= set(FAULTS)
