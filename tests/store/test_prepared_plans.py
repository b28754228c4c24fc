"""A plan that PostgreSQL keeps may be from when the tables were empty: it must not read all of one."""

from __future__ import annotations

import sys

import pytest
from psycopg.errors import UndefinedFunction

import app.application
import app.worker.process  # noqa: F401
from app.store.database import Database
from app.store.prepared import Prepared


@pytest.fixture
def prepared() -> list[Prepared]:
    """All statements that stand at the top of the product's modules, also those for one database alone."""
    modules = [vars(module) for name, module in list(sys.modules.items()) if name.startswith("app.")]
    there = [value for module in modules for value in module.values()]
    alone = [value for them in there if isinstance(them, dict) for value in them.values()]
    return list({id(found): found for found in [*there, *alone] if isinstance(found, Prepared)}.values())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_kept_plan_reads_a_whole_table(database: Database, prepared: list[Prepared]) -> None:
    with database.reads.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        cursor = driver.cursor()
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        for number, statement in enumerate(one for one in prepared if not one.planned_anew):
            wire = statement.compiled_on(connection.dialect).wire
            assert wire is not None
            text, names = wire
            cursor.execute("SAVEPOINT before")
            try:
                cursor.execute(f"PREPARE plan_{number} AS ".encode() + text)
            except UndefinedFunction:
                # It is for SQLite alone.
                cursor.execute("ROLLBACK TO SAVEPOINT before")
                continue
            values = f"({', '.join(['NULL'] * len(names))})" if names else ""
            cursor.execute(f"EXPLAIN EXECUTE plan_{number}{values}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            cursor.execute(f"DEALLOCATE plan_{number}")
            assert "Seq Scan" not in plan, f"{text.decode()}\n{plan}"
    assert len(prepared) > 10
