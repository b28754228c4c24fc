"""Prepared statements on PostgreSQL, by the functions of libpq that psycopg gives.

A cursor of psycopg's runs a statement as an asynchronous conversation with two waits and a dozen objects: three times
the processor time of PQexecPrepared, which waits once, without the interpreter's lock. And while a piece of work
gathers, a statement whose rows nobody asks for goes along with the next one's journey, the last with COMMIT
(libpq's pipeline mode). Its error then comes out of a later statement; who gathers must be able to run the work again.
"""

from __future__ import annotations

import select
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import errors, pq
from psycopg.adapt import PyFormat, Transformer

Bound = Sequence[Any]

_OK = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)
# Results that nobody has read yet must find room on their way, or both sides wait for each other.
_TOGETHER = 100


@dataclass(eq=False)
class _Foreseen:
    name: bytes
    values: Sequence[Any]
    result: Any = None


class Line:
    """The way to the server of one connection: what the server keeps prepared for it, and what waits to be sent."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.gathers = False
        self._connection = weakref.proxy(connection)
        self._pgconn = connection.pgconn
        self._transformer = Transformer(connection)
        self._poll = select.poll()
        self._poll.register(connection.fileno(), select.POLLIN)
        self._names: dict[bytes, bytes] = {}
        self._waiting: list[tuple[bytes, Sequence[Any]]] = []
        # What was asked for ahead, with its result once it came.
        self._foreseen: list[_Foreseen] = []

    @property
    def is_undone(self) -> bool:
        """True when an error has undone the transaction: its COMMIT would be a rollback that nobody hears of."""
        return self._pgconn.transaction_status == pq.TransactionStatus.INERROR

    def rows(self, text: bytes, bound: Bound) -> list[Any]:
        """Run the statement, after what waits; its rows. Raises psycopg's errors."""
        name, values = self._ready(text, bound)
        for ahead in self._foreseen:
            if ahead.result is not None and ahead.name == name and ahead.values == values:
                self._foreseen.remove(ahead)
                return self._read(ahead.result)
        if self._waiting or self._beginning():
            result = self._together([(name, values)])[-1]
        else:
            result = _checked(self._pgconn.exec_prepared(name, values))
        return self._read(result)

    def rows_planned_anew(self, text: bytes, bound: Bound) -> list[Any]:
        """Run the statement by a plan for just these values, after what waits; its rows. Raises psycopg's errors."""
        self.settle()
        if beginning := self._beginning():
            _checked(self._pgconn.exec_(beginning))
        return self._read(_checked(self._pgconn.exec_params(text, self._dumped(bound))))

    def run(self, text: bytes, bound: Bound) -> None:
        """Run the statement, or let it wait for the next while the work gathers. Raises psycopg's errors."""
        if not self.gathers:
            self.rows(text, bound)
            return
        self._waiting.append(self._ready(text, bound))
        if len(self._waiting) == _TOGETHER:
            self.settle()

    def foresee(self, text: bytes, bound: Bound) -> None:
        """While the work gathers, let a statement whose rows will be asked for go along with the next one before."""
        if self.gathers:
            name, values = self._ready(text, bound)
            self._waiting.append((name, values))
            self._foreseen.append(_Foreseen(name, values))

    def run_many(self, text: bytes, many: Sequence[Bound]) -> None:
        """Run the statement with each of these values, so many at a time as go in one journey."""
        for first in range(0, len(many), _TOGETHER):
            self._together([self._ready(text, bound) for bound in many[first : first + _TOGETHER]])

    def rows_many(self, text: bytes, many: Sequence[Bound]) -> list[Any]:
        """The same; the rows of all of them, in the order of the values."""
        rows: list[Any] = []
        for first in range(0, len(many), _TOGETHER):
            some = [self._ready(text, bound) for bound in many[first : first + _TOGETHER]]
            for result in self._together(some)[-len(some) :]:
                rows += self._read(result)
        return rows

    def settle(self) -> None:
        """Send what waits. Raises psycopg's errors."""
        if self._waiting:
            self._together([])

    def commit(self) -> None:
        """Send what waits and end the transaction, in one journey. Raises psycopg's errors."""
        if self._waiting:
            self._together([], commit=True)
        elif self._pgconn.transaction_status == pq.TransactionStatus.INTRANS:
            _checked(self._pgconn.exec_(b"COMMIT"))

    def forget_foreseen(self) -> None:
        """Keep no rows that were asked for ahead: what comes next may change them."""
        self._foreseen.clear()

    def forget(self) -> None:
        """Gather no more, and drop what waits: its transaction is undone."""
        self.gathers = False
        self._waiting.clear()
        self._foreseen.clear()

    def _ready(self, text: bytes, bound: Bound) -> tuple[bytes, Sequence[Any]]:
        return self._names.get(text) or self._prepare(text), self._dumped(bound)

    def _dumped(self, bound: Bound) -> Sequence[Any]:
        # As text, whatever a number's size is: the server knows which type stands where.
        return self._transformer.dump_sequence(bound, [PyFormat.TEXT] * len(bound))

    def _read(self, result: Any) -> list[Any]:
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, tuple)

    def _prepare(self, text: bytes) -> bytes:
        name = b"sb_%d" % len(self._names)
        _checked(self._pgconn.prepare(name, text))
        self._names[text] = name
        return name

    def _beginning(self) -> bytes:
        if self._connection.autocommit or self._pgconn.transaction_status != pq.TransactionStatus.IDLE:
            return b""
        level = self._connection.isolation_level
        return f"BEGIN ISOLATION LEVEL {level.name.replace('_', ' ')}".encode() if level is not None else b"BEGIN"

    def _together(self, last: Sequence[tuple[bytes, Sequence[Any]]], *, commit: bool = False) -> list[Any]:
        beginning, sent, self._waiting = self._beginning(), [*self._waiting, *last], []
        pgconn = self._pgconn
        pgconn.enter_pipeline_mode()
        try:
            if beginning:
                pgconn.send_query_params(beginning, None)
            for name, values in sent:
                pgconn.send_query_prepared(name, values)
            if commit:
                pgconn.send_query_params(b"COMMIT", None)
            pgconn.pipeline_sync()
            results = self._results()
        finally:
            if pgconn.status == pq.ConnStatus.OK:
                pgconn.exit_pipeline_mode()
        checked = [_checked(result) for result in results]
        for ahead in self._foreseen:
            for (_, values), result in zip(sent, checked[bool(beginning) :], strict=False):
                if values is ahead.values:
                    ahead.result = result
        return checked

    def _results(self) -> list[Any]:
        results: list[Any] = []
        self._flush()
        while True:
            # Without the interpreter's lock, which `get_result` would keep.
            while self._pgconn.is_busy():
                self._poll.poll()
                self._pgconn.consume_input()
            result = self._pgconn.get_result()
            if result is not None and result.status == pq.ExecStatus.PIPELINE_SYNC:
                return results
            if result is not None:
                results.append(result)

    def _flush(self) -> None:
        while self._pgconn.flush():
            either = select.poll()
            either.register(self._pgconn.socket, select.POLLIN | select.POLLOUT)
            either.poll()
            self._pgconn.consume_input()


def _checked(result: Any) -> Any:
    if result.status in _OK:
        return result
    if not result.error_field(pq.DiagnosticField.SQLSTATE):
        raise errors.OperationalError(result.get_error_message())
    raise errors.error_from_result(result)
