"""Fails every statement that reads or changes an account's rows without saying which account's.

It looks at the statements themselves, on every engine of this process: each table with an `account_sid` that a
SELECT, UPDATE or DELETE touches (in joins, EXISTS, subqueries and CTEs too) needs a condition that fixes its
`account_sid`, by a value or by another table's that is fixed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.sql import elements, operators, selectable
from sqlalchemy.sql.dml import UpdateBase
from sqlmodel import SQLModel

from app.store.by_primary_key import account_of_row, unindexed

COLUMN = "account_sid"
_VERBS = re.compile(r'\b(?:from|join|update|using)\s+"?(\w+)"?', re.IGNORECASE)
Tables = frozenset[Any]


class AccountNotSaid(AssertionError):
    """A statement touches an account's rows without naming the account."""


class AccountGuard:
    """Checks while it is installed; `complaints` keeps what it found, whoever swallowed the error."""

    _passed: ClassVar[set[Any]] = set()

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def install(self) -> None:
        """Begin to check, on every engine."""
        sa.event.listen(sa.Engine, "before_execute", self._check)
        sa.event.listen(sa.Engine, "before_cursor_execute", self._check_text)

    def remove(self) -> None:
        """Check no more."""
        sa.event.remove(sa.Engine, "before_execute", self._check)
        sa.event.remove(sa.Engine, "before_cursor_execute", self._check_text)

    def _check(self, _connection: Any, statement: Any, *_: Any) -> None:
        if not isinstance(statement, sa.Executable) or not isinstance(statement, elements.ClauseElement):
            return
        if str(getattr(statement, "table", "")).startswith("_alembic_tmp_"):
            # A migration rebuilds a table on SQLite by copying all of it.
            return
        made = statement._generate_cache_key()
        if made is not None and made.key in self._passed:
            return
        self._refuse(missing(statement), statement)
        if made is not None:
            self._passed.add(made.key)

    def _check_text(
        self, _connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool
    ) -> None:
        if context is None or context.compiled is None or isinstance(context.compiled.statement, elements.TextClause):
            named = _VERBS.findall(statement) if COLUMN not in statement else []
            self._refuse([name for name in named if name in _tables_with_accounts()], statement)

    def _refuse(self, names: list[str], statement: Any) -> None:
        if names:
            complaint = f"without {COLUMN} of {', '.join(sorted(set(names)))}: {statement}"
            self.complaints.append(complaint)
            raise AccountNotSaid(complaint)


def missing(statement: Any) -> list[str]:
    """The tables of the statement whose account no condition fixes."""
    return list(_missing(statement, frozenset(), frozenset()))


def _missing(statement: Any, outside: Tables, fixed_outside: Tables) -> Iterator[str]:
    """Look at one SELECT, UPDATE or DELETE, then at those inside it. `outside` are the tables it may correlate to."""
    if isinstance(statement, selectable.CompoundSelect):
        for part in statement.selects:
            yield from _missing(part, outside, fixed_outside)
        return
    own, conditions = _scope(statement)
    own = [table for table in own if table not in outside]
    fixed = _fixed(conditions, fixed_outside)
    if not _is_a_flush(statement, conditions):
        yield from (_name(table) for table in own if _has_account(table) and table not in fixed)
    for inner, correlates in _inside(statement):
        if correlates:
            yield from _missing(inner, outside | frozenset(own), fixed)
        else:
            yield from _missing(inner, frozenset(), frozenset())


def _scope(statement: Any) -> tuple[list[Any], list[Any]]:
    """The tables that the statement itself names, and the conditions that must all hold for them."""
    if isinstance(statement, selectable.Select):
        froms = list(statement.get_final_froms())
    elif isinstance(statement, UpdateBase) and not isinstance(statement, sa.Insert):
        froms = [statement.table]
    else:
        return [], []
    conditions = list(getattr(statement, "_where_criteria", ()))
    tables: list[Any] = []
    while froms:
        here = froms.pop()
        if isinstance(here, selectable.Join):
            froms += [here.left, here.right]
            conditions.append(here.onclause)
        else:
            tables.append(here)
    if isinstance(statement, UpdateBase):
        tables += [table for table in _named_in(conditions) if table not in tables]
    return tables, [part for condition in conditions for part in _all_of(condition)]


