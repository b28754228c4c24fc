"""Column types and indexes that behave the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

Json = sa.JSON().with_variant(JSONB(), "postgresql")
# SQLite numbers rows by itself only for INTEGER PRIMARY KEY.
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment with its zone; SQLite drops the zone, so it goes in and comes out as UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def identity() -> Any:
    """A row's own number."""
    return Field(default=None, sa_column=sa.Column(BigId, primary_key=True, autoincrement=True))


def account() -> Any:
    """The Twilio account that the row belongs to (AC…)."""
    return Field(foreign_key="account.account_sid", max_length=34)


def reference(target: str, *, index: bool = False) -> Any:
    """Another row's number, always there."""
    return Field(sa_column=sa.Column(BigId, sa.ForeignKey(target), nullable=False, index=index))


def maybe_reference(target: str, *, index: bool = False) -> Any:
    """Another row's number, or None."""
    return Field(default=None, sa_column=sa.Column(BigId, sa.ForeignKey(target), nullable=True, index=index))


def moment() -> Any:
    """A time that is always known, UTC."""
    return Field(sa_column=sa.Column(UtcDateTime, nullable=False))


def maybe_moment() -> Any:
    """A time that may not have come yet, UTC."""
    return Field(default=None, sa_column=sa.Column(UtcDateTime, nullable=True))


def document() -> Any:
    """A small JSON object."""
    return Field(default_factory=dict, sa_column=sa.Column(Json, nullable=False))


def text() -> Any:
    """Text of any length, '' where there is none."""
    return Field(default="", sa_column=sa.Column(sa.Text, nullable=False, server_default=""))


def bytewise(length: int) -> Any:
    """Text that is put in order by its bytes, so that an index finds it by its beginning on both databases."""
    kind = sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
    return Field(sa_column=sa.Column(kind, nullable=False))


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """An index of the rows for which `where`, in SQL, holds."""
    return sa.Index(name, *columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
