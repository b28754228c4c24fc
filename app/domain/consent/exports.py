"""The consent ledger for other programs: CSV, JSON, and JSON-LD as W3C's DPV reads ISO/IEC TS 27560."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.domain import access, audit, csv_text
from app.domain.actor import Actor
from app.domain.consent import leaf as leaves_of
from app.domain.consent import not_counting, record_27560
from app.domain.consent.not_counting import NotCounting
from app.store.consent import evidence, leaves, records
from app.store.database import Database, Session
from app.store.tables import ConsentRecord

FORMATS = ("csv", "json", "iso27560")
PAGE = 1000
_FIELDS = (
    "record_id", "schema_version", "address", "purpose", "state", "scope", "basis", "source", "expressed_by",
    "event_type", "keyword", "proof", "message_sid", "notice_id", "notice_version", "notice_text", "language",
    "withdrawal_method", "region", "region_source", "ip", "user_agent", "source_url", "detail", "supersedes",
    "confirmed_at", "confirmation_sid", "valid_until", "actor_kind", "actor_id", "occurred_at", "recorded_at",
    "position", "leaf_hash", "import_id", "counts", "taken_back_at", "taken_back_by",
)  # fmt: skip

Row = dict[str, Any]


def write_down(database: Database, actor: Actor, form: str, contact_id: int | None) -> None:
    """Audit an export, of one contact's records or of all. Raises NotAllowed."""
    access.require(actor, "consent.export")
    subject = ("contact", contact_id) if contact_id is not None else ("account", actor.account_sid)
    database.write(lambda session: audit.record(session, actor, "consent.export", *subject, format=form))


def parts(database: Database, account_sid: str, form: str, contact_id: int | None, controller: str) -> Iterator[str]:
    """The export as text, page by page: of a big ledger only a page is held at a time."""
    pages = _pages(database, account_sid, contact_id)
    if form == "csv":
        yield csv_text.lines([_FIELDS])
        for page in pages:
            yield csv_text.lines([_cell(row[name]) for name in _FIELDS] for row in page)
        return
    shaped: Callable[[Row], Mapping[str, Any]] = dict
    if form == "iso27560":

        def shaped(row: Row) -> Mapping[str, Any]:
            return record_27560.shaped(row, controller)

    yield from _json(pages, shaped)


def _json(pages: Iterator[list[Row]], shaped: Callable[[Row], Mapping[str, Any]]) -> Iterator[str]:
    before = "[\n"
    for page in pages:
        for row in page:
            yield before + json.dumps(shaped(row), ensure_ascii=False, indent=2)
            before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _pages(database: Database, account_sid: str, contact_id: int | None) -> Iterator[list[Row]]:
    if contact_id is not None:
        yield database.read(lambda session: _of_contact(session, account_sid, contact_id))
        return
    after = 0
    while True:
        page, last = database.read(lambda session, after=after: _page(session, account_sid, after))  # type: ignore[misc]
        if not page:
            return
        yield page
        after = last


def _page(session: Session, account_sid: str, after: int) -> tuple[list[Row], int]:
    found = evidence.records_after(session, account_sid, after, PAGE)
    return rows_of(session, account_sid, found), (found[-1][0].id or 0) if found else after


def _of_contact(session: Session, account_sid: str, contact_id: int) -> list[Row]:
    numbers = [record.id or 0 for record, _ in records.of_contact(session, account_sid, contact_id)]
    told = leaves.by_number(session, account_sid, numbers)
    return rows_of(session, account_sid, [told[number] for number in numbers])


def rows_of(session: Session, account_sid: str, found: list[tuple[ConsentRecord, str]]) -> list[Row]:
    """These records with their addresses as JSON takes them, and their places in the tree."""
    numbers = [record.id or 0 for record, _ in found]
    placed = leaves.of_records(session, account_sid, numbers)
    uuids = leaves.uuids(session, account_sid, [record.supersedes or 0 for record, _ in found])
    out, rows = not_counting.among(session, account_sid, [record for record, _ in found]), []
    for record, address in found:
        leaf = placed.get(record.id or 0)
        told = {name: leaves_of.plain(getattr(record, name)) for name in _FIELDS if hasattr(record, name)}
        sealed = {"position": leaf.position if leaf else None, "leaf_hash": leaf.leaf_hash.hex() if leaf else ""}
        whose = {"address": address, "supersedes": uuids.get(record.supersedes or 0, "")}
        rows.append({**told, **whose, **sealed, **_counts(out.get(record.id or 0))})
    return rows


def _counts(out: NotCounting | None) -> Row:
    """Whether the record counts; if its import was taken back, when and by whom."""
    at = leaves_of.plain(out.taken_back_at) if out else None
    return {"counts": out is None, "taken_back_at": at, "taken_back_by": out.taken_back_by if out else ""}


def _cell(value: Any) -> str:
    if value is None or value == {}:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
