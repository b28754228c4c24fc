"""A short sample of every fault run, on both databases; `bin/faults` runs the whole."""

from __future__ import annotations

import pytest

from faults.ground import Ground
from faults.scenarios.all import SCENARIOS
from faults.verdicts import Scenario
from tests.faults.conftest import ENGINES

NAMES = [scenario.name for scenario in SCENARIOS]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=NAMES)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_sample_holds(scenario: Scenario, ground: Ground) -> None:
    verdict = scenario.run(ground, scenario.sample)
    assert verdict.broken == []
    assert verdict.seen
