"""What stands around a message of ours: what it was sent again as, what it is another try of, and what may be done."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.domain.clock import now
from app.domain.contacts.session_window import window
from app.domain.failures import gate_answers, offers
from app.domain.failures.gate_answers import GateAnswer
from app.domain.failures.offers import OfferContext
from app.domain.media import failure_causes
from app.domain.media.failure_causes import Cause
from app.domain.sending import preflight, resend, waiting
from app.domain.sending.error_effects import OPTED_OUT
from app.domain.sending.waiting import Wait
from app.store.consent import records as consent
from app.store.database import Session
from app.store.messages import attempts, resends, rows, sender_rates
from app.store.tables import Attempt, Conversation, MediaCheck, Message
from app.web.messages import actions
from app.web.messages.actions import Button
from app.web.messages.failure_box import Known
from app.web.messages.tick import Tick, tick_of
from app.web.messages.waiting import wait_words
from app.web.shell.services import services
from app.web.words.gettext import _
from app.web.words.preflight import preflight_warning
from app.web.words.times import seconds

_ARRIVED = frozenset({"sent", "delivered", "read"})
_SOONEST_SECONDS, _LATEST_SECONDS = 3, 15


@dataclass(frozen=True)
class ResendData:
    """By message: what it was sent again as, what it is another try of, its newest attempt, and why it waits.

    `opt_outs` are those whose opt-out is on record. `paused` is whether a sender of ours waits; it is asked for only
    where that changes what is offered. `answers` are the gate's to what may be sent again. `causes` says why Twilio got
    no file of ours, `checks` are of the files because of which messages are held, and of those that warn.
    What is under `base_url` is ours.
    """

    resent_as: Mapping[int, Message] = field(default_factory=dict)
    earlier: Mapping[int, Message] = field(default_factory=dict)
    last: Mapping[int, Attempt] = field(default_factory=dict)
    waits: Mapping[int, Wait] = field(default_factory=dict)
    paused: bool = False
    opt_outs: Collection[int] = ()
    causes: Mapping[int, Cause] = field(default_factory=dict)
    answers: Mapping[int, GateAnswer] = field(default_factory=dict)
    checks: Mapping[int, MediaCheck] = field(default_factory=dict)
    base_url: str = ""

    def known_of(self, message_id: int | None) -> Known:
        """What the box below a message is told by."""
        number = message_id or 0
        return Known(self.last.get(number), self.checks.get(number), self.causes.get(number), self.base_url)


@dataclass(frozen=True)
class ResendView:
    """`buttons` are what is offered; `looks` says what is next for one that is not confirmed.

    `waits` says why it has not left, `warns` what may keep its file from arriving. In `asks_in` seconds there may be
    more to say, though no event tells so; 0 when there won't be.
    """

    buttons: tuple[Button, ...] = ()
    looks: str = ""
    waits: str = ""
    warns: str = ""
    asks_in: int = 0
    again_id: int | None = None
    again_at: datetime | None = None
    again_word: str = ""
    earlier_id: int | None = None
    earlier_at: datetime | None = None
    nth: str = ""


def resend_data(session: Session, account_sid: str, messages: Iterable[Message]) -> ResendData:
    """Load what stands around these messages, in a number of queries that doesn't grow with theirs."""
    ours = [message for message in messages if message.direction == "outbound" and message.id is not None]
    unsettled = [message.id or 0 for message in ours if resend.may_be_sent_again(message) or _was_unsure(message)]
    origins = {message.resend_of for message in ours if message.resend_of is not None}
    unsure = [message.id or 0 for message in ours if message.state == "unconfirmed"]
    base_url = services().settings.public_base_url
    return ResendData(
        resent_as=resends.resent_as(session, account_sid, unsettled),
        earlier=rows.by_ids(session, account_sid, origins),
        last=attempts.last_of_each(session, account_sid, unsure),
        waits=waiting.waits(session, account_sid, ours, now()),
        causes=failure_causes.causes(session, account_sid, ours),
        opt_outs=consent.told_by(session, account_sid, [m.id or 0 for m in ours if m.error_code in OPTED_OUT]),
        answers=gate_answers.of(session, account_sid, ours),
        checks=preflight.noted(session, account_sid, base_url, ours),
        base_url=base_url,
        paused=any(map(_waits_for_senders, ours)) and bool(sender_rates.paused(session, account_sid, now())),
    )


def resend_view(message: Message, data: ResendData, conversation: Conversation) -> ResendView:
    """What a bubble or a list's line shows of a message's resends. What the gate would refuse is not offered."""
    number = message.id or 0
    again, earlier = data.resent_as.get(number), data.earlier.get(message.resend_of or 0)
    last, wait = data.last.get(number), data.waits.get(number)
    context = OfferContext(
        gate=data.answers.get(number, GateAnswer()),
        window_open=window(conversation.last_inbound_at, now()).open,
        sent_again=again is not None and not resends.is_called_off(again),
        paused=data.paused,
        opt_out_recorded=number in data.opt_outs,
        has_doctor=bool(actions.doctor_path()),
    )
    return ResendView(
        buttons=actions.buttons(message, context),
        looks=_looks(last) if message.state == "unconfirmed" else "",
        waits=wait_words(message, wait) if wait else "",
        warns=_warns(message, data.checks.get(number)),
        asks_in=_asks_in(message, last, wait),
        again_id=again.id if again else None,
        again_at=again.occurred_at if again else None,
        again_word=_in_a_sentence(tick_of(again)) if again else "",
        earlier_id=earlier.id if earlier else None,
        earlier_at=earlier.occurred_at if earlier else None,
        nth=_("Another try of") if earlier and earlier.resend_of else _("Second try of"),
    )


def _warns(message: Message, check: MediaCheck | None) -> str:
    """A warning of the preflight, until the file has arrived."""
    if check is None or not check.warning or message.status in _ARRIVED:
        return ""
    found = preflight_warning(check.warning)
    return f"{found.what} {found.todo}"


def _in_a_sentence(tick: Tick | None) -> str:
    return tick.word[:1].lower() + tick.word[1:] if tick else ""


def _was_unsure(message: Message) -> bool:
    # What turned out to have arrived may have been sent again meanwhile.
    return message.state == "accepted" and message.tries > 0


def _waits_for_senders(message: Message) -> bool:
    return bool(message.error_code) and offers.depends_on_senders(message.error_code)


def _asks_in(message: Message, last: Attempt | None, wait: Wait | None) -> int:
    """Soon after the moment that something is to happen at, and now and then before and after it."""
    if message.state == "ready":
        # What nothing holds up is about to leave; what waits for another message has no moment of its own.
        until = (wait.until or now() + timedelta(seconds=_LATEST_SECONDS)) if wait else now()
    elif message.state == "unconfirmed" and last and last.check_at:
        until = last.check_at
    else:
        return 0
    return min(max(math.ceil((until - now()).total_seconds()) + 1, _SOONEST_SECONDS), _LATEST_SECONDS)


def _looks(last: Attempt | None) -> str:
    if last is None or last.check_at is None:
        return _("Twilio's list was compared for 15 minutes and did not show it.")
    if last.check_at <= now():
        return _("It is being compared with Twilio's list now.")
    return _("It is compared with Twilio's list again at %(time)s.", time=seconds(last.check_at))
