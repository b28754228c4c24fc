"""The customers whom the stand-in's phone page offers, beside those of the sample."""

from __future__ import annotations

from app.domain.contacts.addresses import is_address
from demo.cast import CUSTOMERS
from simulator.people import OFFERED


def test_whoever_is_offered_is_nobody_else_in_the_sample() -> None:
    names = {customer.address: customer.name or customer.profile for customer in CUSTOMERS}
    assert {one.address: names.get(one.address, one.name) for one in OFFERED} == {
        one.address: one.name for one in OFFERED
    }


def test_whoever_is_offered_can_be_written_to() -> None:
    assert [one.address for one in OFFERED if not is_address(one.address)] == []
