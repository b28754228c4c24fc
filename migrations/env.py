"""How Alembic reaches the database; run through `bin/switchboard db upgrade`."""

import sqlite3
from typing import cast

import sqlalchemy as sa
from alembic import context
from sqlmodel import SQLModel

import app.store.tables  # noqa: F401  every table, so that autogenerate compares all of them

ONE_MIGRATION_AT_A_TIME = 7_314_902


def run() -> None:
    engine: sa.Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            begin_whole(connection)
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            transaction_per_migration=False,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_MIGRATION_AT_A_TIME)))
            context.run_migrations()
        connection.commit()
    engine.dispose()


def begin_whole(connection: sa.Connection) -> None:
    """Begin on SQLite: all of it or nothing, one at a time. Python's own transactions leave tables out."""
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    driver.isolation_level = None
    # Tables are rebuilt by copying, which foreign keys would refuse.
    driver.execute("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


run()
