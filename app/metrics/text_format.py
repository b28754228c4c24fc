"""Everything that is counted, in Prometheus' text format."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.samples import Sample

from app.metrics import FACTS, REGISTRY, Facts, Key, of_this_server, values_of

_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


def exposition(facts: Facts, by_workers: Mapping[Key, float]) -> bytes:
    """Facts and counts in Prometheus' text format; the label `process` tells this web server's from the workers'."""
    counts = {"web": values_of(of_this_server()), "worker": by_workers}
    return generate_latest(_Families([*_counted_families(counts), *_fact_families(facts)]))


class _Families(CollectorRegistry):
    """Metrics that are ready to be shown."""

    def __init__(self, families: list[Metric]) -> None:
        super().__init__()
        self._families = families

    def collect(self) -> Iterator[Metric]:
        return iter(self._families)


def _counted_families(counts: Mapping[str, Mapping[Key, float]]) -> Iterator[Metric]:
    by_name: dict[str, list[Sample]] = defaultdict(list)
    for process, values in counts.items():
        for (name, labels), value in values.items():
            by_name[name].append(Sample(name, {**json.loads(labels), "process": process}, value))
    # The registry knows every name; what an earlier version counted is left out.
    for family in REGISTRY.collect():
        family.samples = [
            sample for suffix in _SUFFIXES[family.type] for sample in sorted(by_name[family.name + suffix], key=_order)
        ]
        yield family


def _order(sample: Sample) -> tuple[list[tuple[str, str]], float]:
    labels = dict(sample.labels)
    bound = float(labels.pop("le", 0))
    return sorted(labels.items()), bound


def _fact_families(facts: Facts) -> Iterator[Metric]:
    for name, (what, label) in FACTS.items():
        family = Metric(name, what, "gauge")
        for word, value in facts.get(name, {}).items():
            family.add_sample(name, {label: word} if label else {}, value)
        yield family
