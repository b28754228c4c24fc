"""Fields of contacts: named values that the team keeps of a person, such as an order number."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.storable_text import one_line
from app.domain.visible_text import has_text
from app.store import contact_fields, contact_joins, contacts
from app.store.database import Session
from app.store.feed import events as feed
from app.store.privacy import person

LONGEST_NAME = 40
LONGEST_VALUE = 200
MOST = 20
MOST_OFFERED = 200


class NotKept(Exception):
    """The field can't be kept; `reason` is one of FIELD_FAULTS. `name` is it as kept, `there` what it holds now."""

    def __init__(self, reason: str, name: str = "", there: str = "") -> None:
        super().__init__(reason)
        self.reason, self.name, self.there = reason, name, there


def named(typed: str) -> str:
    """A field's name as it is kept, however it was typed. Raises NotKept."""
    name = one_line(typed).lower()
    if not has_text(name):
        raise NotKept("field_name_missing")
    if len(name) > LONGEST_NAME:
        raise NotKept("field_name_too_long")
    return name


def of_contact(session: Session, account_sid: str, contact_id: int) -> dict[str, str]:
    """The fields of a contact, and of those that were joined into it, by their names."""
    return of_contacts(session, account_sid, [contact_id])[contact_id]


def of_contacts(session: Session, account_sid: str, contact_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """The same for each of these. What a contact has itself goes before what was joined into it."""
    whose = person.joined_into(session, account_sid, contact_ids)
    found = contact_fields.of_contacts(session, account_sid, whose)
    kept: dict[int, dict[str, str]] = {number: {} for number in contact_ids}
    for name, number, value in found:
        if number == whose[number]:
            kept[number][name] = value
        else:
            kept[whose[number]].setdefault(name, value)
    return kept


def offered(session: Session, account_sid: str) -> list[str]:
    """The names to choose from: those in use, by their letters, as many as a list can well hold."""
    return contact_fields.names(session, account_sid)[:MOST_OFFERED]


def add(session: Session, actor: Actor, contact_id: int, typed: str, value: str) -> bool:
    """Give a contact a field. False when it is there and holds this. Raises NotAllowed, NotKept."""
    name, value = _asked(actor, typed, value)
    contact_id = _held(session, actor.account_sid, contact_id)
    there = of_contact(session, actor.account_sid, contact_id)
    if there.get(name) == value:
        return False
    if name in there:
        raise NotKept("field_there_already", name, there[name])
    if len(there) >= MOST:
        raise NotKept("too_many_fields")
    _put(session, actor, contact_id, name, value)
    return True


def change(session: Session, actor: Actor, contact_id: int, typed: str, value: str, was: str | None = None) -> bool:
    """Let a contact's field hold another value; with `was`, only if it still holds that.

    False when it holds the value already. Raises NotAllowed, NotKept.
    """
    name, value = _asked(actor, typed, value)
    contact_id = _held(session, actor.account_sid, contact_id)
    there = of_contact(session, actor.account_sid, contact_id)
    if name not in there:
        raise NotKept("field_gone", name)
    if there[name] == value:
        return False
    _still(there, name, was)
    _put(session, actor, contact_id, name, value)
    return True


def remove(session: Session, actor: Actor, contact_id: int, typed: str, was: str | None = None) -> bool:
    """Take a field from a contact; with `was`, only if it still holds that.

    False when they don't have it. Raises NotAllowed, NotKept.
    """
    access.require(actor, "contact.field")
    name, contact_id = one_line(typed).lower(), _held(session, actor.account_sid, contact_id)
    there = of_contact(session, actor.account_sid, contact_id)
    if name not in there:
        return False
    _still(there, name, was)
    contact_fields.remove(session, actor.account_sid, person.contact_ids(session, actor.account_sid, contact_id), name)
    audit.record(session, actor, "contact.field_removed", "contact", contact_id)
    _tell(session, actor, contact_id)
    return True


def _asked(actor: Actor, typed: str, value: str) -> tuple[str, str]:
    access.require(actor, "contact.field")
    name, value = named(typed), one_line(value)
    if not has_text(value):
        raise NotKept("field_value_missing", name)
    if len(value) > LONGEST_VALUE:
        raise NotKept("field_value_too_long", name)
    return name, value


def _still(there: Mapping[str, str], name: str, was: str | None) -> None:
    if was is not None and there[name] != one_line(was):
        raise NotKept("field_changed", name, there[name])


def _put(session: Session, actor: Actor, contact_id: int, name: str, value: str) -> None:
    contact_fields.put(session, actor.account_sid, contact_id, name, value)
    # Without what it says: the audit is never changed, also not when the person is erased.
    audit.record(session, actor, "contact.field", "contact", contact_id)
    _tell(session, actor, contact_id)


def _tell(session: Session, actor: Actor, contact_id: int) -> None:
    """The panels beside the person's conversations follow."""
    for conversation in contact_joins.conversations_of(session, actor.account_sid, contact_id):
        feed.append(session, actor.account_sid, "conversation", now(), word="fields", conversation_id=conversation)


def _held(session: Session, account_sid: str, contact_id: int) -> int:
    """The number of the person that a contact is now, who is held: joins and erasures take turns with this."""
    contacts.lock(session, account_sid, [contact_id])
    contact = contacts.by_id(session, account_sid, contact_id)
    if contact is None or contact.erased_at is not None:
        raise NotKept("erased")
    return contact_id if contact.joined_into_id is None else _held(session, account_sid, contact.joined_into_id)
