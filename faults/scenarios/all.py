"""Every scenario, in the order of the table."""

from __future__ import annotations

from faults.scenarios import killed_intake, killed_senders
from faults.verdicts import Scenario

SCENARIOS: list[Scenario] = [
    *killed_intake.SCENARIOS,
    *killed_senders.SCENARIOS,
]
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
