"""Webhooks that nobody can make sense of, and a status for a message that isn't ours."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from demo.stage import Stage
from simulator import forms, sids
from simulator.forms import Inbound

_TO = "whatsapp:+442079460899"


def plan(stage: Stage, until: datetime) -> None:
    """Let them come in the last day before `until`."""
    page = Inbound(
        sender="messenger:104771923344",
        body="Hello, do you still sell the brass bell?",
        profile_name="Halden Cycles Page",
    )
    nameless = forms.status(stage.line, "", _TO, "sent")
    another_programs = forms.status(stage.line, sids.new("SM"), _TO, "delivered")
    come = stage.timeline.plan
    come(until - timedelta(hours=5), partial(stage.webhook, "inbound", forms.inbound(stage.line, page)))
    come(until - timedelta(hours=27), partial(stage.webhook, "status", nameless))
    come(until - timedelta(hours=9), partial(stage.webhook, "status", another_programs))
