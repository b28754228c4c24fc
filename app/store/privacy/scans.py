"""What names a person without being tied to their rows: looked for page by page, in the order of numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.tables import ApiAnswer, ConsentImportLine, ConsentLeaf, ConsentRecord, Journal, RunRecipient

# Numbers of rows that are looked at in one question.
WINDOW = 1000


def forms(session: Session, account_sid: str, after: int, upto: int) -> dict[int, str]:
    """The forms of the journal in the next window of numbers."""
    window = (col(Journal.id) > after, col(Journal.id) <= min(after + WINDOW, upto))
    query = sa.select(col(Journal.id), col(Journal.form)).where(
        by_primary_key.account_is(Journal, account_sid), *window, by_primary_key.unindexed(Journal.form) != ""
    )
    return {int(row[0]): row[1] for row in session.execute(query)}


def erased_keys(session: Session, account_sid: str, keys: Collection[str]) -> set[str]:
    """The keys among these whose webhooks are erased."""
    query = select(Journal.key).where(
        Journal.account_sid == account_sid, col(Journal.key).in_(keys), Journal.state == "erased"
    )
    return set(session.exec(query))


def ids_of_keys(session: Session, account_sid: str, keys: Collection[str]) -> list[int]:
    """The journal's rows with these keys."""
    query = select(Journal.id).where(Journal.account_sid == account_sid, col(Journal.key).in_(keys))
    return [number for number in session.exec(query) if number is not None]


def import_lines(session: Session, account_sid: str, after: int) -> list[tuple[int, Mapping[str, Any]]]:
    """The next lines of imports, each with its cells and what they were understood to mean."""
    row = ConsentImportLine
    query = sa.select(col(row.id), col(row.cells), col(row.understood)).where(
        by_primary_key.account_is(row, account_sid), col(row.id) > after
    )
    found = session.execute(query.order_by(col(row.id)).limit(WINDOW))
    return [(int(one[0]), {"cells": one[1], "understood": one[2]}) for one in found]


def empty_import_lines(session: Session, account_sid: str, numbers: Collection[int]) -> None:
    """Empty these lines; none of them is applied any more."""
    where = (by_primary_key.account_is(ConsentImportLine, account_sid), col(ConsentImportLine.id).in_(numbers))
    empty: dict[str, Any] = {"cells": {"cells": []}, "understood": {}, "fault": "erased", "key": ""}
    session.execute(sa.update(ConsentImportLine).where(*where).values(**empty))


def run_lines(session: Session, account_sid: str, after: int) -> list[tuple[int, Mapping[str, Any]]]:
    """The next lines of runs' lists, each with its cells and the address that they mean."""
    row = RunRecipient
    query = sa.select(col(row.id), col(row.cells), col(row.address)).where(
        by_primary_key.account_is(row, account_sid), col(row.id) > after
    )
    found = session.execute(query.order_by(col(row.id)).limit(WINDOW))
    return [(int(one[0]), {"cells": one[1], "understood": {"address": one[2]}}) for one in found]


def empty_run_lines(session: Session, account_sid: str, numbers: Collection[int]) -> None:
    """Empty these lines; whom no message went to yet is left out."""
    row = RunRecipient
    waits = col(row.state).in_(("listed", "planned", "queued"))
    empty: dict[str, Any] = {
        "cells": {"cells": []},
        "address": "",
        "person": "",
        "variables": {},
        "retry_at": None,
        "reason": sa.case((waits, "erased"), else_=col(row.reason)),
        "state": sa.case((waits, "left_out"), else_=col(row.state)),
    }
    where = (by_primary_key.account_is(row, account_sid), col(row.id).in_(numbers))
    session.execute(sa.update(row).where(*where).values(**empty))


def api_answers(session: Session, account_sid: str, after: int) -> list[tuple[int, Mapping[str, Any]]]:
    """The next answers to programs."""
    query = sa.select(col(ApiAnswer.id), col(ApiAnswer.answer)).where(
        by_primary_key.account_is(ApiAnswer, account_sid), col(ApiAnswer.id) > after
    )
    found = session.execute(query.order_by(col(ApiAnswer.id)).limit(WINDOW))
    return [(int(one[0]), one[1]) for one in found]


def empty_api_answers(session: Session, account_sid: str, numbers: Collection[int]) -> None:
    """Empty these answers. Their keys stay: the same request is refused, and records nothing again."""
    where = (by_primary_key.account_is(ApiAnswer, account_sid), col(ApiAnswer.id).in_(numbers))
    session.execute(sa.update(ApiAnswer).where(*where).values(digest="erased", answer={}))


def records_to_empty(
    session: Session, account_sid: str, address_ids: Collection[int], limit: int
) -> list[ConsentRecord]:
    """The next records of these addresses that still hold what is personal."""
    query = select(ConsentRecord).where(
        ConsentRecord.account_sid == account_sid,
        col(ConsentRecord.address_id).in_(address_ids),
        ~col(ConsentRecord.evidence_key).startswith("erased:"),
    )
    return list(session.exec(query.limit(limit)))


def empty_records(
    session: Session, account_sid: str, records: Collection[ConsentRecord], empty: Mapping[str, Any]
) -> None:
    """Empty these sealed records and drop their salts: their leaves still prove themselves."""
    table: sa.Table = ConsentRecord.__table__  # type: ignore[attr-defined]
    mine = (table.c.account_sid == account_sid, table.c.id == sa.bindparam("number"))
    statement = sa.update(table).where(*mine).values({**empty, "evidence_key": sa.bindparam("instead")})
    given = [{"number": record.id, "instead": f"erased:{record.record_id}"} for record in records]
    session.connection().execute(statement, given)
    leaves = (
        col(ConsentLeaf.account_sid) == account_sid,
        col(ConsentLeaf.record_id).in_([record.id for record in records]),
    )
    session.execute(sa.update(ConsentLeaf).where(*leaves).values(salt=""))
