"""`bin/switchboard messages send`: into the outbox through the gate, or refused with the reason and nothing kept."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.domain.sending.claims import Claimer, claim
from app.domain.sending.rate_limit import Pace
from app.gateways.twilio.outcomes import Outgoing
from app.store.database import Database
from app.store.tables import Audit, Contact, Conversation, Message
from harness.simulator import SECOND_SENDER, SERVICE
from tests.commands.conftest import Run
from tests.support.cast import ACCOUNT, AVA, CALLBACK_BASE, NOOR, SENDER, ago, hear, only, opt_in, rows
from tests.support.standin import StandIn

TEMPLATE = "HX" + "1" * 32
STRANGER = "+14155550188"
SQLITE_ONLY = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def outbox(database: Database) -> list[Message]:
    return rows(database, Message, direction="outbound")


def claimed_from(database: Database, sender: str) -> Outgoing:
    claimer = Claimer(ACCOUNT, "worker:test", CALLBACK_BASE, Pace(rate=0))
    (outgoing,) = database.write(lambda session: claim(session, claimer, sender, 1))
    return outgoing


def test_free_text_is_asked_for_within_the_window(switchboard: Run, database: Database) -> None:
    hear(database)
    done = switchboard("messages", "send", "--to", "+14155550123", "--body", "On its way. 🚲")
    (message,) = outbox(database)
    assert (done.code, done.out) == (0, f"Message {message.id} is in the outbox.\n")
    assert done.err == f"What becomes of it: bin/switchboard messages fetch {message.id}\n"
    assert (message.state, message.body, message.kind) == ("ready", "On its way. 🚲", "text")
    assert (message.from_address, message.to_address, message.author_kind) == (SENDER, AVA, "command")
    audited = only(database, Audit)
    assert (audited.verb, audited.actor_kind, audited.subject_id) == ("message.send", "command", str(message.id))


@pytest.mark.parametrize("to", ["+14155550123", "whatsapp:+14155550123", "+1 415-555-0123"])
@SQLITE_ONLY
def test_whatsapp_may_be_left_out(switchboard: Run, database: Database, to: str) -> None:
    hear(database)
    assert switchboard("messages", "send", "--to", to, "--body", "Hello").code == 0
    assert [message.to_address for message in outbox(database)] == [AVA]


@SQLITE_ONLY
def test_somebody_without_a_number_is_written_to(switchboard: Run, database: Database) -> None:
    hear(database, From=NOOR)
    assert switchboard("messages", "send", "--to", "GB.13490801221918", "--body", "Hello").code == 0
    assert [message.to_address for message in outbox(database)] == [NOOR]


def at_twilio(standin: StandIn, database: Database, sender: str) -> dict[str, list[str]]:
    """What Twilio accepts of the one message that waits, without our own callback."""
    standin.take(claimed_from(database, sender))
    (entry,) = standin.accepted()
    return {name: values for name, values in entry["params"].items() if name != "StatusCallback"}


def test_every_option_of_a_template_reaches_twilio(switchboard: Run, database: Database, standin: StandIn) -> None:
    standin.simulator.control("templates", sid=TEMPLATE, text="Hello {{1}}, at {{2}}")
    opt_in(database, f"whatsapp:{STRANGER}")
    route = ("--to", STRANGER, "--from", SECOND_SENDER.removeprefix("whatsapp:"), "--messaging-service-sid", SERVICE)
    template = ("--content-sid", TEMPLATE, "--content-variables", '{"1": "Ava", "2": "noon"}')
    assert switchboard("messages", "send", *route, *template, "--max-price", "0.05").code == 0
    (message,) = outbox(database)
    assert (message.kind, message.from_address) == ("template", SECOND_SENDER)
    assert at_twilio(standin, database, SECOND_SENDER) == {
        "To": [f"whatsapp:{STRANGER}"],
        "From": [SECOND_SENDER],
        "MessagingServiceSid": [SERVICE],
        "ContentSid": [TEMPLATE],
        "ContentVariables": ['{"1": "Ava", "2": "noon"}'],
        "MaxPrice": ["0.05"],
    }


def test_text_and_files_of_others_reach_twilio(switchboard: Run, database: Database, standin: StandIn) -> None:
    hear(database)
    asked = ("--to", AVA, "--body", "A picture", "--media-url", "https://example.com/a.png")
    assert switchboard("messages", "send", *asked).code == 0
    (message,) = outbox(database)
    assert message.num_media == 1
    assert at_twilio(standin, database, SENDER) == {
        "To": [AVA],
        "From": [SENDER],
        "Body": ["A picture"],
        "MediaUrl": ["https://example.com/a.png"],
    }


def test_two_files_are_two_messages_and_a_template_goes_alone(switchboard: Run, database: Database) -> None:
    hear(database)
    file = ("--media-url", "https://example.com/a.png")
    beside = switchboard("messages", "send", "--to", AVA, "--content-sid", TEMPLATE, *file)
    assert (beside.code, outbox(database)) == (1, [])
    assert "A template goes alone" in beside.err
    assert switchboard("messages", "send", "--to", AVA, *file, *file).code == 0
    assert [message.media_urls for message in outbox(database)] == [["https://example.com/a.png"]] * 2


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--to", "nobody", "--body", "x"), "neither a number in E.164 (like +14155550123) nor a WhatsApp id"),
        (("--to", "4155550123", "--body", "x"), "neither a number in E.164"),
        (("--to", "+1415", "--body", "x"), "neither a number in E.164"),
        (("--to", "", "--body", "x"), "neither a number in E.164"),
        (("--to", "whatsapp:GB.", "--body", "x"), "neither a number in E.164"),
        (("--to", "+14155238886", "--body", "x"), "The recipient is the sender itself."),
        (("--to", "+5352345678", "--body", "x"), "WhatsApp does not deliver to this country."),
        (("--to", "+989121234567", "--content-sid", TEMPLATE), "WhatsApp does not deliver to this country."),
        (("--to", "SY.13490801221918", "--content-sid", TEMPLATE), "WhatsApp does not deliver to this country."),
        (("--to", STRANGER, "--body", "x"), "There is no opt-in for service messages"),
        (("--to", STRANGER, "--content-sid", TEMPLATE), "Record their opt-in for this purpose"),
        (("--body", "x"), "Missing option '--to'"),
        (("--to", STRANGER, "--body", "x", "--from", "nobody"), "nobody is neither a number"),
        (("--to", STRANGER, "--body", "x", "--max-price", "cheap"), "--max-price takes an amount, like 0.05"),
        (("--to", STRANGER, "--body", "x", "--content-sid", TEMPLATE), "Give --body or --content-sid, not both"),
        (("--to", STRANGER, "--content-sid", "HX1"), "--content-sid takes HX and 32 hexadecimal digits"),
        (("--to", STRANGER, "--messaging-service-sid", "MGx"), "--messaging-service-sid takes MG and 32"),
        (("--to", STRANGER, "--media-url", "file:///etc/passwd"), "file:///etc/passwd is no URL"),
        (("--to", STRANGER, "--media-url", "https://a b/c"), "https://a b/c is no URL"),
    ],
)
@SQLITE_ONLY
def test_what_can_not_leave_is_refused_with_the_reason_and_nothing_is_kept(
    switchboard: Run, database: Database, options: tuple[str, ...], reason: str
) -> None:
    done = switchboard("messages", "send", *options)
    assert (done.code, done.out) == (1, "")
    assert reason in done.err
    assert [*outbox(database), *rows(database, Contact), *rows(database, Conversation), *rows(database, Audit)] == []


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ((), "The message is empty."),
        (("--body", " \n"), "The message is empty."),
        (("--body", "x" * 1601), "longer than 1,600 characters"),
    ],
)
@SQLITE_ONLY
def test_what_holds_no_message_is_refused_though_the_window_is_open(
    switchboard: Run, database: Database, options: tuple[str, ...], reason: str
) -> None:
    hear(database)
    done = switchboard("messages", "send", "--to", AVA, *options)
    assert (done.code, reason in done.err) == (1, True)
    assert [*outbox(database), *rows(database, Audit)] == []


NO_TEXTS = "--content-variables takes a JSON object of texts"


@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ("Ava", NO_TEXTS),
        ('["Ava"]', NO_TEXTS),
        ('{"1": 7}', NO_TEXTS),
        ('{"1": ""}', "variable 1"),
        ('{"1": "  "}', "variable 1"),
        ('{"1": "a\\nb"}', "variable 1"),
        ('{"1": "a\\tb"}', "variable 1"),
        ('{"1": "Ava", "2": "a     b"}', "variable 2"),
    ],
)
@SQLITE_ONLY
def test_variables_that_would_make_a_template_fail_or_hang_are_refused(
    switchboard: Run, database: Database, variables: str, why: str
) -> None:
    opt_in(database, f"whatsapp:{STRANGER}")
    done = switchboard(
        "messages", "send", "--to", STRANGER, "--content-sid", TEMPLATE, "--content-variables", variables
    )
    assert (done.code, done.out) == (1, "")
    assert why in done.err
    assert outbox(database) == []


def test_whom_we_know_is_refused_for_what_we_know(switchboard: Run, database: Database) -> None:
    send = ("messages", "send", "--to", AVA, "--body", "Hello")
    hear(database, at=ago(hours=25))
    closed = switchboard(*send)
    assert (closed.code, "The session window is closed." in closed.err) == (1, True)
    assert switchboard("messages", "send", "--to", AVA, "--content-sid", TEMPLATE).code == 0
    before = outbox(database)
    hear(database, "STOP")
    confirmed = only(database, Message, origin="opt_out_confirmation")
    for options in (("--body", "Hello"), ("--content-sid", TEMPLATE)):
        suppressed = switchboard("messages", "send", "--to", AVA, *options)
        assert (suppressed.code, suppressed.out) == (1, "")
        assert "The recipient opted out. Only their own START lifts it." in suppressed.err
    assert outbox(database) == [*before, confirmed]
    hear(database, "START")
    assert switchboard(*send).code == 0


@SQLITE_ONLY
def test_without_a_sender_that_is_said(switchboard: Run, database: Database) -> None:
    done = switchboard(
        "messages", "send", "--to", STRANGER, "--content-sid", TEMPLATE,
        TWILIO_WHATSAPP_FROM="", TWILIO_MESSAGING_SERVICE_SID=SERVICE,
    )  # fmt: skip
    assert (done.code, "There is no sender. Give --from, or set TWILIO_WHATSAPP_FROM." in done.err) == (1, True)
    assert outbox(database) == []


def test_settings_that_are_missing_are_all_named(switchboard: Run) -> None:
    done = switchboard("messages", "list", TWILIO_AUTH_TOKEN="", SECRET_KEY="short")
    assert (done.code, done.out) == (1, "")
    assert "TWILIO_AUTH_TOKEN is missing" in done.err
    assert "SECRET_KEY is too short" in done.err


def test_a_database_that_can_not_be_reached_is_said_to_be_so(switchboard: Run) -> None:
    done = switchboard("messages", "list", DATABASE_URL="postgres://postgres@127.0.0.1:1/none")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("The database could not be reached: ")


@SQLITE_ONLY
def test_it_is_a_program_whose_exit_says_that_it_was_refused(database: Database, command_env: dict[str, str]) -> None:
    command = [sys.executable, "-m", "app.cli", "messages", "send", "--to", "nobody", "--body", "Hello"]
    done = subprocess.run(command, env=command_env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: The recipient is neither")
    assert outbox(database) == []
