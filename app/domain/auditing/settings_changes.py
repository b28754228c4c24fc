"""What was changed in settings, rules and routes between two starts. Secrets are no more than set, or not set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.domain import audit
from app.domain.actor import command
from app.domain.clock import now
from app.settings import Settings
from app.store import accounts, known_settings
from app.store.database import Database, Session

# They differ from process to process, and say where one listens, not what it does.
_OF_ONE_PROCESS = frozenset({"bind", "port", "dyno", "web_concurrency", "web_threads"})
_VERBS = {"setting": "settings.changed", "rule": "rules.changed", "route": "routes.changed"}
_LONGEST_VALUE, _LONGEST_NAME = 300, 80

Summary = Mapping[str, str]


class Start:
    """The start of a process, whose settings are noted once, as soon as the database is there."""

    def __init__(self, database: Database, settings: Settings, rules: object = None, routes: object = None) -> None:
        self._database = database
        self._account_sid = settings.twilio_account_sid
        self._seen = summary(settings, rules, routes)
        self._noted = False

    def note_settings(self) -> None:
        """Write down what was changed since the last start of any process."""
        if not self._noted:
            note(self._database, self._account_sid, self._seen)
            self._noted = True


def summary(settings: Settings, rules: object = None, routes: object = None) -> dict[str, str]:
    """The settings by name, and the values of the rules and of the routes by their paths."""
    found = {}
    for name, field in Settings.model_fields.items():
        value = str(getattr(settings, name))
        if name not in _OF_ONE_PROCESS:
            found[f"setting {name.upper()}"] = value if field.repr or not value else "set"
    found |= {f"rule {path}": value for path, value in _flat(rules)}
    return found | {f"route {path}": value for path, value in _flat(routes)}


def note(database: Database, account_sid: str, seen: Summary) -> int:
    """Write down what differs from the last start, once, whichever process comes first. Returns how many changes."""
    if database.read(lambda session: known_settings.summary(session, account_sid)) == seen:
        return 0
    return database.write(lambda session: _note(session, account_sid, seen))


def _note(session: Session, account_sid: str, seen: Summary) -> int:
    at = now()
    accounts.ensure(session, account_sid, at)
    before = known_settings.keep(session, account_sid, seen, at)
    if before is None:
        return 0
    changed = sorted(name for name in {*before, *seen} if before.get(name) != seen.get(name))
    for name in changed:
        kind, _, path = name.partition(" ")
        values = {"before": before.get(name, "")[:_LONGEST_VALUE], "after": seen.get(name, "")[:_LONGEST_VALUE]}
        audit.record(session, command(account_sid), _VERBS[kind], kind, path[:_LONGEST_NAME], **values)
    return len(changed)


def _flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}".removeprefix("."))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, inner in enumerate(value, 1):
            yield from _flat(inner, f"{path}.{number}")
    elif value is not None:
        yield path, str(value)
