"""Customers as rows: the contact, the address that reaches them, the conversation with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.domain.contacts import addresses
from app.sample.cast import Customer
from app.sample.entries import Ours


def contact(ours: Ours, customer: Customer, since: datetime) -> dict[str, Any]:
    """The contact, known since their first message."""
    return {
        "account_sid": ours.account_sid,
        "name": customer.name,
        "profile_name": customer.profile,
        "phone": addresses.phone_of(customer.address),
        "country": addresses.country_of(customer.address),
        "created_at": since,
    }


def address(ours: Ours, customer: Customer, since: datetime, contact_id: int) -> dict[str, Any]:
    """The contact's one address."""
    return {
        "account_sid": ours.account_sid,
        "contact_id": contact_id,
        "channel": "whatsapp",
        "address": customer.address,
        "created_at": since,
    }


def conversation(
    ours: Ours, customer: Customer, since: datetime, contact_id: int, address_id: int, agent_id: int | None
) -> dict[str, Any]:
    """The conversation, as yet without a message."""
    return {
        "account_sid": ours.account_sid,
        "contact_id": contact_id,
        "address_id": address_id,
        "sender": ours.sender,
        "state": "closed" if customer.closed else "open",
        "assigned_agent_id": agent_id,
        "last_message_at": since,
        "created_at": since,
    }
