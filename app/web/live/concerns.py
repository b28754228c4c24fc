"""What a change concerns, by the names under which fragments of a page say what they show (`data-concerns`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.domain.statuses import FINISHED
from app.store.feed.positions import Event
from app.vocabulary import FeedKind

# The messages of one conversation; what stands around them: name, fields, owner, state, window, consent, files.
MESSAGES, CONVERSATION = "messages", "conversation"
# How many conversations wait and are in each tab; how many messages failed or aren't confirmed, webhooks included.
COUNTS, FAILURES = "counts", "failures"
# What is in force for somebody, and who they are.
CONSENT = "consent"
OF_KIND: Mapping[FeedKind, tuple[str, ...]] = {
    "inbound": (MESSAGES, CONVERSATION, COUNTS),
    "outbound": (MESSAGES, COUNTS, FAILURES),
    "state": (MESSAGES, FAILURES),
    "status": (MESSAGES, FAILURES),
    "consent": (MESSAGES, CONVERSATION, CONSENT),
    "quarantine": (FAILURES,),
    "media": (MESSAGES,),
    "conversation": (CONVERSATION, COUNTS, CONSENT),
    "sender": (FAILURES,),
}
# What moves no count, though others of its kind do: most of a day's events.
_MOVE_NOTHING = frozenset({("state", "sending"), ("conversation", "read"), ("conversation", "fields")})

# A reply that waits for an answer is shown at the composer.
_MOVE_THE_COMPOSER = frozenset(
    {("outbound", "kept"), ("state", "answered"), ("state", "blocked"), ("state", "cancelled")}
)


def of_events(events: Iterable[Event]) -> list[str]:
    """The names that these events concern, each once: `conversation:12`, `messages:12`, `counts`, `failures`."""
    return list(dict.fromkeys(name for event in events for name in _of(event)))


def _of(event: Event) -> Iterator[str]:
    if (event.kind, event.word) in _MOVE_THE_COMPOSER and event.conversation_id is not None:
        yield f"{CONVERSATION}:{event.conversation_id}"
    for name in OF_KIND.get(event.kind, ()):  # type: ignore[call-overload]
        if name in (MESSAGES, CONVERSATION):
            if event.conversation_id is not None and (event.kind, event.word) != ("conversation", "read"):
                yield f"{name}:{event.conversation_id}"
        elif name == CONSENT:
            if event.kind == "consent" or event.word in ("joined", "parted", "erased"):
                yield name
        elif _moves_a_count(event):
            yield name


def _moves_a_count(event: Event) -> bool:
    if event.kind == "status":
        # "Delivered" takes back what was told to have failed.
        return event.word in FINISHED - {"read"} or bool(event.detail.get("orphan"))
    return (event.kind, event.word) not in _MOVE_NOTHING
