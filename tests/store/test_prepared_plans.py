"""A plan that PostgreSQL keeps may be from when tables were empty: it must not read all of one, nor of an account."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg.errors import UndefinedFunction
from sqlmodel import SQLModel

import app.application
import app.worker.process  # noqa: F401
from app.store import tables, updates
from app.store.database import Database
from app.store.prepared import Prepared

# As before PostgreSQL counted the tables for the first time.
_NEVER_COUNTED = "UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE relnamespace = 'public'::regnamespace"

_NAMES_A_VALUE = re.compile(r"\(\(?(?!account_sid\b)\w+\)?(::text)? = (\$|ANY)")


@pytest.fixture
def prepared() -> list[Prepared]:
    """All statements that stand at the top of the product's modules, also those for one database alone."""
    modules = [vars(module) for name, module in list(sys.modules.items()) if name.startswith("app.")]
    there = [value for module in modules for value in module.values()]
    alone = [value for them in there if isinstance(them, dict) for value in them.values()]
    alone += [updates._statement(model, ("account_sid",)) for model in _numbered()]
    found = {id(one): one for one in [*there, *alone] if isinstance(one, Prepared) and not one.planned_anew}
    return list(found.values())


def _numbered() -> list[type[SQLModel]]:
    """The tables whose rows are an account's and have a number."""
    models = [value for value in vars(tables).values() if isinstance(value, type) and issubclass(value, SQLModel)]
    return [model for model in models if {"id", "account_sid"} <= set(model.model_fields)]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_kept_plan_reads_a_whole_table(database: Database, prepared: list[Prepared]) -> None:
    with database.reads.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        cursor = driver.cursor()
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute("DELETE FROM pg_statistic")
        cursor.execute(_NEVER_COUNTED)
        for statement in prepared:
            wire = statement.compiled_on(connection.dialect).wire
            assert wire is not None
            for node in _plan(cursor, *wire):
                assert node["Node Type"] != "Seq Scan", (wire, node)
                if "Index Name" not in node:
                    continue
                how, joined = node.get("Index Cond", ""), node.get("Parent Relationship") == "Inner"
                if joined or _NAMES_A_VALUE.search(node.get("Filter", "")):
                    # What one value finds, or a row that is joined, is looked up, and not among all of the account.
                    assert "account_sid" not in how or " AND " in how, (wire, node)
                assert how or not joined, (wire, node)
    assert len(prepared) > 10


def _plan(cursor: Any, text: bytes, names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The plan's nodes; none where the statement is for SQLite alone."""
    cursor.execute("SAVEPOINT before")
    try:
        cursor.execute(b"PREPARE looked_at AS " + text)
    except UndefinedFunction:
        cursor.execute("ROLLBACK TO SAVEPOINT before")
        return
    values = f"({', '.join(['NULL'] * len(names))})" if names else ""
    cursor.execute(f"EXPLAIN (FORMAT JSON) EXECUTE looked_at{values}")
    (((plan,),),) = cursor.fetchall()
    cursor.execute("DEALLOCATE looked_at")
    left = [plan["Plan"]]
    while left:
        node = left.pop()
        left += node.get("Plans", ())
        yield node
