"""What a contact is called."""

from __future__ import annotations

from app.store.tables import Address, Contact
from app.web.words.numbers import phone_text


def title_name(contact: Contact, address: Address) -> str:
    """What a page's title calls them: titles end up in histories, so of a number it has the last digits only."""
    return contact.shown_name or f"…{(contact.phone or address.address)[-4:]}"


def shown_address(contact: Contact, address: Address) -> str:
    """The number as people read it, or WhatsApp's id where there is none."""
    return phone_text(contact.phone or address.address)