def _all_of(condition: Any) -> Iterator[Any]:
    """The parts of a condition that must all be true; an OR is one part."""
    if isinstance(condition, elements.Grouping):
        yield from _all_of(condition.element)
    elif isinstance(condition, elements.BooleanClauseList) and condition.operator is operators.and_:
        for part in condition.clauses:
            yield from _all_of(part)
    elif condition is not None:
        yield condition


def _fixed(conditions: Iterable[Any], fixed_outside: Tables) -> Tables:
    """The tables whose account is fixed by these conditions, directly or through one another."""
    fixed, pairs = set(fixed_outside), []
    for part in conditions:
        if not isinstance(part, elements.BinaryExpression) or part.operator not in (operators.eq, operators.in_op):
            continue
        left, right = _account_column(part.left), _account_column(part.right)
        if left is not None and right is not None:
            pairs.append((left, right))
        elif left is not None and isinstance(part.right, elements.BindParameter):
            fixed.add(left)
        elif right is not None and isinstance(part.left, elements.BindParameter):
            fixed.add(right)
    for _ in pairs:
        fixed |= {table for pair in pairs if set(pair) & fixed for table in pair}
    return frozenset(fixed)


def _account_column(element: Any) -> Any:
    """The table whose account_sid this is, or None."""
    if isinstance(element, unindexed | account_of_row):
        (element,) = element.clauses
    is_it = isinstance(element, elements.ColumnClause) and element.name == COLUMN
    return element.table if is_it else None


def _inside(statement: Any) -> Iterator[tuple[Any, bool]]:
    """The SELECTs right inside a statement, and whether they may refer to its tables."""
    waiting = [(child, True) for child in statement.get_children()]
    while waiting:
        element, correlates = waiting.pop()
        if isinstance(element, selectable.SelectBase | UpdateBase) and not isinstance(element, selectable.ScalarSelect):
            yield element, correlates
        else:
            from_clause = isinstance(element, selectable.Subquery | selectable.CTE)
            waiting += [(child, correlates and not from_clause) for child in element.get_children()]
            if from_clause:
                waiting.append((element.element, False))


def _named_in(conditions: Iterable[Any]) -> list[Any]:
    """The tables whose columns these conditions name, outside of SELECTs of their own."""
    found, waiting = [], list(conditions)
    while waiting:
        element = waiting.pop()
        if isinstance(element, elements.ColumnClause) and element.table is not None:
            found.append(element.table)
        elif not isinstance(element, selectable.SelectBase):
            waiting += list(element.get_children())
    return found


def _is_a_flush(statement: Any, conditions: list[Any]) -> bool:
    """True for the UPDATE or DELETE by primary key with which the ORM writes an object that it read before."""
    if not isinstance(statement, UpdateBase) or not isinstance(statement.table, sa.Table):
        return False
    keys = {column.name for column in statement.table.primary_key}
    asked = {
        part.left.name
        for part in conditions
        if isinstance(part, elements.BinaryExpression)
        and isinstance(part.right, elements.BindParameter)
        and part.right.key in (part.left.key, getattr(part.left, "_label", None))
    }
    return bool(keys) and len(conditions) == len(keys) and asked == keys


def _has_account(table: Any) -> bool:
    return COLUMN in getattr(table, "c", {}) and _plain(table) is not None


def _plain(table: Any) -> sa.Table | None:
    """The real table behind an alias; None for a subquery, whose own SELECT is looked at."""
    element = table.element if isinstance(table, selectable.Alias) else table
    return element if isinstance(element, sa.Table) else None


def _name(table: Any) -> str:
    plain = _plain(table)
    return str(plain.name if plain is not None else table)


def _tables_with_accounts() -> set[str]:
    return {name for name, table in SQLModel.metadata.tables.items() if COLUMN in table.c}


__all__ = ["AccountGuard", "AccountNotSaid", "missing"]
