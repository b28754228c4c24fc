"""A conversation's row in the inbox. It is the same for everybody, so that one rendering serves all consoles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask

from app.domain.clock import now
from app.domain.media import names
from app.domain.visible_text import seen
from app.store.conversations.inbox import InboxRow, LastMessage
from app.web.inbox.hit import HitView
from app.web.messages.tick import Tick, tick_of
from app.web.words.deleted_text import no_text
from app.web.words.gettext import _, ngettext
from app.web.words.numbers import phone_text
from app.web.words.refusals import KIND_ICONS, kind_name
from app.web.words.reply_window import WindowView, window_view

PREVIEW_LENGTH = 140


@dataclass(frozen=True)
class RowView:
    """An inbox row as it is shown. `name_is_number` sets it left to right; `by_us` says whose the newest message is.

    `owner` is the name of who has the conversation, '' for nobody.
    """

    id: int
    name: str
    name_is_number: bool
    no_number: bool
    at: datetime
    unread: int
    by_us: bool
    preview: str
    icon: str
    tick: Tick | None
    window: WindowView
    opt_out: OptOut | None
    closed: bool
    assigned: int | None
    hit: HitView | None
    owner: str


@dataclass(frozen=True)
class OptOut:
    """The opt-out in force: when, and with which word."""

    at: datetime
    keyword: str


def row_view(row: InboxRow, at: datetime | None = None, hit: HitView | None = None) -> RowView:
    """The view of a row at a moment (now); instead of its newest message, the one that a search found."""
    icon, preview = _preview(row.last)
    return RowView(
        id=row.id,
        name=row.name or phone_text(row.phone or row.address),
        name_is_number=not row.name,
        no_number=not row.phone,
        at=row.last_message_at,
        unread=row.unread,
        by_us=row.last is not None and row.last.direction == "outbound",
        preview=preview,
        icon=icon,
        tick=tick_of(row.last) if row.last else None,
        window=window_view(row.last_inbound_at, at or now()),
        opt_out=OptOut(*row.opt_out) if row.opt_out else None,
        closed=row.state == "closed",
        assigned=row.assigned_agent_id,
        hit=hit,
        owner=row.owner,
    )


def render_rows(app: Flask, rows: Sequence[InboxRow], left_out: Sequence[int] = ()) -> str:
    """The rows as HTML, each `<li id="row-…">`, with or without a request; without one their times are UTC.

    Conversations that are `left_out` are counted below them.
    """
    at = now()
    with app.app_context():
        template = app.jinja_env.get_template("inbox/_live.html")
        return template.render(rows=[row_view(row, at) for row in rows], left_out=left_out)


def _preview(message: LastMessage | None) -> tuple[str, str]:
    """The icon and the one line that say what the newest message was."""
    if message is None:
        return "", _("No message yet")
    said = " ".join(seen(message.body).split())[:PREVIEW_LENGTH]
    if message.kind == "unknown" and not message.text_deleted_at:
        return "info", _("A kind of message that this version does not know")
    kind = "" if message.kind == "text" else kind_name(message.kind)
    if message.media_urls and not said:
        kind = kind or ngettext("%(num)d file", "%(num)d files", len(message.media_urls))
    if message.kind == "location":
        said = str(message.details.get("label") or message.details.get("address") or said)[:PREVIEW_LENGTH]
    if message.kind == "document" and names.given_in(message.body, ""):
        kind = ""
    if message.kind in ("button", "list_reply") and said:
        kind = ""
    line = f"{kind}: {said}" if kind and said else kind or said or no_text(message.text_deleted_at)
    if message.direction == "outbound":
        return "", line
    return KIND_ICONS.get(message.kind, ""), line
