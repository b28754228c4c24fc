"""What the gate would say now to what is offered in place of a message that did not arrive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.clock import now
from app.domain.gate import facts
from app.domain.gate import rules as gate
from app.domain.gate.draft import Draft
from app.domain.gate.facts import Facts
from app.domain.sending import resend
from app.gate_words import ABOUT_THEM
from app.store.conversations import rows as conversations
from app.store.database import Session
from app.store.tables import Message

_OPTED_OUT = frozenset({"blocked_at_twilio", "suppressed"})


@dataclass(frozen=True)
class GateAnswer:
    """The rules that would refuse the message as it is, with other content, and any template; '' where none would."""

    as_it_is: str = ""
    changed: str = ""
    template: str = ""

    @property
    def opted_out(self) -> bool:
        """Nothing at all may go to them: they opted out of everything, here or at Twilio."""
        return self.template in _OPTED_OUT


def of(session: Session, account_sid: str, messages: Iterable[Message]) -> Mapping[int, GateAnswer]:
    """The answer for each of these that may be sent again, by number; it reads nothing where none is among them."""
    lost = [message for message in messages if resend.may_be_sent_again(message)]
    if not lost:
        return {}
    held = conversations.with_addresses(session, account_sid, {message.conversation_id for message in lost})
    about, at = facts.of_conversations(session, account_sid, list(held.values())), now()
    return {message.id or 0: _answer(about[message.conversation_id], message, at) for message in lost}


def _answer(about: Facts, message: Message, at: datetime) -> GateAnswer:
    asked = gate.decide(about, replace(Draft.of(message), origin=""), at)
    none_may = gate.unreachable(about, at, known=False)
    refused = "" if asked.allowed else asked.rule
    return GateAnswer(refused, refused if refused in ABOUT_THEM else "", none_may.rule if none_may else "")
