"""What a contact is called."""

from __future__ import annotations

from app.store.tables import Address, Contact
from app.web.words.numbers import phone_text


def shown_address(contact: Contact, address: Address) -> str:
    """The number as people read it, or WhatsApp's id where there is none."""
    return phone_text(contact.phone or address.address)
