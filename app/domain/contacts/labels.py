"""Labels: words that the team gives contacts, by which they are found together."""

from __future__ import annotations

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.storable_text import one_line, storable
from app.domain.visible_text import has_text
from app.store import contact_labels, contacts
from app.store.database import Session
from app.store.privacy import person

LONGEST = 40
MOST = 20


class NotLabelled(Exception):
    """The contact can't be given the label; `reason` is one of LABEL_FAULTS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def written(typed: str) -> str:
    """A label as it is kept, however it was typed."""
    return one_line(typed).lower()


def of_contact(session: Session, account_sid: str, contact_id: int) -> list[str]:
    """The labels of a contact, and of those that were joined into it."""
    return contact_labels.of_contacts(session, account_sid, person.contact_ids(session, account_sid, contact_id))


def add(session: Session, actor: Actor, contact_id: int, typed: str) -> bool:
    """Give a contact a label. False when they have it. Raises NotAllowed, NotLabelled."""
    access.require(actor, "contact.label")
    label = written(typed)
    if not has_text(label):
        raise NotLabelled("label_missing")
    if len(label) > LONGEST:
        raise NotLabelled("label_too_long")
    # An erasure takes turns with this.
    contacts.lock(session, actor.account_sid, [contact_id])
    contact = contacts.by_id(session, actor.account_sid, contact_id)
    if contact is None or contact.erased_at is not None:
        raise NotLabelled("erased")
    there = of_contact(session, actor.account_sid, contact_id)
    if label in there:
        return False
    if len(there) >= MOST:
        raise NotLabelled("too_many_labels")
    contact_labels.add(session, actor.account_sid, contact_id, label)
    # Without the label: the audit is never changed, also not when the person is erased.
    audit.record(session, actor, "contact.label", "contact", contact_id)
    return True


def remove(session: Session, actor: Actor, contact_id: int, label: str) -> bool:
    """Take a label from a contact. False when they don't have it. Raises NotAllowed."""
    access.require(actor, "contact.label")
    who = person.contact_ids(session, actor.account_sid, contact_id)
    if not contact_labels.remove(session, actor.account_sid, who, storable(label)):
        return False
    audit.record(session, actor, "contact.unlabel", "contact", contact_id)
    return True
