"""What outlives a person's erasure: that they opted out, by keyed hashes of their addresses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from app.consent_words import TAKEN_BACK
from app.domain.actor import clock
from app.domain.consent import ledger, standing
from app.domain.consent.entry import Entry
from app.domain.consent.standing import Standing
from app.domain.contacts import known_again, mobile_spellings
from app.settings import Settings
from app.store import contacts
from app.store.database import Session
from app.store.privacy import erasures
from app.store.privacy.erasures import Kept
from app.store.tables import ConsentState

OPT_OUT, BLOCK = "kept_opt_out", "kept_block"


def use(settings: Settings) -> None:
    """Let this process know people again who were erased."""
    known_again.use(known_again.Keys.of(settings.secret_key, settings.suppression_keys), restore)


def opt_outs_of(session: Session, account_sid: str, contact_ids: Collection[int]) -> list[dict[str, Any]]:
    """The opt-outs and blocks of these contacts, as they are kept."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for stands in standing.of_contacts(session, account_sid, list(contact_ids)).values():
        for state in stands.states:
            if state.state in TAKEN_BACK or state.blocked:
                one = found.setdefault(
                    (state.purpose, state.scope), {"purpose": state.purpose, "scope": state.scope, "blocked": False}
                )
                one["blocked"] = one["blocked"] or state.blocked
    return list(found.values())


def keep(
    session: Session,
    account_sid: str,
    erasure_id: int,
    addresses: Collection[str],
    opt_outs: list[dict[str, Any]],
    at: datetime,
) -> None:
    """Keep opt-outs by the hashes of these addresses, in the place of what was kept of them before."""
    keys = known_again.keys()
    told = {"erasure_id": erasure_id, "opt_outs": opt_outs, "erased_at": at}
    hashes = [keys.newest(account_sid, address) for address in addresses] if opt_outs else []
    rows = [{"key_version": version, "hash": hashed, **told} for version, hashed in hashes]
    erasures.keep(session, account_sid, list(keys.all(account_sid, addresses)), rows)


def of_unknown(session: Session, account_sid: str, addresses: Collection[str]) -> dict[str, Standing]:
    """How those stand to us who are nobody's contacts: by what is kept of whoever had these addresses."""
    spelled = {one: address for address in addresses for one in mobile_spellings.spellings(address)}
    found: dict[str, Standing] = {}
    for one, kept in known_again.kept_of(session, account_sid, spelled).items():
        found[spelled[one]] = Standing(tuple(_state(account_sid, told, kept) for told in kept.opt_outs))
    return found


def _state(account_sid: str, told: Mapping[str, Any], kept: Kept) -> ConsentState:
    return ConsentState(
        account_sid=account_sid,
        contact_id=0,
        identity="",
        purpose=told["purpose"],
        scope=told["scope"],
        state="withdrawn",
        record_id=0,
        source=BLOCK if told["blocked"] else OPT_OUT,
        blocked=told["blocked"],
        since=kept.erased_at,
    )


def restore(session: Session, account_sid: str, found: Mapping[str, Kept], at: datetime) -> None:
    """Record the opt-outs that were kept of these addresses for whoever has them now: once for each person."""
    for address in contacts.by_address(session, account_sid, list(found)):
        kept = found[address.address]
        for one in kept.opt_outs:
            key = f"kept:{kept.erasure_id}:{address.contact_id}:{one['purpose']}:{one['scope']}"
            entry = Entry(
                address_id=address.id or 0,
                purpose=one["purpose"],
                scope=one["scope"],
                state="withdrawn",
                source=BLOCK if one["blocked"] else OPT_OUT,
                expressed_by="principal",
                evidence_key=key[:120],
                occurred_at=kept.erased_at,
            )
            ledger.record(session, clock(account_sid), entry, at)
