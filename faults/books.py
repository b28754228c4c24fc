"""What the database of a run says, in the few questions that the scenarios ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from app.domain.clock import now
from app.store.columns import UtcDateTime
from app.store.database import Database

_MESSAGES = (
    "SELECT id, state, status, sid, reason, tries, origin, body, to_address FROM message"
    " WHERE account_sid = :account AND direction = :direction ORDER BY id"
)
_CONVERSATIONS = (
    "SELECT a.address, c.id FROM conversation c JOIN address a ON a.account_sid = c.account_sid"
    " AND a.id = c.address_id WHERE c.account_sid = :account AND c.sender = :sender"
)
_OUT_OF_TIME = "UPDATE attempt SET open_until = :now WHERE account_sid = :account AND outcome = ''"
_LOOK_NOW = "UPDATE attempt SET check_at = :now WHERE account_sid = :account AND outcome = 'unconfirmed'"
_ASK_NOW = "UPDATE message SET check_at = :now WHERE account_sid = :account AND check_at IS NOT NULL"
_TRY_NOW = "UPDATE inbound_media SET next_try_at = :now WHERE account_sid = :account AND state = 'wanted'"
# They are nobody's in particular; every change here names the account.
_END_LEASES = "UPDATE lease SET until = :now WHERE :account <> ''"
_SETTLED = "SELECT message_id, settled_by FROM attempt WHERE account_sid = :account AND sid <> ''"


@dataclass(frozen=True)
class Line:
    """One message as the database shows it."""

    id: int
    state: str
    status: str
    sid: str
    reason: str
    tries: int
    origin: str
    body: str
    to_address: str


class Books:
    """Reads the account's rows, and moves the times of what waits where a short run can't wait itself."""

    def __init__(self, database: Database, account_sid: str) -> None:
        self._database = database
        self._account_sid = account_sid

    def sent(self, numbers: Sequence[int] | None = None) -> list[Line]:
        """Our own messages, all or those with these numbers."""
        found = self._messages("outbound")
        wanted = None if numbers is None else set(numbers)
        return [line for line in found if wanted is None or line.id in wanted]

    def received(self) -> dict[str, Line]:
        """What customers wrote, by SID."""
        return {line.sid: line for line in self._messages("inbound")}

    def states(self, numbers: Sequence[int]) -> Counter[str]:
        """How many of our messages with these numbers are in which state."""
        return Counter(line.state for line in self.sent(numbers))

    def settled_by(self, numbers: Sequence[int]) -> Counter[str]:
        """By which evidence those of these messages that have a SID got it."""
        wanted = set(numbers)
        return Counter(by for number, by in self.rows(_SETTLED) if number in wanted)

    def conversations(self, addresses: Sequence[str], sender: str) -> list[int]:
        """The conversations with these addresses, in their order."""
        known = dict(self.rows(_CONVERSATIONS, sender=sender))
        return [known[address] for address in addresses]

    def let_time_pass(self) -> None:
        """What a wait of 60 s and the planned looks at Twilio would bring: times that are over now."""
        self._change(_OUT_OF_TIME)
        self._change(_LOOK_NOW)

    def let_silence_pass(self) -> None:
        """As if ten minutes had passed without a callback."""
        self._change(_ASK_NOW)

    def let_holds_pass(self) -> None:
        """As if the two minutes for which a dead worker holds a file were over."""
        self._change(_TRY_NOW)

    def let_leases_pass(self) -> None:
        """As if the minute were over for which a dead worker holds the pull."""
        self._change(_END_LEASES)

    # A run may be cutting the server's connections just now, this one's too.
    @retry(
        retry=retry_if_exception_type(sa.exc.DBAPIError), stop=stop_after_delay(60), wait=wait_fixed(0.1), reraise=True
    )
    def rows(self, query: str, **values: object) -> list[Any]:
        """Any question, with :account in it; asked again while the database can't answer."""
        with self._database.reads.connect() as connection:
            return list(connection.execute(sa.text(query), {"account": self._account_sid, **values}))

    def _messages(self, direction: str) -> list[Line]:
        return [Line(*row) for row in self.rows(_MESSAGES, direction=direction)]

    def _change(self, statement: str) -> None:
        change = sa.text(statement).bindparams(sa.bindparam("now", type_=UtcDateTime))
        values = {"account": self._account_sid, "now": now()}
        self._database.write(lambda session: session.execute(change, values) and None)
