"""What a person does to a run: have it planned, start it, pause it, go on, stop it, drop it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.contacts import field_names
from app.domain.runs import outbox_of_run
from app.domain.runs.lists import RunRefused
from app.domain.runs.variable_columns import ListColumns
from app.domain.templates import rendering, sendable
from app.store.database import Session
from app.store.runs import recipients, rows
from app.store.tables import TemplateRun
from app.store.templates import rows as templates

UNDER_WAY = ("scheduled", "running", "paused")
STOP_SHARES = range(1, 101)


def plan(session: Session, actor: Actor, number: int, columns: ListColumns) -> None:
    """Have every line looked at by these columns. Raises NotAllowed, RunRefused, FieldUnknown."""
    run = _held(session, actor, number, ("staged", "planned"))
    count = len(run.columns["names"])
    places = [columns.phone, *(one.column for one in columns.variables.values() if one.column is not None)]
    if any(not 0 <= place < count for place in places):
        raise RunRefused("columns_unknown")
    template = templates.by_sid(session, actor.account_sid, run.content_sid)
    if template is None:
        raise RunRefused("template_unknown")
    filled = {name for name, filling in columns.variables.items() if filling.fills}
    needed = {*rendering.needed(template.content_types)}
    if filled - needed:
        raise RunRefused("variables_unknown", filled - needed)
    if needed - filled:
        raise RunRefused("variables_unfilled", needed - filled)
    field_names.require_known(session, actor.account_sid, columns.own_fields)
    rows.change(
        session,
        actor.account_sid,
        number,
        state="planning",
        done=0,
        mapping=columns.as_json(),
        category=template.category,
    )


@dataclass(frozen=True)
class Terms:
    """When a run goes out, and what pauses it.

    `at` is None for now, and was said by a clock in `zone`. `stop_share` is the percentage of failures of one code that
    pauses the run, `spend_cap` the most money by the price file, '' for no limit.
    """

    at: datetime | None = None
    zone: str = "UTC"
    stop_share: int = 10
    spend_cap: str = ""


def start(session: Session, actor: Actor, number: int, terms: Terms) -> None:
    """Let a planned run go out. Raises NotAllowed, RunRefused."""
    run = _held(session, actor, number, ("planned",))
    if not recipients.next_planned(session, actor.account_sid, number, now(), 1):
        raise RunRefused("nobody_left")
    _require_sendable(session, run)
    if terms.stop_share not in STOP_SHARES:
        raise RunRefused("stop_share_invalid")
    later = terms.at is not None and terms.at > now()
    rows.change(
        session,
        actor.account_sid,
        number,
        state="scheduled" if later else "running",
        reason="",
        starts_at=terms.at if later else now(),
        zone=terms.zone,
        stop_share=terms.stop_share,
        spend_cap=_money(terms.spend_cap),
        done=0,
    )
    audit.record(session, actor, "run.start", "run", number)


def pause(session: Session, actor: Actor, number: int) -> None:
    """Hold what isn't with Twilio yet. Raises NotAllowed, RunRefused."""
    _held(session, actor, number, ("scheduled", "running"))
    hold(session, actor.account_sid, number, "by_hand", {"by": actor.name})
    audit.record(session, actor, "run.pause", "run", number)


def hold(session: Session, account_sid: str, number: int, reason: str, detail: dict[str, Any]) -> None:
    """Pause a run for a reason: nothing more of it leaves, and what is in the outbox is held."""
    rows.change(session, account_sid, number, state="paused", reason=reason, detail=detail)
    outbox_of_run.hold(session, account_sid, number, now())


def resume(session: Session, actor: Actor, number: int) -> None:
    """Let a paused run go on. Raises NotAllowed, RunRefused."""
    run = _held(session, actor, number, ("paused",))
    _require_sendable(session, run)
    # What made the run pause has been seen by now; failures before this moment don't pause it again.
    detail = {"resumed_at": now().isoformat()}
    rows.change(session, actor.account_sid, number, state="running", reason="", detail=detail)
    outbox_of_run.let_go(session, actor.account_sid, number, now())
    audit.record(session, actor, "run.resume", "run", number)


def stop(session: Session, actor: Actor, number: int) -> None:
    """End a run: what isn't with Twilio yet is called off. Raises NotAllowed, RunRefused."""
    _held(session, actor, number, UNDER_WAY)
    rows.change(
        session, actor.account_sid, number, state="stopped", reason="by_hand", detail={"by": actor.name}, ended_at=now()
    )
    outbox_of_run.call_off(session, actor.account_sid, number, now())
    recipients.change_all(session, actor.account_sid, number, "planned", state="called_off", reason="")
    audit.record(session, actor, "run.stop", "run", number)


def drop(session: Session, actor: Actor, number: int) -> None:
    """Leave a run that never began. Raises NotAllowed, RunRefused."""
    _held(session, actor, number, ("staging", "staged", "planning", "planned"))
    rows.change(session, actor.account_sid, number, state="dropped", ended_at=now())
    audit.record(session, actor, "run.drop", "run", number)


def _held(session: Session, actor: Actor, number: int, states: Collection[str]) -> TemplateRun:
    access.require(actor, "run.manage")
    run = rows.get(session, actor.account_sid, number, lock=True)
    if run is None:
        raise RunRefused("unknown")
    if run.state not in states:
        raise RunRefused("not_now")
    return run


def _require_sendable(session: Session, run: TemplateRun) -> None:
    template = templates.by_sid(session, run.account_sid, run.content_sid)
    if template is None:
        raise RunRefused("template_unknown")
    if sendable.why_not(template):
        raise RunRefused("template_not_sendable")
    if template.category != run.category:
        raise RunRefused("category_changed")


def _money(typed: str) -> str:
    if not typed.strip():
        return ""
    try:
        amount = Decimal(typed.strip().replace(",", "."))
    except InvalidOperation:
        raise RunRefused("spend_cap_invalid") from None
    if not amount.is_finite() or amount < 0 or len(str(amount)) > 20:
        raise RunRefused("spend_cap_invalid")
    return str(amount)
