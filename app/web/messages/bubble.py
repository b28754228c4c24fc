"""What a bubble of the thread shows of a message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from app.domain.gate.rules import EXCEPTIONS
from app.domain.visible_text import seen
from app.store.tables import Conversation, HostedFile, InboundMedia, Message
from app.web.messages import attachments
from app.web.messages.attachments import Attachment
from app.web.messages.content import (
    Ad,
    InteractiveReply,
    SharedLocation,
    ad_of,
    interactive_reply_of,
    shared_location_of,
)
from app.web.messages.failure_box import FailureBox, failure_box_of
from app.web.messages.parts import PartsView, parts_view
from app.web.messages.resends import ResendData, ResendView, resend_view
from app.web.messages.tick import Tick, tick_of
from app.web.words.deleted_text import deleted_after, no_text
from app.web.words.formatting import formatted
from app.web.words.gettext import _
from app.web.words.refusals import kind_name
from app.web.words.times import zone

QUOTE_LENGTH = 120


@dataclass(frozen=True)
class Bubble:
    """One message as the thread shows it; `quote` is what it answers to.

    `author` is who of us wrote it, `speaker` who speaks: the customer, who of us, or we as nobody in particular.
    `deleted` says that the text is gone, '' where it is there.
    """

    id: int
    out: bool
    kind: str
    text: Markup
    deleted: str
    at: datetime
    day: str
    author: str
    speaker: str
    label: str
    tick: Tick | None
    trouble: FailureBox | None
    quote: Quote | None = None
    files: list[Attachment] = field(default_factory=list)
    location: SharedLocation | None = None
    reply: InteractiveReply | None = None
    ad: Ad | None = None
    badges: list[str] = field(default_factory=list)
    unknown_type: str | None = None
    resend: ResendView = field(default_factory=ResendView)
    may_be_opt_out: bool = False
    parts: PartsView | None = None


@dataclass(frozen=True)
class Quote:
    """The message that was answered; without `id` it is not among ours."""

    id: int | None
    text: str


@dataclass(frozen=True)
class ThreadData:
    """Data loaded beside the messages of one page of a thread.

    Customers' files by message, quoted messages by SID, our people and our hosted files by number; `flagged` may be
    opt-outs, `siblings` were sent as one thing with the last of them.
    """

    files: Mapping[int, list[InboundMedia]]
    quoted: Mapping[str, Message]
    people: Mapping[int, str]
    customer: str
    conversation: Conversation
    resends: ResendData = field(default_factory=ResendData)
    hosted: Mapping[int, HostedFile] = field(default_factory=dict)
    suppressed: bool = False
    flagged: frozenset[int] = frozenset()
    siblings: Mapping[int, list[Message]] = field(default_factory=dict)


def bubbles(messages: Iterable[Message], data: ThreadData) -> list[Bubble]:
    """The bubbles of these messages, in their order."""
    return [_bubble(message, data) for message in messages]


def _bubble(message: Message, data: ThreadData) -> Bubble:
    assert message.id is not None
    details, author, is_whole = message.details, _author(message, data), message.text_deleted_at is None
    return Bubble(
        id=message.id,
        out=message.direction == "outbound",
        kind=message.kind,
        text=formatted(_own_text(message, data.files.get(message.id, []))),
        deleted=deleted_after(message.recorded_at, message.text_deleted_at) if message.text_deleted_at else "",
        at=message.occurred_at,
        day=message.occurred_at.astimezone(zone()).date().isoformat(),
        author=author,
        speaker=data.customer if message.direction == "inbound" else author or _("We"),
        label="" if message.kind == "text" else kind_name(message.kind),
        tick=tick_of(message),
        trouble=failure_box_of(message, data.resends.known_of(message.id)),
        quote=_quote(details, data),
        files=_files(message, data),
        location=shared_location_of(details) if message.kind == "location" and is_whole else None,
        reply=interactive_reply_of(message),
        ad=ad_of(details.get("referral")),
        badges=_badges(message),
        unknown_type=str(details.get("message_type") or "?") if message.kind == "unknown" and is_whole else None,
        resend=resend_view(message, data.resends, data.conversation),
        may_be_opt_out=message.id in data.flagged and not data.suppressed,
        parts=parts_view(message, data.siblings),
    )


def _files(message: Message, data: ThreadData) -> list[Attachment]:
    if message.media_urls:
        return attachments.of_ours(message, data.hosted)
    return attachments.of_message(message, data.files.get(message.id or 0, []))


def _own_text(message: Message, files: list[InboundMedia]) -> str:
    """The body, unless the file's name or the choice that is shown above it says just the same."""
    if message.content_sid and not message.body and message.text_deleted_at is None:
        return _template_text(message)
    if any(attachments.name_of(row, message.body) == message.body.strip() for row in files):
        return ""
    chosen = (message.details.get("button_text"), message.details.get("list_title"))
    return "" if message.kind in ("button", "list_reply") and message.body in chosen else seen(message.body)


def _template_text(message: Message) -> str:
    """A template by its SID and values, for Twilio holds its words."""
    sid = f"{message.content_sid[:6]}…{message.content_sid[-4:]}"
    values = [f"{{{{{name}}}}}: {value}" for name, value in message.content_variables.items()]
    return "\n".join([_("Template %(sid)s", sid=sid), *values])


def _author(message: Message, data: ThreadData) -> str:
    if message.direction == "inbound":
        return ""
    if message.author_id is not None:
        return data.people.get(message.author_id, "")
    return _("Automatic") if message.origin in EXCEPTIONS else ""


def _quote(details: Mapping[str, Any], data: ThreadData) -> Quote | None:
    sid = details.get("quoted_sid")
    if not sid:
        return None
    original = data.quoted.get(sid)
    if original is None:
        return Quote(None, _("Answers a message that isn't here"))
    said = seen(original.body).strip() or _without_text(original)
    who = data.customer if original.direction == "inbound" else _("You")
    cut = said if len(said) <= QUOTE_LENGTH else said[: QUOTE_LENGTH - 1] + "…"
    return Quote(original.id, f"{who}: {cut}" if who else cut)


def _without_text(message: Message) -> str:
    if message.kind == "text" and message.text_deleted_at:
        return no_text(message.text_deleted_at)
    return kind_name(message.kind) or _("Message")


def _badges(message: Message) -> list[str]:
    badges = []
    if message.details.get("frequently_forwarded"):
        badges.append(_("Forwarded many times"))
    elif message.details.get("forwarded"):
        badges.append(_("Forwarded"))
    if message.origin == "recovered":
        badges.append(_("Recovered from Twilio"))
    if message.origin == "kept_reply" and message.state != "held":
        badges.append(_("Kept until they answered"))
    if message.origin == "run":
        badges.append(_("Run %(number)s", number=message.request_key.split(":")[1]))
    if message.origin == "elsewhere":
        badges.append(_("Sent elsewhere"))
    return badges
