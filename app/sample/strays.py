"""Webhooks that nobody could make sense of, and a status for a message that isn't ours."""

from __future__ import annotations

from datetime import timedelta

from app.domain.webhooks.webhook import Webhook
from app.sample import forms
from app.sample.entries import Ours, webhook
from app.sample.outcomes import Told
from app.sample.sids import sid

_TO = "whatsapp:+442079460899"


def quarantined(ours: Ours) -> list[tuple[Webhook, str]]:
    """Signed webhooks that can't be applied, each with the reason's code."""
    broken = {
        "MessageSid": sid("SM", ours.account_sid, "stray"),
        "AccountSid": ours.account_sid,
        "From": "messenger:104771923344",
        "To": ours.sender,
        "Body": "Hello, do you still sell the brass bell?",
        "NumMedia": "0",
        "ProfileName": "Halden Cycles Page",
    }
    nameless = forms.status(ours.account_sid, ours.sender, _TO, "", "sent")
    first, second = ours.at - timedelta(hours=5), ours.at - timedelta(hours=27)
    return [
        (webhook(ours, "inbound", tuple(broken.items()), "/twilio/inbound", first), "from_invalid"),
        (webhook(ours, "status", nameless, "/twilio/status", second), "sid_invalid"),
    ]


def orphan(ours: Ours) -> tuple[Webhook, Told]:
    """A status of a message that another program sent, as its webhook."""
    told = Told("delivered", ours.at - timedelta(hours=9))
    pairs = forms.status(ours.account_sid, ours.sender, _TO, sid("SM", ours.account_sid, "orphan"), told.word)
    return webhook(ours, "status", pairs, "/twilio/status", told.at), told
