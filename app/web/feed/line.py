"""A line of the live feed, the same for everybody, so that one rendering serves all consoles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask

from app.domain.statuses import FAILURES
from app.store.feed.lines import Line
from app.store.tables import FeedEvent
from app.web.messages.tick import status_tick
from app.web.words.contact_names import shown_address
from app.web.words.gettext import _, mark
from app.web.words.refusals import kind_name

PREVIEW_LENGTH = 160

# kind, word → icon, name, colour class. '' as the word is for all that are not named.
_KINDS = {
    ("inbound", ""): ("in", mark("Inbound"), ""),
    ("outbound", ""): ("out", mark("Outbound"), ""),
    ("outbound", "elsewhere"): ("out", mark("Sent elsewhere"), ""),
    ("state", "ready"): ("queued", mark("Waiting"), ""),
    ("state", "sending"): ("sending", mark("Sending"), ""),
    ("state", "accepted"): ("queued", mark("Taken by Twilio"), ""),
    ("state", "failed"): ("failed", mark("Failed"), "c-bad"),
    ("state", "unconfirmed"): ("unsure", mark("Not confirmed"), "c-warn"),
    ("state", "said_arrived"): ("check", mark("Said to have arrived"), ""),
    ("state", "not_sure"): ("unsure", mark("Not confirmed"), "c-warn"),
    ("state", "check_again"): ("redo", mark("Checked again"), ""),
    ("state", "blocked"): ("failed", mark("Not sent"), "c-bad"),
    ("state", "cancelled"): ("failed", mark("Cancelled"), ""),
    ("consent", "opt_out"): ("consent", mark("Opted out"), "c-warn"),
    ("consent", "opt_in"): ("consent", mark("Opted in"), "c-ok"),
    ("quarantine", ""): ("hook", mark("Quarantined"), "c-bad"),
    ("media", "fetched"): ("media", mark("File fetched"), ""),
    ("media", "failed"): ("media", mark("File not fetched"), "c-bad"),
    ("sender", ""): ("pause", mark("Sender paused"), "c-warn"),
    ("conversation", ""): ("user", mark("Conversation"), ""),
}
_CONVERSATION = {
    "read": mark("Read by the team"),
    "assigned": mark("Assigned"),
    "unassigned": mark("No owner any more"),
    "open": mark("Reopened"),
    "closed": mark("Closed"),
}


@dataclass(frozen=True)
class LineView:
    """What one line shows. `who_is_number` sets the name left to right; `text_is_theirs` lets the text decide."""

    id: int
    at: datetime
    icon: str
    name: str
    colour: str
    who: str
    who_is_number: bool
    text: str
    text_is_theirs: bool
    kind: str


def line_view(line: Line) -> LineView:
    """The line's words."""
    event = line.event
    icon, name, colour = _kind(event)
    text, theirs = _text(line)
    who, is_number = _who(line)
    return LineView(event.id or 0, event.occurred_at, icon, name, colour, who, is_number, text, theirs, event.kind)


def render_lines(app: Flask, lines: Sequence[Line], left_out: int = 0) -> str:
    """The lines as HTML, with or without a request; `left_out` more are counted below them."""
    with app.app_context():
        template = app.jinja_env.get_template("feed/_lines.html")
        return template.render(lines=[line_view(line) for line in lines], left_out=left_out)


def _kind(event: FeedEvent) -> tuple[str, str, str]:
    if event.kind == "status":
        tick = status_tick(event.word)
        colour = "c-bad" if event.word in FAILURES else "c-acc" if event.word == "read" else ""
        return tick.code, tick.word, colour
    icon, name, colour = (
        _KINDS.get((event.kind, event.word)) or _KINDS.get((event.kind, "")) or ("info", event.kind, "")
    )
    return icon, _(name), colour


def _who(line: Line) -> tuple[str, bool]:
    if line.contact is not None and line.contact.shown_name:
        return line.contact.shown_name, False
    if line.contact is not None and line.address is not None:
        return shown_address(line.contact, line.address), True
    return str(line.event.detail.get("sender", "")).removeprefix("whatsapp:"), True


def _text(line: Line) -> tuple[str, bool]:
    event, message = line.event, line.message
    if event.kind in ("inbound", "outbound") and message is not None:
        body = " ".join(message.body.split())[:PREVIEW_LENGTH]
        return (body, True) if body else (_(kind_name(message.kind)), False)
    if event.kind == "conversation":
        return _(_CONVERSATION.get(event.word, event.word)), False
    if event.kind == "quarantine":
        return _("Signed, but not understood: %(reason)s", reason=event.word), False
    code = str(event.detail.get("error_code") or "")
    sid = _short(str(event.detail.get("sid") or (message.sid if message else "")))
    words = [part for part in (code, str(event.detail.get("keyword") or ""), sid) if part]
    if event.detail.get("orphan"):
        words.append(_("of a message that isn't known yet"))
    return ", ".join(words), False


def _short(sid: str) -> str:
    return f"{sid[:6]}…{sid[-4:]}" if len(sid) > 12 else sid
