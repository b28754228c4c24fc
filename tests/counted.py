"""What /metrics counts, as a test reads it: `sends_total{error_code=,outcome=accepted}` and its value."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping

from prometheus_client.parser import text_string_to_metric_families

from app import metrics

PREFIX = "switchboard_"


def samples(text: str, process: str = "web") -> dict[str, float]:
    """What a text in Prometheus' format tells of one kind of process, and of the database."""
    every = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    of_it = [sample for sample in every if sample.labels.get("process", process) == process]
    return {named(sample.name, sample.labels): sample.value for sample in of_it}


def named(name: str, labels: Mapping[str, str]) -> str:
    """A sample's name and labels, but for the process, in a few words."""
    inside = ",".join(f"{label}={word}" for label, word in sorted(labels.items()) if label != "process")
    return name.removeprefix(PREFIX) + (f"{{{inside}}}" if inside else "")


@contextlib.contextmanager
def rises() -> Iterator[dict[str, float]]:
    """By how much this process's counts have risen at the block's end, those that have."""
    found: dict[str, float] = {}
    before = _here()
    yield found
    found.update(risen(before, _here()))


def risen(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """What is more than it was."""
    return {name: value - before.get(name, 0.0) for name, value in after.items() if value != before.get(name, 0.0)}


def _here() -> dict[str, float]:
    return {named(key.sample, json.loads(key.labels)): value for key, value in metrics.counted().items()}
