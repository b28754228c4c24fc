"""How Alembic reaches the database; run through `bin/switchboard db upgrade`."""

import app.store.tables  # noqa: F401  every table, so that autogenerate compares all of them
import sqlalchemy as sa
from alembic import context
from sqlmodel import SQLModel

ONE_MIGRATION_AT_A_TIME = 7_314_902


def run() -> None:
    engine: sa.Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Tables are rebuilt by copying, which foreign keys would refuse.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_MIGRATION_AT_A_TIME)))
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()
