"""Files of consents that were brought here, and their lines."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, document, identity, maybe_moment, maybe_reference, moment, reference, text


class ConsentImport(SQLModel, table=True):
    """A file of opt-ins and opt-outs. Its records count only while `state` is applied.

    `done` is the last line, or record, that the work at hand has reached; `settled` is True once what is in force was
    derived anew for everybody it touches. With `list_deleted_at` its lines are empty: their time was over.
    """

    __tablename__ = "consent_import"
    __table_args__ = (sa.Index("ix_consent_import_state", "account_sid", "state", "id"),)

    id: int | None = identity()
    account_sid: str = account()
    name: str = Field(max_length=200)
    state: str = Field(max_length=20)
    encoding: str = Field(default="", max_length=20)
    separator: str = Field(default="", max_length=1)
    columns: dict[str, Any] = document()
    mapping: dict[str, Any] = document()
    lines: int = 0
    good: int = 0
    bad: int = 0
    records: int = 0
    done: int = Field(default=0, sa_type=sa.BigInteger)
    settled: bool = False
    actor_kind: str = Field(max_length=20)
    actor_id: int | None = maybe_reference("agent.id")
    created_at: datetime = moment()
    applied_at: datetime | None = maybe_moment()
    taken_back_at: datetime | None = maybe_moment()
    taken_back_by: str = text()
    list_deleted_at: datetime | None = maybe_moment()


class ConsentImportLine(SQLModel, table=True):
    """A line of such a file: its cells, what they were understood to mean, or why they weren't."""

    __tablename__ = "consent_import_line"
    __table_args__ = (
        sa.UniqueConstraint("account_sid", "import_id", "line"),
        sa.Index("ix_consent_import_line_fault", "account_sid", "import_id", "fault", "line"),
        sa.Index("ix_consent_import_line_key", "account_sid", "import_id", "key", "line"),
    )

    id: int | None = identity()
    account_sid: str = account()
    import_id: int = reference("consent_import.id")
    line: int
    cells: dict[str, Any] = document()
    understood: dict[str, Any] = document()
    fault: str = Field(default="", max_length=40)
    key: str = Field(default="", max_length=64)
