"""What can be turned while the stand-in runs: its settings, and the queue of misbehaviours for the next
calls.
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

CALLBACK_MODES = ("in_order", "out_of_order", "doubled", "late", "before_answer", "never")
BEHAVIOURS = {
    "create": (
        "429", "500", "500_after_accepting", "timeout", "timeout_after_accepting", "drop",
        "drop_after_accepting", "reset", "reset_after_accepting", "cut", "not_json", "slow", "error",
    ),
    "callbacks": CALLBACK_MODES,
    "delivery": ("fail",),
}  # fmt: skip
BEHAVIOURS |= dict.fromkeys(
    ("fetch", "list", "media", "media_list", "content", "content_list", "senders"),
    ("429", "500", "timeout", "drop", "reset", "cut", "not_json", "slow", "error"),
)
CHOICES = {
    "callbacks": CALLBACK_MODES,
    "window": ("by_history", "open"),
    "approval_shape": ("nested", "flat", "list"),
}


class KnobError(Exception):
    """A setting or a behaviour that doesn't exist, or a value of the wrong kind."""


@dataclass(frozen=True)
class Knobs:
    """The settings of the control API; times in seconds unless the name says ms.

    `sent_after`, `delivered_after` count from the step before, `read_after` from delivery; `late_seconds` is
    what the mode late waits. `inbound_rules` is the fragment of Twilio's transport rules on the inbound URL,
    such as `rc=2&rp=5xx,ct,rt`. `media_404_tries` makes each media URL answer 404 that many times before it
    is there. `fetch_media` is whether the MediaUrl of a create is fetched, as Twilio does. `window` says when
    free text may be sent: by_history for 24 hours after the customer wrote, or open for ever, where customers'
    messages are posted past the stand-in. `approval_after` is how long WhatsApp looks at a template, `approval_shape`
    how the list of contents tells of it, and `content_page` how many contents a page holds at most (0: as asked).
    `sender_status`, `sender_quality` and `sender_limit` are what the Senders API tells of every sender.
    """

    latency_ms: int = 0
    callbacks: str = "in_order"
    auto_read: bool = True
    sent_after: float = 0.15
    delivered_after: float = 0.35
    read_after: float = 1.0
    late_seconds: float = 5.0
    media_404_tries: int = 0
    fetch_media: bool = True
    inbound_rules: str = ""
    fallback_url: str = ""
    window: str = "by_history"
    approval_after: float = 4.0
    approval_shape: str = "nested"
    content_page: int = 0
    sender_status: str = "ONLINE"
    sender_quality: str = "HIGH"
    sender_limit: str = "Unlimited"

    def changed(self, values: dict[str, Any]) -> Knobs:
        """A copy with these settings; KnobError for an unknown name or a value of the wrong kind."""
        current = asdict(self)
        clean: dict[str, Any] = {}
        for name, value in values.items():
            if name not in current:
                raise KnobError(f"no setting {name}; there are {', '.join(f.name for f in fields(self))}")
            clean[name] = _fitting(name, current[name], value)
        for name, words in CHOICES.items():
            if clean.get(name, getattr(self, name)) not in words:
                raise KnobError(f"{name} is one of {', '.join(words)}")
        return replace(self, **clean)


@dataclass
class Next:
    """A behaviour for the next `times` calls of an operation (-1: until cleared).

    `seconds` is how long a timeout hangs (30), a slow call takes (25) or a late callback waits
    (`late_seconds`); `code` and `status` belong to error and fail, `word` (failed, undelivered) to fail. `to`
    and `sender` narrow it to one recipient or one sender (or Messaging Service).
    """

    operation: str
    behaviour: str
    times: int = 1
    seconds: float | None = None
    retry_after: int | None = None
    code: int = 0
    status: int = 400
    word: str = "failed"
    to: str = ""
    sender: str = ""


class Queue:
    """The behaviours that wait for their calls, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Next] = []

    def add(self, values: dict[str, Any]) -> Next:
        """Queue a behaviour; KnobError where the operation or the behaviour doesn't exist."""
        try:
            entry = Next(**values)
        except TypeError as problem:
            raise KnobError(str(problem).removeprefix("Next.__init__() ")) from problem
        known = BEHAVIOURS.get(entry.operation)
        if known is None:
            raise KnobError(f"operation is one of {', '.join(BEHAVIOURS)}")
        if entry.behaviour not in known:
            raise KnobError(f"behaviour of {entry.operation} is one of {', '.join(known)}")
        if entry.times != 0:
            with self._lock:
                self._waiting.append(entry)
        return entry

    def take(self, operation: str, to: str = "", sender: str = "") -> Next | None:
        """The behaviour for this call, used up by one; None where it shall work as usual."""
        with self._lock:
            for entry in self._waiting:
                if entry.operation == operation and entry.to in ("", to) and entry.sender in ("", sender):
                    entry.times -= entry.times > 0
                    if entry.times == 0:
                        self._waiting.remove(entry)
                    return entry
        return None

    def waiting(self) -> list[dict[str, Any]]:
        """What is queued, for the control API."""
        with self._lock:
            return [asdict(entry) for entry in self._waiting]

    def clear(self, operation: str = "") -> None:
        """Drop what is queued, for one operation or for all."""
        with self._lock:
            self._waiting = [entry for entry in self._waiting if operation not in ("", entry.operation)]


def _fitting(name: str, current: Any, value: Any) -> Any:
    if isinstance(current, bool) or isinstance(value, bool):
        fits = isinstance(current, bool) and isinstance(value, bool)
    elif isinstance(current, int | float):
        fits = isinstance(value, int | float) and value >= 0
    else:
        fits = isinstance(value, type(current))
    if not fits:
        raise KnobError(f"{name} is a {type(current).__name__}")
    return type(current)(value)
