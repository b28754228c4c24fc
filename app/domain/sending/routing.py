"""Which way a message that begins a conversation goes: by which sender of ours, through which Messaging Service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from app.domain.contacts import addresses
from app.domain.sending.routing_file import Read, RoutingFile, Warned, read
from app.settings import Settings
from app.store.conversations import senders
from app.store.database import Session
from app.store.tables import Conversation

log = structlog.get_logger()


@dataclass(frozen=True)
class Way:
    """The sender, the service ('' for none), and why: `wrote_to`, `country`, `default_service` or `own_sender`.

    With `sender_open` Twilio chooses the number from the service's pool, and `sender` is only what we show.
    """

    why: str
    sender: str
    messaging_service_sid: str = ""
    country: str = ""
    sender_open: bool = False


@dataclass(frozen=True)
class Routing:
    """The routes in force: those of ROUTING_FILE, above the two settings."""

    file: RoutingFile = field(default_factory=RoutingFile)
    own_sender: str = ""
    warnings: tuple[Warned, ...] = ()

    @property
    def default_service(self) -> str:
        """The service for countries that have none of their own; '' for none."""
        return self.file.default_messaging_service_sid

    def by_country(self, address: str) -> Way:
        """The way to somebody who never wrote."""
        country = addresses.country_of(address)
        service = self.file.by_country.get(country, "")
        if not service and not self.default_service:
            return Way("own_sender", self.own_sender, country=country)
        why = "country" if service else "default_service"
        service = service or self.default_service
        sender = self.file.senders.get(service, "")
        return Way(why, sender or self.own_sender, service, country, sender_open=not sender)

    def service_of(self, sender: str) -> str:
        """The service that a sender of ours is named for; '' for none."""
        return next((sid for sid, number in self.file.senders.items() if number == sender), "")


def use(settings: Settings) -> Routing:
    """Put the routes of ROUTING_FILE in force in this process; none where it is ''. Raises RoutingError."""
    global _now
    found = read(Path(settings.routing_file)) if settings.routing_file else Read()
    _now = Routing(found.file, settings.twilio_whatsapp_from, found.warnings)
    return _now


def warn() -> None:
    """Log what looks odd in the file."""
    for odd in _now.warnings:
        log.warning("routing.odd_length", where=odd.where, value=odd.value, digits=len(odd.value) - 2, expected=32)


def in_force() -> Routing:
    """The routes in force."""
    return _now


@contextmanager
def under(routing: Routing) -> Iterator[Routing]:
    """Other routes for a block."""
    global _now
    before, _now = _now, routing
    try:
        yield routing
    finally:
        _now = before


_now = Routing()


def way_to(session: Session, account_sid: str, address: str) -> Way:
    """The way to somebody: the sender that they wrote to last, else by the routes in force."""
    wrote_to = senders.last_written_to(session, account_sid, address)
    return Way("wrote_to", wrote_to, service_for(wrote_to)) if wrote_to else _now.by_country(address)


def service_for(sender: str) -> str:
    """The service that answers from this sender go through; '' for the one of the settings."""
    return _now.service_of(sender)


def within(conversation: Conversation, address: str) -> Way:
    """The way of a message in this conversation. Once they wrote to its sender, it stays with that one."""
    if conversation.last_inbound_at is not None:
        return Way("wrote_to", conversation.sender, service_for(conversation.sender))
    way = _now.by_country(address)
    if way.sender != conversation.sender:
        # Somebody chose another sender.
        return Way("own_sender", conversation.sender, service_for(conversation.sender))
    return way
