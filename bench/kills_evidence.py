"""What a kill run left behind: Twilio's record and the database, compared."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bench import oracle
from bench.kills_load import Load
from harness.processes import Stand

# In these a message still has somewhere to go by itself; everything else is finished or waits for a person.
UNDER_WAY = ("ready", "sending")
_STATES = sa.text("SELECT state, count(*) FROM message WHERE direction = 'outbound' GROUP BY state")
_REPLIES = sa.text("SELECT body, count(*) FROM message WHERE direction = 'outbound' GROUP BY body")
_STATUSES = sa.text("SELECT sid, status FROM status_event")


@dataclass(frozen=True)
class Evidence:
    """Counts; of `lost`, `doubled`, `unknown`, `vanished` and `stuck` every one has to be 0."""

    webhooks: oracle.Found
    callbacks: int
    callbacks_lost: int
    creates: int
    doubled: int
    unknown: int
    vanished: int
    stuck: int
    states: dict[str, int]

    @classmethod
    def of(cls, stand: Stand, load: Load) -> Evidence:
        """Look at both sides; the load has ended and `settled` was true."""
        url = stand.env["DATABASE_URL"]
        record: list[dict[str, Any]] = Load.control(stand, "/control/record")
        posted: list[dict[str, Any]] = Load.control(stand, "/control/webhooks")
        acknowledged = {(entry["sid"], entry["status"]) for entry in posted if entry["answer"] in range(200, 300)}
        replies = dict(_rows(url, _REPLIES))
        states = dict(_rows(url, _STATES))
        bodies = Counter(_body(entry) for entry in record)
        return cls(
            webhooks=oracle.look(url, load.answered),
            callbacks=len(acknowledged),
            callbacks_lost=len(acknowledged - {(sid, status) for sid, status in _rows(url, _STATUSES)}),
            creates=len(record),
            doubled=sum(count > 1 for count in (*bodies.values(), *replies.values())),
            unknown=len(bodies.keys() - load.asked.keys()),
            vanished=len(load.asked.keys() - replies.keys()),
            stuck=sum(states.get(state, 0) for state in UNDER_WAY),
            states=states,
        )


def settled(stand: Stand) -> bool:
    """Whether the outbox has nothing under way."""
    return not any(state in UNDER_WAY for state, _ in _rows(stand.env["DATABASE_URL"], _STATES))


def _rows(url: str, query: sa.TextClause) -> list[Any]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        rows = list(connection.execute(query))
    engine.dispose()
    return rows


def _body(entry: dict[str, Any]) -> str:
    """The body of one create in Twilio's record."""
    body = entry["params"]["Body"]
    return str(body[0] if isinstance(body, list) else body)
