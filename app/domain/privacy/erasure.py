"""Erase a person: begun in one transaction, and gone on with in small ones until all is found, by whatever process."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import structlog

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.consent import kept_opt_outs, ledger
from app.domain.privacy.steps import STEPS, Done, Tools
from app.domain.webhooks import intake
from app.logs import said_of
from app.store import contacts
from app.store.database import Database, Session
from app.store.errors import DatabaseUnavailable
from app.store.feed import events as feed
from app.store.privacy import erasures, identity
from app.store.privacy import person as rows
from app.store.privacy.person import Person
from app.store.spool import Spool
from app.store.tables import Erasure

log = structlog.get_logger()

# A webhook that was under way when an erasure ended is committed by then.
SETTLES_AFTER = timedelta(minutes=1)


class NotErased(Exception):
    """The person can't be erased now; `reason` is the code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def begin(tools: Tools, actor: Actor, contact_id: int) -> int:
    """Begin to erase a person, who from then on has neither name nor address here. Returns the erasure's number.

    Raises NotAllowed, and NotErased: for nobody, somebody erased already, and while a message to them is on its way.
    """
    access.require(actor, "privacy.erase")
    if tools.spool is not None:
        _take_in(tools.database, tools.spool)
    return tools.database.write(lambda session: _begin(session, actor, contact_id))


def _take_in(database: Database, spool: Spool) -> None:
    """What waits in the spool belongs to whom it is from, and would come back as somebody new afterwards."""
    try:
        intake.drain(database, spool)
    except DatabaseUnavailable:
        raise
    except Exception as error:
        # An entry that can't be taken in is forgotten by the spool's own step, where it names the person.
        log.warning("privacy.spool_not_empty", error=said_of(error))


def _begin(session: Session, actor: Actor, contact_id: int) -> int:
    account_sid, at = actor.account_sid, now()
    contacts.lock(session, account_sid, rows.person(session, account_sid, contact_id).contact_ids)
    contact = contacts.by_id(session, account_sid, contact_id)
    if contact is None or contact.joined_into_id is not None:
        raise NotErased("contact_unknown")
    if contact.erased_at is not None:
        raise NotErased("erased_already")
    person = rows.person(session, account_sid, contact_id)
    if identity.under_way(session, account_sid, person):
        raise NotErased("sending_now")
    cancelled = identity.cancel_waiting(session, account_sid, person)
    number = erasures.add(
        session,
        account_sid,
        contact_id=contact_id,
        state="erasing",
        step=STEPS[0].name,
        addresses=list(person.addresses),
        counts={"cancelled": cancelled},
        actor_kind=actor.kind,
        actor_id=actor.id if actor.kind == "agent" else None,
        started_at=at,
    )
    opt_outs = kept_opt_outs.opt_outs_of(session, account_sid, person.contact_ids)
    kept_opt_outs.keep(session, account_sid, number, person.addresses, opt_outs, at)
    _forget_identity(session, account_sid, person)
    audit.record(session, actor, "privacy.erase", "contact", contact_id, opt_outs_kept=len(opt_outs))
    for conversation_id in person.conversation_ids:
        feed.append(session, account_sid, "conversation", at, word="erased", conversation_id=conversation_id)
    return number


def _forget_identity(session: Session, account_sid: str, person: Person) -> None:
    identity.forget(session, account_sid, person, now())
    ledger.derive_many(session, account_sid, person.contact_ids)


def go_on(tools: Tools, account_sid: str) -> None:
    """Go on with all erasures that are not ended, as far as they can be gone on with now."""
    waiting = tools.database.read(lambda session: erasures.waiting(session, account_sid, now() - SETTLES_AFTER))
    for found in waiting:
        if found.state == "erasing":
            finish(tools, account_sid, found.id or 0)
        else:
            _settle(tools, found)


def finish(tools: Tools, account_sid: str, number: int) -> Erasure:
    """Erase all that is left of one person. Where that can't be ended now, `trouble` of what comes back says why."""
    trouble = False
    while True:
        found = tools.database.read(lambda session: erasures.get(session, account_sid, number))
        assert found is not None
        if found.state == "done" or (trouble and found.trouble):
            return found
        trouble = not _step(tools, found)


def _step(tools: Tools, found: Erasure) -> bool:
    """Do the next part. False when it can't be done now."""
    place = next(place for place, step in enumerate(STEPS) if step.name == found.step)
    person = tools.database.read(lambda session: rows.person(session, found.account_sid, found.contact_id))
    try:
        done = STEPS[place].do(tools, found, person)
    except OSError as error:
        # The media store, or the spool's disk.
        log.warning("privacy.store_down", error=said_of(error))
        done = Done(cursor=found.cursor, trouble="store_down")
    changed: dict[str, object] = {"cursor": done.cursor, "trouble": done.trouble}
    if done.count:
        before = int(found.counts.get(found.step, 0))
        changed["counts"] = {**found.counts, found.step: before + done.count}
    if not done.more and not done.trouble:
        changed |= {"step": STEPS[place + 1].name if place + 1 < len(STEPS) else "done", "cursor": ""}
    if changed.get("step") == "done":
        changed |= {"state": "done", "addresses": [], "finished_at": now()}
    tools.database.write(lambda session: erasures.change(session, found.account_sid, found.id or 0, **changed))
    if changed.get("step") == "done":
        tools.database.empty_log()
    return not done.trouble


def _settle(tools: Tools, found: Erasure) -> None:
    """Look once more for what was under way when the erasure ended: a message or a name that was about to be kept."""
    account_sid, number = found.account_sid, found.id or 0
    person = tools.database.read(lambda session: rows.person(session, account_sid, found.contact_id))
    tools.database.write(lambda session: _forget_identity(session, account_sid, person))
    for step in (step for step in STEPS if step.name in ("messages", "feed", "records")):
        found.cursor = ""
        while (done := step.do(tools, found, person)).more and not done.trouble:
            found.cursor = done.cursor
        if done.trouble:
            return
    tools.database.write(partial(erasures.change, account_sid=account_sid, number=number, settled=True))
    tools.database.empty_log()
