"""Over random histories of keywords, records, joins and sends no message leaves without evidence that holds.

What may leave is worked out here a second time, from the records and messages alone and in another way than the gate's:
each claim is looked at when it is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.domain import clock
from app.domain.consent import ledger
from app.domain.consent.entry import Entry
from app.domain.gate.case import OPT_OUT_CONFIRMATION
from app.domain.gate.draft import Draft
from app.domain.people import joins
from app.domain.sending import new_recipient
from app.store.database import Database, connect
from app.store.tables import Address, Attempt, Contact, Conversation, Message
from app.store.tables import ConsentRecord as Record
from harness.database_copies import SqliteCopies
from tests.support.cast import KIM, SENDER, begin, claimed, hear, only, rows
from tests.support.rewriting import rewrite
from tests.support.rules import LOGIN, MARKETING, UTILITY, rules

# One person under two spellings of a mobile, one whose number tells nothing of it, and somebody else.
ADDRESSES = ("whatsapp:+5531987650001", "whatsapp:+553187650001", "whatsapp:BR.13490801221", "whatsapp:+4930123456")
PURPOSE_OF = {MARKETING: "marketing", UTILITY: "service", LOGIN: "authentication", "": "service"}
START_OF_TIME = datetime(2026, 1, 7, 12, tzinfo=UTC)
REASONS = ("join_with_itself", "join_unknown", "join_built_upon", "contact_unknown")
MONTHS_24 = timedelta(days=732)

_address = st.integers(0, len(ADDRESSES) - 1)
_steps = st.one_of(
    st.tuples(st.just("hears"), _address, st.sampled_from(["Hi", "STOP", "START", "stop.", "Stop it please"])),
    st.tuples(st.just("hears_twilio"), _address, st.sampled_from(["STOP", "START"])),
    st.tuples(
        st.just("records"),
        _address,
        st.sampled_from(["given", "renewed", "withdrawn", "refused", "requested"]),
        st.sampled_from(["service", "marketing", "authentication"]),
        st.sampled_from(["express", "double", "soft_opt_in", ""]),
    ),
    st.tuples(st.just("corrects"), st.integers(0, 30)),
    st.tuples(st.just("joins"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("parts"), st.integers(1, 5)),
    st.tuples(st.just("asks"), _address, st.sampled_from([MARKETING, UTILITY, LOGIN, ""])),
    st.tuples(st.just("waits"), st.sampled_from([1, 20, 30, 24 * 100, 24 * 500])),
    st.tuples(st.just("claims")),
)


class History:
    """What happens to one account, by a clock of its own."""

    def __init__(self, database: Database) -> None:
        self.database, self.at, self._evidence, self.left = database, START_OF_TIME, 0, 0

    def do(self, step: Any) -> None:
        """One step. Each takes a second, so that all have an order."""
        self.at += timedelta(seconds=1)
        with clock.reading(lambda: self.at):
            getattr(self, step[0])(*step[1:])

    def hears(self, who: int, body: str) -> None:
        hear(self.database, body, self.at, From=ADDRESSES[who])

    def hears_twilio(self, who: int, word: str) -> None:
        hear(self.database, word, self.at, From=ADDRESSES[who], OptOutType=word)

    def records(self, who: int, state: str, purpose: str, basis: str) -> None:
        known = rows(self.database, Address, address=ADDRESSES[who])
        if known:
            self._evidence += 1
            key = f"history:{self._evidence}"
            entry = Entry(known[0].id or 0, purpose, state, "agent", "agent", key, self.at, basis=basis)
            self.database.write(lambda session: ledger.record(session, KIM, entry, self.at))

    def corrects(self, which: int) -> None:
        found = rows(self.database, Record)
        if which < len(found):
            wrong = found[which]
            key = f"correction:{wrong.id}"
            entry = Entry(
                wrong.address_id, wrong.purpose, "invalidated", "agent", "agent", key, self.at, supersedes=wrong.id
            )
            self.database.write(lambda session: ledger.record(session, KIM, entry, self.at))

    def joins(self, one: int, other: int) -> None:
        found = [row.id or 0 for row in rows(self.database, Contact)]
        if one != other and max(one, other) < len(found):
            try:
                self.database.write(lambda session: joins.join(session, KIM, found[one], found[other]))
            except joins.NotJoined as refused:
                assert refused.reason in REASONS  # noqa: PT017

    def parts(self, join: int) -> None:
        try:
            self.database.write(lambda session: joins.take_back(session, KIM, join))
        except joins.NotJoined as refused:
            assert refused.reason in REASONS  # noqa: PT017

    def asks(self, who: int, content_sid: str) -> None:
        draft = Draft(content_sid=content_sid, body="" if content_sid else "Hello")
        self.database.write(lambda session: new_recipient.enqueue(session, KIM, ADDRESSES[who], SENDER, draft, ""))

    def waits(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    def claims(self) -> None:
        """Everybody's first message at a time, until none is left; Twilio takes them all."""
        for _ in range(4):
            for outgoing in claimed(self.database):
                self.left += 1
                attempt = only(self.database, Attempt, id=outgoing.attempt_id)
                message = only(self.database, Message, id=outgoing.message_id)
                assert attempt.decision["allowed"] is True
                assert len(attempt.decision["rules"]) == 12
                assert attempt.decision["evidence"]["purpose"] == PURPOSE_OF[message.content_sid]
                Evidence(self.database, message, self.at).holds(attempt.decision["evidence"])
                rewrite(self.database, attempt, outcome="accepted")
                rewrite(self.database, message, state="accepted")


