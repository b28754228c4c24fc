"""Somebody fills in an opt-in form: one record for each box that they ticked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain import actor
from app.domain.consent import ledger, opt_in_codes, standing
from app.domain.consent.entry import Entry
from app.domain.consent.opt_in_draft import Wording
from app.domain.consent.opt_in_forms import Published
from app.domain.contacts import find_or_create
from app.store import contacts
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


def agree(session: Session, account_sid: str, form: Published, filled: Filled, at: datetime) -> str:
    """Record what was ticked, and return the text of the WhatsApp message that confirms it.

    It is asked for, and not given yet, where the form wants it confirmed; and from a number that has opted out, since
    anybody may type a number, but only the person can write from it.
    """
    address_id = find_or_create.address_id_of(session, account_sid, filled.address, at)
    contacts.lock_who_has(session, account_sid, address_id)
    (address,) = contacts.by_address(session, account_sid, [filled.address])
    held = standing.of_contact(session, account_sid, address.contact_id)
    for purpose in filled.purposes:
        out = held.opt_out(purpose, form.draft.sender, address.identity)
        wants_message = form.draft.double_opt_in or out is not None
        entry = _entry(form, filled, purpose, address_id, at, wants_message)
        ledger.record(session, actor.form(account_sid, form.draft.slug), entry, at)
    return opt_in_codes.make_confirmation(
        session,
        account_sid,
        form.version_id,
        form.draft,
        form.wording(filled.language),
        filled.purposes,
        address_id,
        at,
    )


def notice_text(form: Published, wording: Wording, purposes: Sequence[str]) -> str:
    """What the form said about these purposes, word by word."""
    boxes = [wording.boxes[purpose] for purpose in purposes]
    return "\n\n".join((wording.title, wording.text, *boxes, wording.stop, form.draft.privacy_url))


def _entry(form: Published, filled: Filled, purpose: str, address_id: int, at: datetime, wants_message: bool) -> Entry:
    wording = form.wording(filled.language)
    once = hashlib.sha256(f"{filled.page}\n{filled.address}".encode()).hexdigest()[:40]
    return Entry(
        address_id=address_id,
        purpose=purpose,
        state="requested" if wants_message else "given",
        source="form",
        expressed_by="principal",
        event_type="explicit",
        basis="" if wants_message else "express",
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
