"""Who opted out within a day after a message: a condition of the statements of reports."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.store import by_primary_key
from app.store.columns import UtcDateTime
from app.store.day_after import day_after
from app.store.tables import Address, ConsentImport, ConsentRecord, Conversation

ACCOUNT: Any = sa.bindparam("account_sid")
SINCE: Any = sa.bindparam("since", type_=UtcDateTime())
UNTIL: Any = sa.bindparam("until", type_=UtcDateTime())


def opted_out(asked: Any) -> Any:
    """An opt-out of theirs happened within a day, and stands: no correction takes it out of force."""
    applied = sa.select(col(ConsentImport.id)).where(
        col(ConsentImport.account_sid) == ACCOUNT, col(ConsentImport.state) == "applied"
    )
    # One in the other, so that SQLite begins with the few addresses of the person.
    opt_out = (
        sa.exists()
        .where(
            *_is_opt_out(ConsentRecord),
            col(ConsentRecord.address_id) == col(Address.id),
            *_within_a_day(ConsentRecord, asked.c.occurred_at),
            sa.or_(col(ConsentRecord.import_id).is_(None), col(ConsentRecord.import_id).in_(applied)),
            ~_corrected(),
        )
        .correlate(asked, Address)
    )
    mine = (by_primary_key.account_is(Address, ACCOUNT), col(Address.contact_id) == col(Conversation.contact_id))
    # Most people never opt out: the few who did in these days are looked up once, and only they one by one.
    return sa.and_(
        col(Conversation.contact_id).in_(_who_opted_out()),
        sa.exists().where(*mine, opt_out).correlate(asked, Conversation),
    )


def _who_opted_out() -> Any:
    """The contacts of whom an opt-out happened in these days or the day after them."""
    record, address = aliased(ConsentRecord), aliased(Address)
    mine = by_primary_key.is_row(address, ACCOUNT, record.address_id)
    return (
        sa.select(col(address.contact_id))
        .select_from(record)
        .join(address, mine)
        .where(*_is_opt_out(record), col(record.occurred_at) > SINCE, col(record.occurred_at) <= day_after(UNTIL))
    )


def _is_opt_out(record: Any) -> tuple[Any, Any]:
    state = col(record.state)
    said = sa.or_(state == sa.literal_column("'withdrawn'"), state == sa.literal_column("'refused'"))
    return col(record.account_sid) == ACCOUNT, said


def _corrected() -> Any:
    """A correction says that the record is none, and no later one takes that back."""
    correction, later = aliased(ConsentRecord), aliased(ConsentRecord)
    taken_back = sa.exists().where(*_takes_back(later, correction)).correlate(correction)
    return sa.exists().where(*_takes_back(correction, ConsentRecord), ~taken_back).correlate(ConsentRecord)


def _takes_back(correction: Any, record: Any) -> tuple[Any, ...]:
    # A correction is of the same address, by which the index finds it.
    return (
        col(correction.account_sid) == ACCOUNT,
        col(correction.address_id) == col(record.address_id),
        col(correction.supersedes) == col(record.id),
        col(correction.state) == "invalidated",
    )


def _within_a_day(row: Any, sent: Any) -> tuple[Any, Any]:
    return col(row.occurred_at) > sent, col(row.occurred_at) <= day_after(sent)
