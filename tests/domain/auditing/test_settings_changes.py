"""What was changed between two starts is in the audit, once, without secrets."""

from __future__ import annotations

import threading
from collections.abc import Callable

from app.domain.auditing.settings_changes import Start, note, summary
from app.settings import Settings
from app.store.database import Database
from app.store.tables import Audit
from tests.support.cast import ACCOUNT, rows

MakeSettings = Callable[..., Settings]


def changes(database: Database) -> list[tuple[str, str, str, str]]:
    """Verb, name, before and after of each change."""
    found = [row for row in rows(database, Audit) if row.verb.endswith(".changed")]
    return [(row.verb, row.subject_id, row.detail["before"], row.detail["after"]) for row in found]


def test_a_change_is_written_once_whoever_starts_next(database: Database, make_settings: MakeSettings) -> None:
    of_account = {"TWILIO_ACCOUNT_SID": ACCOUNT}
    for rate in ("80", "80", "20", "20"):
        Start(database, make_settings(SENDER_RATE=rate, **of_account)).note_settings()
    assert changes(database) == [("settings.changed", "SENDER_RATE", "80.0", "20.0")]


def test_two_processes_at_once_write_one_row(database: Database, make_settings: MakeSettings) -> None:
    seen = summary(make_settings(RAW_FORM_DAYS="14"))
    note(database, ACCOUNT, seen)
    later = {**seen, "setting RAW_FORM_DAYS": "30"}
    both = threading.Barrier(2)

    def start() -> None:
        both.wait()
        note(database, ACCOUNT, later)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert changes(database) == [("settings.changed", "RAW_FORM_DAYS", "14", "30")]


def test_secrets_are_set_or_not_and_nothing_more(make_settings: MakeSettings) -> None:
    key = "k" * 43 + "="
    settings = make_settings(
        ARCHIVE_KEY=key, DATABASE_URL="postgres://who:pa55word@db.example/x", TWILIO_AUTH_TOKEN="t" * 32
    )
    seen = summary(settings)
    assert (seen["setting ARCHIVE_KEY"], seen["setting DATABASE_URL"]) == ("set", "set")
    assert seen["setting METRICS_TOKEN"] == ""
    for hidden in (key, "pa55word", settings.secret_key, settings.twilio_auth_token):
        assert not any(hidden in value for value in seen.values())
    assert "setting PORT" not in seen


def test_rules_are_told_by_their_path(database: Database, make_settings: MakeSettings) -> None:
    settings = make_settings(TWILIO_ACCOUNT_SID=ACCOUNT)
    before = {"regions": {"DE": {"quiet": ["20:00", "08:00"]}, "US": {"marketing": False}}}
    after = {"regions": {"DE": {"quiet": ["21:00", "08:00"]}, "FR": {"marketing": True}}}
    routes = {"by_country": {"GB": "MG1"}}, {"by_country": {"GB": "MG2"}}
    for rules, route in ((before, routes[0]), (after, routes[1]), (after, routes[1])):
        Start(database, settings, rules, route).note_settings()
    assert changes(database) == [
        ("routes.changed", "by_country.GB", "MG1", "MG2"),
        ("rules.changed", "regions.DE.quiet.1", "20:00", "21:00"),
        ("rules.changed", "regions.FR.marketing", "", "True"),
        ("rules.changed", "regions.US.marketing", "False", ""),
    ]
