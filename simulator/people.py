"""The customers whom the phone page offers, all made up; their numbers are set aside for fiction."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.ledger import Ledger


@dataclass(frozen=True)
class Customer:
    """One customer: the address and the name of the WhatsApp profile ('' where nobody knows it)."""

    address: str
    name: str

    @property
    def bare(self) -> str:
        """The number, or the WhatsApp id of somebody without one."""
        return self.address.removeprefix("whatsapp:")

    @property
    def shown(self) -> str:
        return self.name or self.bare

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in words[:2]).upper() or self.bare[-2:]


# None of them is somebody else in the demo's sample data: whose number it has there has the same name.
OFFERED = (
    Customer("whatsapp:+447700900618", "Amelia Whitcombe"),
    Customer("whatsapp:+14155550164", "Ava Lindqvist"),
    Customer("whatsapp:+971105550182", "ريم الخطيب"),
    Customer("whatsapp:+33639980144", "Théo Marchand"),
    Customer("whatsapp:GB.13490801221918", "Noor K."),
)


def customers(ledger: Ledger, limit: int = 60) -> list[Customer]:
    """Who wrote or was written to, newest first, then those offered; names as the profile said last."""
    names = {offered.address: offered.name for offered in OFFERED}
    known = ledger.customers()[:limit]
    addresses = known + [offered.address for offered in OFFERED if offered.address not in known]
    return [Customer(address, _profile_name(ledger, address) or names.get(address, "")) for address in addresses]


def _profile_name(ledger: Ledger, address: str) -> str:
    for message in reversed(ledger.thread(address)):
        form = message.kept.get("form")
        if form and form.get("ProfileName"):
            return str(form["ProfileName"])
    return ""
