"""Every scenario, in the order of the table."""

from __future__ import annotations

from faults.scenarios import (
    bad_answers,
    doubled_clicks,
    killed_followers,
    killed_imports,
    killed_intake,
    killed_senders,
    orders,
    outages,
    repeats,
    restarted_database,
    slow_twilio,
)
from faults.verdicts import Scenario

SCENARIOS: list[Scenario] = [
    *killed_intake.SCENARIOS,
    *killed_senders.SCENARIOS,
    *killed_followers.SCENARIOS,
    *killed_imports.SCENARIOS,
    *bad_answers.SCENARIOS,
    *slow_twilio.SCENARIOS,
    *repeats.SCENARIOS,
    *orders.SCENARIOS,
    *doubled_clicks.SCENARIOS,
    *outages.SCENARIOS,
    *restarted_database.SCENARIOS,
]
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
