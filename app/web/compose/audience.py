"""Whom a template's form is for: one person in a conversation, somebody new, a failed message's, or many at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import abort, session

from app.domain.actor import Actor
from app.domain.contacts import addresses
from app.domain.failures import offers
from app.domain.gate import facts
from app.domain.gate.facts import Facts
from app.domain.templates import languages
from app.domain.templates.values import About
from app.store import contacts
from app.store.conversations import threads
from app.store.database import Session
from app.store.failures import by_code
from app.store.tables import Contact
from app.web.shell.requests import LARGEST_ROW
from app.web.shell.services import services

# Where the recipient who was chosen for a new conversation is kept: the browser's own cookie, signed.
CHOSEN = "new_message_to"
_KEY = re.compile(r"(conversation|message):([0-9]{1,19})|code:([0-9A-Za-z_]{1,40})|new")


@dataclass(frozen=True)
class Audience:
    """`key` is what the form's fragments name it by. `facts` is None for many, whom the gate answers one by one.

    `text` is what failed and is to be carried over.
    """

    key: str
    address: str = ""
    contact: Contact | None = None
    facts: Facts | None = None
    text: str = ""
    conversation_id: int = 0

    @property
    def wishes(self) -> tuple[str, ...]:
        """The languages to offer, the best first."""
        profile = self.contact.language if self.contact else ""
        return languages.wishes(profile, addresses.country_of(self.address))

    def about(self, who: Actor) -> About:
        """What fills variables by itself."""
        return About(
            name=self.contact.shown_name if self.contact else "",
            phone=addresses.phone_of(self.address),
            country=addresses.country_of(self.address),
            agent=who.name,
            business=services().settings.business_name,
        )


def of_conversation(rows: Session, who: Actor, number: int) -> Audience:
    """The person of a conversation; another account's is 404."""
    thread = threads.thread(rows, who.account_sid, number) or abort(404)
    there = facts.of_conversation(rows, who.account_sid, thread.conversation, thread.address)
    return Audience(f"conversation:{number}", thread.address.address, thread.contact, there, "", number)


def of_message(rows: Session, who: Actor, number: int) -> Audience:
    """The person whom a message did not reach."""
    case = by_code.case(rows, who.account_sid, number) or abort(404)
    found = of_conversation(rows, who, case.message.conversation_id)
    text = "" if case.message.content_sid else case.message.body
    return replace(found, key=f"message:{number}", text=text)


def of_code(_rows: Session, _who: Actor, code: str) -> Audience:
    """Everybody whose message failed with a code."""
    return Audience(f"code:{code}") if code in offers.template_codes() else abort(404)


def of_new(rows: Session, who: Actor, address: str, sender: str) -> Audience:
    """Somebody who was chosen by number."""
    known = contacts.by_address(rows, who.account_sid, [address])
    contact = contacts.by_id(rows, who.account_sid, known[0].contact_id) if known else None
    return Audience("new", address, contact, facts.of_recipient(rows, who.account_sid, address, sender))


def chosen() -> tuple[str, str] | None:
    """The recipient and the sender that were chosen in this browser."""
    kept = session.get(CHOSEN)
    return (str(kept[0]), str(kept[1])) if isinstance(kept, list) and len(kept) == 2 else None


def by_key(key: str, who: Actor) -> Callable[[Session], Audience]:
    """How the audience that a fragment names is read; 404 for none."""
    match = _KEY.fullmatch(key) or abort(404)
    if match[1]:
        number, find = int(match[2]), {"conversation": of_conversation, "message": of_message}[match[1]]
        return lambda rows: find(rows, who, number) if number <= LARGEST_ROW else abort(404)
    if match[3]:
        return lambda rows: of_code(rows, who, match[3])
    to = chosen() or abort(404)
    return lambda rows: of_new(rows, who, *to)
