"""Every signed webhook as it came, before anybody made sense of it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, identity, maybe_moment, moment, partial_index, text

# A part of the order of the signs themselves, whatever the database's locale makes of letters.
_KEY: Any = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


class Journal(SQLModel, table=True):
    """One webhook. `form` is the raw form as JSON pairs, '' once retention purged it.

    `state` is applied, quarantined (with `reason`), ignored, or erased as the person whom it was about. `key` is what
    makes a repeat a repeat; it begins with kind and SID, by which the rows of a message are found
    (store/journal/rows.py).
    """

    __table_args__ = (
        sa.UniqueConstraint("account_sid", "key"),
        partial_index(
            "ix_journal_unthinned",
            "account_sid",
            "recorded_at",
            where="state = 'applied' AND form <> ''",
        ),
        partial_index(
            "ix_journal_unarchived",
            "account_sid",
            "id",
            where="archived_at IS NULL",
        ),
        partial_index(
            "ix_journal_not_applied",
            "account_sid",
            "state",
            "id",
            where="state <> 'applied'",
        ),
    )

    id: int | None = identity()
    account_sid: str = account()
    kind: str = Field(max_length=20)
    key: str = Field(sa_type=_KEY)
    sid: str = Field(default="", max_length=34)
    path: str = Field(default="", max_length=300)
    form: str = text()
    state: str = Field(max_length=20)
    reason: str = text()
    source: str = Field(default="request", max_length=20)
    request_id: str = Field(default="", max_length=60)
    idempotency_token: str = Field(default="", max_length=100)
    occurred_at: datetime = moment()
    recorded_at: datetime = moment()
    applied_at: datetime | None = maybe_moment()
    archived_at: datetime | None = maybe_moment()
