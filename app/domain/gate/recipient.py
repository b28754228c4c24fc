"""The gate's rules about the two ends of a message: the address, our sender, and the country."""

from __future__ import annotations

from app.domain.contacts import addresses
from app.domain.gate.case import PASSES, Case, Finding


def address(case: Case) -> Finding:
    """The recipient's address is one that WhatsApp has."""
    if addresses.is_address(case.facts.address):
        return PASSES
    return Finding("address_invalid", {"address_id": case.facts.address_id})


def sender(case: Case) -> Finding:
    """There is a sender of ours to write from."""
    return PASSES if addresses.is_address(case.facts.sender) else Finding("sender_invalid")


def not_ourselves(case: Case) -> Finding:
    """The recipient isn't the sender."""
    return Finding("recipient_is_sender") if case.facts.address == case.facts.sender else PASSES


def country(case: Case) -> Finding:
    """WhatsApp delivers to the number's country."""
    found = addresses.country_of(case.facts.address)
    if found in addresses.UNROUTABLE:
        return Finding("country_unroutable", {"country": found})
    return Finding(evidence={"country": found})
