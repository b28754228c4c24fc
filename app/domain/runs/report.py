"""How a run stands, counted; and its results as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from app.domain import access, audit, csv_text
from app.domain.actor import Actor
from app.domain.runs import left_out, prices
from app.domain.runs.look import UNSENT
from app.domain.runs.prices import Cost
from app.domain.runs.variable_columns import ListColumns
from app.store.database import Database, Session
from app.store.runs import results, rows
from app.store.runs.results import Result
from app.store.tables import TemplateRun

_AT_ONCE = 500
_DELIVERED, _READ = ("delivered", "read"), ("read",)
_FAILED = ("failed", "undelivered")
COLUMNS = ("line", "to", "as_typed", "result", "reason", "sid", "status", "error_code", "at", "name", "values_missing")


@dataclass(frozen=True)
class Standing:
    """A run's recipients counted. `left_out` is by the gate's rule, `bad` by what is wrong with the line.

    Of those that are `waiting`, so many wait for the end of their `quiet` hours. `sent` counts what Twilio took,
    `delivered` and `read` what arrived and was read; `failed` is by error code.
    """

    waiting: int = 0
    quiet: int = 0
    queued: int = 0
    sent: int = 0
    delivered: int = 0
    read: int = 0
    answered: int = 0
    unconfirmed: int = 0
    called_off: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    bad: Mapping[str, int] = field(default_factory=dict)

    @property
    def whole(self) -> int:
        """How many are to get the message."""
        return self.waiting + self.queued + self.gone

    @property
    def gone(self) -> int:
        """How many have had their turn."""
        return self.sent + self.unconfirmed + sum(self.failed.values()) + self.called_off

    @property
    def share(self) -> int:
        """How many of them have had their turn, in percent."""
        return 100 * self.gone // self.whole if self.whole else 0


def standing(session: Session, account_sid: str, run_id: int) -> Standing:
    """How a run stands."""
    people = results.counts(session, account_sid, run_id)
    messages = results.message_counts(session, account_sid, run_id)
    failed: dict[str, int] = {}
    left_out = {reason: count for (state, reason), count in people.items() if state == "left_out"}
    count = dict.fromkeys(("queued", "sent", "delivered", "read", "unconfirmed", "called_off"), 0)
    for (state, status, code), number in messages.items():
        if state == "failed" or status in _FAILED:
            failed[code] = failed.get(code, 0) + number
        elif state == "blocked":
            left_out["blocked"] = left_out.get("blocked", 0) + number
        elif state in UNSENT:
            count["queued"] += number
        elif state == "unconfirmed":
            count["unconfirmed"] += number
        elif state != "cancelled":
            count["sent"] += number
            count["delivered"] += number if status in _DELIVERED else 0
            count["read"] += number if status in _READ else 0
    by_state = {state: sum(n for (s, _), n in people.items() if s == state) for state in ("planned", "called_off")}
    count["called_off"] = by_state["called_off"]
    answered = results.answered(session, account_sid, run_id)
    bad = {reason: number for (state, reason), number in people.items() if state == "bad"}
    waiting, quiet = by_state["planned"], people.get(("planned", "quiet_hours"), 0)
    return Standing(waiting, quiet, answered=answered, failed=failed, left_out=left_out, bad=bad, **count)


def estimate(session: Session, run: TemplateRun) -> Cost:
    """What the run costs if everybody who is planned gets it."""
    by_country = results.by_country(session, run.account_sid, run.id or 0)
    return prices.in_force().cost(run.category, by_country)


def export(database: Database, actor: Actor, run_id: int) -> Iterator[str] | None:
    """The results, a line for each recipient, as CSV in pieces; None where there is no such run. Raises NotAllowed."""
    access.require(actor, "run.export")
    run = database.read(lambda session: rows.get(session, actor.account_sid, run_id))
    if run is None:
        return None
    database.write(lambda session: audit.record(session, actor, "run.export", "run", run_id))
    return _lines(database, run)


def _lines(database: Database, run: TemplateRun) -> Iterator[str]:
    yield csv_text.lines([COLUMNS])
    columns, after = ListColumns.of(run.mapping), 0
    while part := database.read(partial(_part, run=run, after=after)):
        found, names = part
        yield csv_text.lines([_line(one, run, columns, names.get(one.person, "")) for one in found])
        after = found[-1].line


def _part(session: Session, run: TemplateRun, after: int) -> tuple[Sequence[Result], Mapping[str, str]] | None:
    found = results.one_by_one(session, run.account_sid, run.id or 0, after, _AT_ONCE)
    people = {one.person for one in found if one.person}
    return (found, left_out.names_of(session, run.account_sid, people)) if found else None


def _line(one: Result, run: TemplateRun, columns: ListColumns, name: str) -> list[str]:
    at = one.occurred_at.isoformat() if one.occurred_at else ""
    result, reason = (one.message_state or one.state), (one.message_reason or one.reason)
    to = one.address.removeprefix("whatsapp:")
    # Whom a line without a number means only the rest of it can tell.
    cells = one.cells["cells"]
    typed = columns.number_in(cells) or " · ".join(cell for cell in cells if cell)
    bad = "; ".join(map(str, left_out.bad_values(reason, columns, run.columns["names"], one.variables)))
    sent = [one.sid or "", one.status or "", one.error_code or "", at]
    return [str(one.line), to, typed, result, reason, *sent, name, bad]
