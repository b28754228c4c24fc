"""What the gate's rules look at beside the draft, loaded in a few queries for any number of conversations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.consent import kept_opt_outs, standing
from app.domain.consent.standing import Standing
from app.domain.contacts import addresses
from app.domain.templates.lookup import Lookup
from app.store import contacts
from app.store.consent import permission
from app.store.database import Session
from app.store.tables import Address, Conversation

LastUse = Callable[[str], datetime | None]


def _never(_purpose: str) -> datetime | None:
    return None


@dataclass(frozen=True)
class Facts:
    """Whom a message would reach from which sender, and how they stand to us.

    `region` is the country whose rules hold. `last_inbound_at` is of the conversation, `heard_at` of the person's last
    message to any sender of ours. `last_use` looks up when a message for a purpose last reached Twilio, `templates` the
    account's templates; None where nobody asks about one.
    """

    address: str
    sender: str
    region: str
    identity: str = ""
    address_id: int | None = None
    contact_id: int | None = None
    standing: Standing = field(default_factory=Standing)
    last_inbound_at: datetime | None = None
    heard_at: datetime | None = None
    last_use: LastUse = _never
    templates: Lookup | None = None


def of_conversations(
    session: Session, account_sid: str, held: Sequence[tuple[Conversation, Address]]
) -> dict[int, Facts]:
    """The facts about each of these conversations, by its number."""
    people = {conversation.contact_id for conversation, _ in held}
    standings = standing.of_contacts(session, account_sid, list(people))
    known = permission.people(session, account_sid, people)
    templates = Lookup(session, account_sid)
    return {
        conversation.id or 0: Facts(
            address=address.address,
            sender=conversation.sender,
            region=known[conversation.contact_id].region or addresses.country_of(address.address),
            identity=address.identity,
            address_id=address.id,
            contact_id=conversation.contact_id,
            standing=standings[conversation.contact_id],
            last_inbound_at=conversation.last_inbound_at,
            heard_at=known[conversation.contact_id].heard_at,
            last_use=_last_use(session, account_sid, conversation.contact_id),
            templates=templates,
        )
        for conversation, address in held
    }


def of_conversation(session: Session, account_sid: str, conversation: Conversation, address: Address) -> Facts:
    """The facts about one conversation."""
    return of_conversations(session, account_sid, [(conversation, address)])[conversation.id or 0]


def of_recipient(session: Session, account_sid: str, address: str, sender: str) -> Facts:
    """The facts about somebody by address, who may be known or not."""
    return of_recipients(session, account_sid, [address], sender)[address]


def of_recipients(session: Session, account_sid: str, wanted: Sequence[str], sender: str) -> dict[str, Facts]:
    """The facts about each of these addresses, who may be known or not, as written to from one sender."""
    keys = contacts.conversation_keys(session, account_sid, wanted, sender)
    people = {key.contact_id for key in keys.values()}
    standings = standing.of_contacts(session, account_sid, list(people)) if people else {}
    known = permission.people(session, account_sid, people) if people else {}
    templates = Lookup(session, account_sid)
    found = {address: Facts(address, sender, addresses.country_of(address), templates=templates) for address in wanted}
    unknown = [address for address in wanted if address not in keys]
    for address, kept in kept_opt_outs.of_unknown(session, account_sid, unknown).items():
        found[address] = replace(found[address], standing=kept)
    for address, key in keys.items():
        found[address] = replace(
            found[address],
            region=known[key.contact_id].region or found[address].region,
            identity=key.identity,
            address_id=key.address_id,
            contact_id=key.contact_id,
            standing=standings[key.contact_id],
            last_inbound_at=key.last_inbound_at,
            heard_at=known[key.contact_id].heard_at,
            last_use=_last_use(session, account_sid, key.contact_id),
        )
    return found


def _last_use(session: Session, account_sid: str, contact_id: int) -> LastUse:
    return lambda purpose: permission.last_use(session, account_sid, contact_id, purpose)
