"""Somebody fills in an opt-in form: one record for each box that they ticked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain import actor
from app.domain.consent import ledger
from app.domain.consent.entry import Entry
from app.domain.consent.opt_in_draft import Wording
from app.domain.consent.opt_in_forms import Published
from app.domain.contacts import find_or_create
from app.store.database import Session


@dataclass(frozen=True)
class Filled:
    """A form as it was sent. `page` is a word of the page it was sent from: the same page sent twice counts once."""

    address: str
    purposes: tuple[str, ...]
    language: str
    page: str
    ip: str
    user_agent: str
    source_url: str


def agree(session: Session, account_sid: str, form: Published, filled: Filled, at: datetime) -> list[int]:
    """Record what was ticked: asked for where the form wants it confirmed, else given. Returns the new records."""
    address_id = find_or_create.address_id_of(session, account_sid, filled.address, at)
    entries = [_entry(form, filled, purpose, address_id, at) for purpose in filled.purposes]
    added = [ledger.record(session, actor.form(account_sid, form.draft.slug), entry, at) for entry in entries]
    return [number for number in added if number is not None]


def notice_text(form: Published, wording: Wording, purposes: Sequence[str]) -> str:
    """What the form said about these purposes, word by word."""
    boxes = [wording.boxes[purpose] for purpose in purposes]
    return "\n\n".join((wording.title, wording.text, *boxes, wording.stop, form.draft.privacy_url))


def _entry(form: Published, filled: Filled, purpose: str, address_id: int, at: datetime) -> Entry:
    wording, double = form.wording(filled.language), form.draft.double_opt_in
    once = hashlib.sha256(f"{filled.page}\n{filled.address}".encode()).hexdigest()[:40]
    return Entry(
        address_id=address_id,
        purpose=purpose,
        state="requested" if double else "given",
        source="form",
        expressed_by="principal",
        event_type="explicit",
        basis="" if double else "express",
        evidence_key=f"form:{form.form_id}:{once}:{purpose}",
        occurred_at=at,
        notice_id=form.notice_id,
        notice_version=str(form.version),
        notice_text=notice_text(form, wording, [purpose]),
        language=wording.language,
        withdrawal_method=wording.stop,
        ip=filled.ip,
        user_agent=filled.user_agent[:1_000],
        source_url=filled.source_url,
    )