class Evidence:
    """What an independent reader finds about one message that leaves."""

    def __init__(self, database: Database, message: Message, at: datetime) -> None:
        self._message, self._at, self._purpose = message, at, PURPOSE_OF[message.content_sid]
        own = rows(database, Address, contact_id=message.contact_id)
        self._identity = {address.id: address.identity for address in own}
        self._to = next(address.identity for address in own if address.address == message.to_address)
        every = rows(database, Record)
        self._records = sorted(
            (one for one in every if one.address_id in self._identity and not _void(one, every)),
            key=lambda one: (one.occurred_at, one.id),
        )
        threads = {one.id for one in rows(database, Conversation, contact_id=message.contact_id)}
        inbound = rows(database, Message, direction="inbound")
        self._heard = [one.occurred_at for one in inbound if one.conversation_id in threads]
        self._answered = [one.occurred_at for one in inbound if one.conversation_id == message.conversation_id]

    def holds(self, evidence: dict[str, Any]) -> None:
        """Fails where the message must not leave, or where its evidence isn't what there is."""
        if self._message.origin == OPT_OUT_CONFIRMATION:
            assert [one for one in self._records if one.keyword and one.state == "withdrawn"]
        else:
            assert not self._is_out()
        if not self._message.content_sid:
            assert self._at - max(self._answered) < timedelta(hours=24)
        number = evidence.get("consent_record_id")
        if number is None:
            assert self._purpose != "marketing"
            assert datetime.fromisoformat(evidence["heard_at"]) in self._heard
            return
        (rests_on,) = (one for one in self._records if one.id == number)
        assert rests_on.state in ("given", "renewed")
        assert self._identity[rests_on.address_id] == self._to
        if self._purpose == "marketing":
            assert rests_on.purpose == "marketing"
            assert rests_on.basis in ("express", "double")
            self._is_not_stale(rests_on)
            self._is_daytime()

    def _is_out(self) -> bool:
        """Whether an opt-out of theirs stands that no START and no later opt-in for the purpose came after."""
        out: dict[tuple[str, str, str], Record] = {}
        for one in self._records:
            cell = (self._identity[one.address_id], one.purpose, one.scope)
            if one.purpose == "all" and one.state == "invalidated":
                out = {at: kept for at, kept in out.items() if kept.state == "refused"}
            elif one.state in ("withdrawn", "refused"):
                out[cell] = one
            elif one.state in ("given", "renewed"):
                out.pop(cell, None)
                # Their opt-in for this purpose stands over what they said before, all purposes included.
                if one.purpose == self._purpose and cell[0] == self._to:
                    out.clear()
        return any(
            one.purpose in (self._purpose, "all") and one.scope in ("", self._message.from_address)
            for one in out.values()
        )

    def _is_not_stale(self, rests_on: Record) -> None:
        used = [one for one in (rests_on.occurred_at, *self._heard) if one <= self._at]
        assert self._at - max(used) < MONTHS_24

    def _is_daytime(self) -> None:
        if self._answered and self._at - max(self._answered) < timedelta(hours=23, minutes=55):
            return
        zone = "Europe/Berlin" if self._message.to_address == ADDRESSES[-1] else "America/Sao_Paulo"
        assert 9 <= self._at.astimezone(ZoneInfo(zone)).hour < 20


def _void(record: Record, every: list[Record]) -> bool:
    """Whether a correction that stands itself took the record out of force."""
    return any(one.supersedes == record.id and not _void(one, every) for one in every)


@pytest.fixture
def copies(request: pytest.FixtureRequest) -> SqliteCopies:
    """Databases of SQLite: a history has one of its own."""
    found: SqliteCopies = request.getfixturevalue("_sqlite_copies")
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where a history has its database; the categories of the templates are known."""
    with rules(tmp_path):
        yield tmp_path


def test_no_message_leaves_without_evidence_that_holds(folder: Path, copies: SqliteCopies) -> None:
    left = []

    @settings(
        max_examples=50,
        deadline=None,
        derandomize=True,
        # What fails is told as it came: making it smaller would take minutes.
        phases=[Phase.generate],
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(steps=st.lists(_steps, min_size=15, max_size=50))
    def live(steps: list[Any]) -> None:
        left.append(history_of(copies.copy(folder / "history.db"), [*steps, ("claims",)]).left)

    live()
    assert sum(left) > 25


def history_of(url: str, steps: list[Any]) -> History:
    """A history of an account that is new."""
    database = connect(url)
    begin(database)
    try:
        history = History(database)
        for step in steps:
            history.do(step)
    finally:
        database.close()
    return history


def test_histories_let_messages_out_and_stop_them(folder: Path, copies: SqliteCopies) -> None:
    asks = [("asks", 1, template) for template in (MARKETING, UTILITY, "")]
    given_first = [("hears", 0, "Hi"), ("records", 1, "given", "marketing", "double"), *asks, ("claims",)]
    assert history_of(copies.copy(folder / "history.db"), given_first).left == 3
    # Only the confirmation of the opt-out leaves.
    stopped = [*given_first[:-1], ("hears", 0, "STOP"), ("claims",)]
    assert history_of(copies.copy(folder / "history.db"), stopped).left == 1
