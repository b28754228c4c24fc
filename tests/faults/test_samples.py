"""A short sample of every fault run, on both databases; `bin/faults` runs the whole."""

from __future__ import annotations

import pytest

from bench.databases import ENGINES
from faults.ground import Ground
from faults.scenarios.all import SCENARIOS
from faults.verdicts import Scenario

SAMPLES = [(scenario, engine) for engine in ENGINES for scenario in SCENARIOS if engine in scenario.engines]


@pytest.mark.parametrize(("scenario", "engine"), SAMPLES, ids=[f"{each.name}-{engine}" for each, engine in SAMPLES])
def test_a_sample_holds(scenario: Scenario, ground: Ground) -> None:
    verdict = scenario.run(ground, scenario.sample)
    assert verdict.broken == []
    assert verdict.seen
