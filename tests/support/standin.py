"""Twilio's stand-in as the sender and the pull see it: through the product's own gateways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.domain.sending import settle_by_list
from app.gateways.twilio.outcomes import Outgoing
from app.gateways.twilio.records import TwilioRecords
from app.gateways.twilio.send import TwilioMessages
from app.settings import Settings
from app.store.database import Database
from harness.simulator import SERVICE, TOKEN, Simulator
from tests.simulator.sdk import client
from tests.support.cast import ACCOUNT, AVA, SENDER


class StandIn:
    """A running simulator, with the gateways that talk to it. Its callbacks go nowhere unless a test says so."""

    def __init__(self, simulator: Simulator, make_settings: Callable[..., Settings]) -> None:
        self.simulator = simulator
        self.settings = make_settings(
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TOKEN,
            TWILIO_WHATSAPP_FROM=SENDER,
            TWILIO_API_BASE_URL=simulator.url,
        )
        self.records = TwilioRecords(self.settings)
        self.messages = TwilioMessages(self.settings)
        self._other_program = client(simulator.url)

    def close(self) -> None:
        """Give the connections back."""
        self._other_program.http_client.session.close()
        for gateway in (self.records, self.messages):
            gateway._http.session.close()  # type: ignore[union-attr]

    def take(self, outgoing: Outgoing) -> str:
        """The call arrives and Twilio takes it; whether its answer does is the test's business. Returns the SID."""
        return str(getattr(self.messages.create(outgoing), "sid", ""))

    def settle(self, database: Database) -> int:
        """Look for what isn't confirmed in this Twilio's list, as the clock does; returns how many were adopted."""
        return settle_by_list.settle_due(database, self.records, ACCOUNT)

    def another_program_sends(self, body: str, to: str = AVA, sender: str = SENDER, **more: Any) -> str:
        """A message through the same account that this installation knows nothing of."""
        origin = {"messaging_service_sid": SERVICE} if more.pop("by_service", False) else {"from_": sender}
        return str(self._other_program.messages.create(to=to, body=body, **origin, **more).sid)

    def customer_writes(self, body: str, customer: str = AVA, **more: Any) -> str:
        """A message whose webhook never comes."""
        sid: str = self.simulator.control("inbound", **{"from": customer, "body": body, "post": False, **more})["sid"]
        return sid

    def fails_next(self, operation: str, behaviour: str, **more: Any) -> None:
        """Let the next call of an operation misbehave."""
        self.simulator.control("next", operation=operation, behaviour=behaviour, **more)

    def accepted(self) -> list[dict[str, Any]]:
        """Every create that Twilio accepted, in order."""
        found: list[dict[str, Any]] = self.simulator.control("record")
        return found
