"""A line of the live feed, the same for everybody, so that one rendering serves all consoles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Flask

from app.domain.statuses import FAILURES
from app.domain.visible_text import seen
from app.store.feed.lines import FeedLine
from app.store.feed.positions import Event
from app.web.messages.tick import status_tick
from app.web.words.deleted_text import no_text
from app.web.words.gettext import N_, _
from app.web.words.numbers import phone_text
from app.web.words.quarantine import why_quarantined
from app.web.words.refusals import kind_name

PREVIEW_LENGTH = 160
# A frame of the live feed keeps so many lines, a screen of them, and says how many more there are.
MOST_LINES = 25

# kind, word → icon, name, colour class. '' as the word is for all that are not named.
_KINDS = {
    ("inbound", ""): ("in", N_("Inbound"), ""),
    ("outbound", ""): ("out", N_("Outbound"), ""),
    ("outbound", "elsewhere"): ("out", N_("Sent elsewhere"), ""),
    ("outbound", "kept"): ("clock", N_("Reply kept until they answer"), ""),
    ("state", "answered"): ("out", N_("Kept reply goes out"), ""),
    ("state", "ready"): ("queued", N_("Waiting"), ""),
    ("state", "held"): ("pause", N_("Held"), "c-warn"),
    ("state", "sending"): ("sending", N_("Sending"), ""),
    ("state", "accepted"): ("queued", N_("Taken by Twilio"), ""),
    ("state", "failed"): ("failed", N_("Failed"), "c-bad"),
    ("state", "unconfirmed"): ("unsure", N_("Not confirmed"), "c-warn"),
    ("state", "said_arrived"): ("check", N_("Said to have arrived"), ""),
    ("state", "not_sure"): ("unsure", N_("Not confirmed"), "c-warn"),
    ("state", "check_again"): ("redo", N_("Checked again"), ""),
    ("state", "blocked"): ("failed", N_("Not sent"), "c-bad"),
    ("state", "cancelled"): ("failed", N_("Cancelled"), ""),
    ("consent", "opt_out"): ("consent", N_("Opted out"), "c-warn"),
    ("consent", "opt_in"): ("consent", N_("Opted in"), "c-ok"),
    ("consent", "requested"): ("consent", N_("Asked for consent"), ""),
    ("consent", "corrected"): ("consent", N_("Consent record corrected"), "c-warn"),
    ("quarantine", ""): ("hook", N_("Quarantined"), "c-bad"),
    ("media", "fetched"): ("media", N_("File fetched"), ""),
    ("media", "failed"): ("media", N_("File not fetched"), "c-bad"),
    ("media", "wanted"): ("media", N_("File asked for again"), ""),
    ("sender", "paused"): ("pause", N_("Sender paused"), "c-warn"),
    ("sender", "resumed"): ("play", N_("Sender goes on"), "c-ok"),
    ("conversation", ""): ("user", N_("Conversation"), ""),
}
_CONVERSATION = {
    "read": N_("Read by the team"),
    "assigned": N_("Assigned"),
    "unassigned": N_("No owner any more"),
    "closed": N_("Closed"),
    "reopened": N_("Reopened"),
    "joined": N_("Joined with the same person's other contact"),
    "parted": N_("Contacts parted again"),
    "erased": N_("Erased"),
    "fields": N_("Fields of the contact changed"),
}


@dataclass(frozen=True)
class LineView:
    """A feed line as shown. `who_is_number` sets the name left to right; `text_is_theirs` lets the text decide."""

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


def line_view(line: FeedLine) -> LineView:
    """The line's words."""
    event = line.event
    icon, name, colour = _kind(event)
    text, theirs = _text(line)
    who, is_number = _who(line)
    return LineView(event.id, event.occurred_at, icon, name, colour, who, is_number, text, theirs, event.kind)


def render_lines(app: Flask, lines: Sequence[FeedLine], left_out: Sequence[int] = ()) -> str:
    """The lines as HTML, with or without a request; those numbered in `left_out` are counted below them."""
    query = urlencode({"since": min(left_out), "before": max(left_out) + 1}) if left_out else ""
    with app.app_context():
        template = app.jinja_env.get_template("feed/_live.html")
        return template.render(lines=[line_view(line) for line in lines], left_out=len(left_out), query=query)


def _kind(event: Event) -> tuple[str, str, str]:
    if event.kind == "status":
        tick = status_tick(event.word)
        colour = "c-bad" if event.word in FAILURES else "c-acc" if event.word == "read" else ""
        return tick.code, tick.word, colour
    icon, name, colour = (
        _KINDS.get((event.kind, event.word)) or _KINDS.get((event.kind, "")) or ("info", event.kind, "")
    )
    return icon, _(name), colour


def _who(line: FeedLine) -> tuple[str, bool]:
    contact = line.contact
    if contact is not None and (name := contact.name or contact.profile_name):
        return name, False
    if contact is not None:
        return phone_text(contact.phone or contact.address), True
    return str(line.event.detail.get("sender", "")).removeprefix("whatsapp:"), True


def _text(line: FeedLine) -> tuple[str, bool]:
    event, message = line.event, line.message
    if event.kind in ("inbound", "outbound") and message is not None:
        body = " ".join(seen(message.body).split())[:PREVIEW_LENGTH]
        return (body, True) if body else (kind_name(message.kind) or no_text(message.text_deleted_at), False)
    if event.kind == "conversation":
        if event.word == "reopened" and message is not None:
            return _("Reopened by their message"), False
        return _(_CONVERSATION.get(event.word, event.word)), False
    if event.kind == "quarantine":
        return _("Signed, but not understood: %(reason)s", reason=why_quarantined(event.word)), False
    code = str(event.detail.get("error_code") or "")
    sid = _short(str(event.detail.get("sid") or (message.sid if message else "")))
    words = [part for part in (code, str(event.detail.get("keyword") or ""), sid) if part]
    if event.detail.get("orphan"):
        words.append(_("of a message that isn't known yet"))
    return ", ".join(words), False


def _short(sid: str) -> str:
    return f"{sid[:6]}…{sid[-4:]}" if len(sid) > 12 else sid
