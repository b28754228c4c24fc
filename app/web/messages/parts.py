"""Messages that were sent as one thing: how far they are together, and what can be called back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.sending import pending_reply, together
from app.domain.sending.resend import did_not_arrive
from app.store.database import Session
from app.store.messages import rows as messages
from app.store.tables import Message
from app.web.words.gettext import N_, _, ngettext

_THERE = ("delivered", "read")


@dataclass(frozen=True)
class PartsView:
    """What stands below the last of them: how far all are, and how many have not left yet."""

    message_id: int
    words: str
    waiting: int


def siblings_of(session: Session, account_sid: str, shown: Iterable[Message]) -> dict[int, list[Message]]:
    """All that were asked for with each of these messages that is the last of its kind, by its number."""
    lasts = {message.id or 0: together.siblings_keys(message) for message in shown if is_last(message)}
    keys = {key for found in lasts.values() for key in found}
    by_key = {found.request_key: found for found in messages.by_request_keys(session, account_sid, keys)}
    return {number: [by_key[key] for key in found if key in by_key] for number, found in lasts.items()}


def is_last(message: Message) -> bool:
    """It is the last of messages that were sent as one thing."""
    place, of = together.part_of(message)
    return bool(of) and place == of


def last_keys(changed: Iterable[Message]) -> set[str]:
    """The request keys of the last ones of what these belong to: what they show changes too."""
    return {keys[-1] for message in changed if (keys := together.siblings_keys(message)) and not is_last(message)}


def parts_view(message: Message, siblings: Mapping[int, Sequence[Message]]) -> PartsView | None:
    """How far all are that were sent with this message, where it is the last of them; None elsewhere."""
    all_of_them = siblings.get(message.id or 0)
    if not all_of_them:
        return None
    waiting = sum(map(together.has_not_left, all_of_them))
    counts = {
        "waiting": waiting,
        "kept": sum(map(pending_reply.waits_for_answer, all_of_them)),
        "there": sum(one.status in _THERE for one in all_of_them),
        "failed": sum(did_not_arrive(one) for one in all_of_them),
        "cancelled": sum(one.state == "cancelled" for one in all_of_them),
    }
    words = {
        "waiting": ngettext("%(num)d waits to leave", "%(num)d wait to leave", counts["waiting"]),
        "kept": ngettext("%(num)d waits for their answer", "%(num)d wait for their answer", counts["kept"]),
        "there": ngettext("%(num)d has arrived", "%(num)d have arrived", counts["there"]),
        "failed": ngettext("%(num)d did not arrive", "%(num)d did not arrive", counts["failed"]),
        "cancelled": ngettext("%(num)d was cancelled", "%(num)d were cancelled", counts["cancelled"]),
    }
    told = ", ".join(text for name, text in words.items() if counts[name])
    said = N_("%(count)s messages kept together") if counts["kept"] else N_("%(count)s messages sent together")
    together_words = _(said, count=len(all_of_them))
    return PartsView(message.id or 0, f"{together_words}: {told}" if told else together_words, waiting)
