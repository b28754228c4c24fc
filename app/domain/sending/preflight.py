"""Messages with files wait until the preflight has passed: in line at first, and held once it has failed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.media.files import referred
from app.domain.media.preflight import subject_of
from app.store.database import Session
from app.store.feed import events as feed
from app.store.media import checks
from app.store.messages import rows as messages
from app.store.tables import MediaCheck, Message

HELD = "preflight"
# What is checked first is checked within a second or two; until then others in the lane go on.
_LOOK_AGAIN = timedelta(milliseconds=500)


def is_held(message: Message) -> bool:
    """The message is held because a file of it can't be fetched."""
    return message.state == "held" and message.reason == HELD


def passed(session: Session, account_sid: str, base_url: str, waiting: Sequence[Message]) -> list[Message]:
    """The messages among these that may leave: those without files, and those whose files have passed.

    The others are put off for a moment.
    """
    with_files = [message for message in waiting if message.media_urls]
    if not with_files:
        return list(waiting)
    known = _checks(session, account_sid, base_url, with_files)
    at = now()
    unchecked = {message.id or 0 for message in with_files if not _all_passed(message, known, at)}
    if unchecked:
        checks.put_off(session, account_sid, unchecked, at + _LOOK_AGAIN)
    return [message for message in waiting if message.id not in unchecked]


@dataclass(frozen=True)
class Outlook:
    """What there is to do: messages to hold or release, and files to check, each as its message lists it, by subject.

    `after` is where to go on; 0 is the beginning, again.
    """

    to_settle: tuple[int, ...] = ()
    due: Mapping[str, str] = field(default_factory=dict)
    after: int = 0


def outlook(session: Session, account_sid: str, base_url: str, after: int, most: int) -> Outlook:
    """Look over messages that wait with files, from the number `after`."""
    waiting = checks.waiting(session, account_sid, after, most)
    known, at = _checks(session, account_sid, base_url, waiting), now()
    to_settle = tuple(message.id or 0 for message in waiting if _next_state(message, known, at) != message.state)
    wanted = {subject_of(url): url for message in waiting for url in message.media_urls}
    due = {subject: url for subject, url in wanted.items() if _is_due(known.get(subject), at)}
    return Outlook(to_settle, due, (waiting[-1].id or 0) if len(waiting) == most else 0)


def settle(session: Session, account_sid: str, base_url: str, message_ids: Iterable[int]) -> None:
    """Hold those of the messages whose files failed, and release those whose files have passed."""
    found = [messages.by_id(session, account_sid, number, lock=True) for number in sorted(message_ids)]
    waiting = [message for message in found if message is not None and (message.state == "ready" or is_held(message))]
    known, at = _checks(session, account_sid, base_url, waiting), now()
    for message in waiting:
        state = _next_state(message, known, at)
        if state != message.state:
            assert message.id is not None
            # What is released is asked again by the gate when it is claimed.
            told = {"reason": HELD} if state == "held" else {"reason": "", "next_attempt_at": at}
            messages.update(session, account_sid, message.id, state=state, **told)
            feed.of_message(session, message, "state", at, state, reason=HELD)


def try_again(session: Session, actor: Actor, message_id: int) -> bool:
    """Check the files of a held message now. False when it isn't held any more. Raises NotAllowed."""
    access.require(actor, "message.send")
    message = messages.by_id(session, actor.account_sid, message_id, lock=True)
    if message is None or not is_held(message):
        return False
    checks.ask_again(session, actor.account_sid, {subject_of(url) for url in message.media_urls}, now())
    audit.record(session, actor, "message.try_again", "message", message_id)
    return True


def noted(session: Session, account_sid: str, base_url: str, found: Iterable[Message]) -> dict[int, MediaCheck]:
    """By number of the messages: of one that is held the check that failed, of others the one that warns."""
    asked = [message for message in found if is_held(message) or _takes_theirs(message)]
    known = _checks(session, account_sid, base_url, asked) if asked else {}
    told: dict[int, MediaCheck] = {}
    for message in asked:
        for url in message.media_urls:
            check = known.get(subject_of(url))
            if check is not None and (check.state == "failed" if is_held(message) else check.warning):
                told.setdefault(message.id or 0, check)
    return told


def _takes_theirs(message: Message) -> bool:
    return any(referred(url) is None for url in message.media_urls)


def _checks(session: Session, account_sid: str, base_url: str, found: Collection[Message]) -> Mapping[str, MediaCheck]:
    subjects = {subject_of(url) for message in found for url in message.media_urls}
    return checks.of_subjects(session, account_sid, subjects, base_url)


def _next_state(message: Message, known: Mapping[str, MediaCheck], at: datetime) -> str:
    found = [known.get(subject_of(url)) for url in message.media_urls]
    if message.state == "ready" and any(check is not None and check.state == "failed" for check in found):
        return "held"
    return "ready" if message.state == "held" and _all_passed(message, known, at) else message.state


def _all_passed(message: Message, known: Mapping[str, MediaCheck], at: datetime) -> bool:
    found = [known.get(subject_of(url)) for url in message.media_urls]
    return all(check is not None and check.state == "passed" and not _is_due(check, at) for check in found)


def _is_due(check: MediaCheck | None, at: datetime) -> bool:
    if check is None:
        return True
    return check.next_at is not None and check.next_at <= at
