"""What is counted, by name. The one package that knows prometheus_client; any layer may count, the web layer shows it.

Labels are words of ours, or codes of the catalogue: never a person's, and few. A histogram whose buckets change needs
a new name, since the database keeps what workers counted.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import product
from typing import NamedTuple

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
if "gunicorn" not in sys.modules:
    # Its processes share the folder. What another process wrote there would be counted twice, or fail without it.
    os.environ.pop(FOLDER, None)

# Whether values lie in files of that folder is decided by this import.
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric  # noqa: E402
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402

__all__ = ["CONTENT_TYPE", "Key"]

REGISTRY = CollectorRegistry()


class Key(NamedTuple):
    """A sample's name, and its labels as JSON in a fixed order."""

    sample: str
    labels: str


def _counter(name: str, what: str, **labels: Iterable[str]) -> Counter:
    """A counter; each combination of the words named for its labels begins at 0, so that the first one is a rise.

    No words are named for what only workers count: the web process would show zeros of its own.
    """
    counter = Counter(f"switchboard_{name}", what, tuple(labels), registry=REGISTRY)
    for words in product(*labels.values()) if labels else ():
        counter.labels(*words)
    return counter


DOORS = ("inbound", "fallback", "status")
REFUSALS = ("refused_signature", "refused_form", "refused_too_large", "refused_media_type")
OUTCOMES = ("taken_in", "repeated", "quarantined", "spooled", *REFUSALS, "unavailable", "failed")
WEBHOOKS = _counter("webhooks_total", "Webhooks, by door and outcome.", door=DOORS, outcome=OUTCOMES)
WEBHOOK_SECONDS = Histogram(
    "switchboard_webhook_seconds",
    "How long webhooks took to answer. Twilio waits for 15 seconds.",
    ["door"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15),
    registry=REGISTRY,
)
SIGNATURE_FAILURES = _counter(
    "signature_failures_total",
    "Webhooks refused for their signature: unsigned, of an unknown account, or signed with another token or URL.",
    reason=("unsigned", "unknown_account", "mismatch"),
)
_FAILED_AT = "switchboard_signature_failure_timestamp_seconds"
SIGNATURE_FAILED_AT = Gauge(
    _FAILED_AT,
    "When a webhook was last refused for its signature, by reason, in Unix time.",
    ["reason"],
    registry=REGISTRY,
    multiprocess_mode="max",
)
STATUSES = _counter("statuses_total", "Statuses Twilio told of messages, each once.", status=(), error_code=())
SENDS = _counter("sends_total", "Calls to Twilio that send, by what the answer proved.", outcome=(), error_code=())
GATE_REFUSALS = _counter("gate_refusals_total", "Messages that were not let out, by rule.", rule=())
MEDIA_FETCHES = _counter(
    "media_fetches_total",
    "Tries to fetch a customer's file from Twilio; `later` is tried again.",
    outcome=(),
)
PREFLIGHTS = _counter(
    "media_preflights_total", "Checks of files before messages take them along, by what they found.", outcome=()
)
CLEANED = _counter("media_cleaned_total", "Files and links that the clean-up removed, by why.", why=())
HOSTED_FETCHES = _counter("hosted_fetches_total", "Requests for files of ours, by HTTP status.", status=())
LIVE_STREAMS = Gauge("switchboard_live_streams", "Open live streams.", registry=REGISTRY, multiprocess_mode="livesum")
LIVE_REFUSED = _counter("live_streams_refused_total", "Live streams refused: over the cap, or while a process ended.")
CLOCK_RUNS = _counter("clock_runs_total", "Runs of the worker's jobs, by outcome.", clock_job=(), outcome=())
CLOCK_SECONDS = Histogram(
    "switchboard_clock_run_seconds",
    "How long runs of the worker's jobs took.",
    ["clock_job"],
    buckets=(0.01, 0.1, 0.5, 1, 5, 15, 60),
    registry=REGISTRY,
)

# What stands in the database (webhooks_spooled: on this machine's disk) when it is asked for, with its label, if any.
FACTS = {
    "switchboard_database_up": ("1 when the database could be read for this answer, else 0.", ""),
    "switchboard_outbox_messages": ("Messages on their way to Twilio, by state.", "state"),
    "switchboard_outbox_oldest_seconds": ("For how long the oldest of them waits; 0 when none does.", "state"),
    "switchboard_webhooks_quarantined": ("Webhooks in quarantine.", ""),
    "switchboard_webhooks_spooled": ("Webhooks that wait in this machine's spool for the database.", ""),
    "switchboard_statuses_orphaned": ("Statuses of the last day whose message nobody knows.", ""),
}
# By a fact's name its values by the label's word, '' where it has none.
Facts = Mapping[str, Mapping[str, float]]


def webhook(door: str, outcome: str, seconds: float) -> None:
    """Count a webhook that was answered."""
    count, duration = _of_webhook(door, outcome)
    count.inc()
    duration.observe(seconds)


@cache
def _of_webhook(door: str, outcome: str) -> tuple[Counter, Histogram]:
    # To look these up takes as long as to count, and webhooks come by the thousand.
    return WEBHOOKS.labels(door, outcome), WEBHOOK_SECONDS.labels(door)


def signature_failed(reason: str) -> None:
    """Count a webhook that was refused for its signature, now."""
    SIGNATURE_FAILURES.labels(reason).inc()
    SIGNATURE_FAILED_AT.labels(reason).set_to_current_time()


def signature_failed_at() -> dict[str, float]:
    """When this web server last refused a webhook for its signature, in Unix time by reason; {} when it never did."""
    values = (sample for family in of_this_server() for sample in family.samples)
    return {one.labels["reason"]: one.value for one in values if one.name == _FAILED_AT}


def clock_run(job: str, outcome: str, seconds: float) -> None:
    """Count a run of a job."""
    CLOCK_RUNS.labels(job, outcome).inc()
    CLOCK_SECONDS.labels(job).observe(seconds)


def names() -> set[str]:
    """Every metric's name, as it is asked for."""
    counted = {family.name + ("_total" if family.type == "counter" else "") for family in REGISTRY.collect()}
    return counted | set(FACTS)


def counted() -> dict[Key, float]:
    """All that this process has counted since it began, without gauges."""
    return values_of(family for family in REGISTRY.collect() if family.type != "gauge")


def of_this_server() -> Iterable[Metric]:
    """What this process counted, or with gunicorn all processes of this web server."""
    if FOLDER not in os.environ:
        return REGISTRY.collect()
    of_all: Iterable[Metric] = MultiProcessCollector(None).collect()  # type: ignore[no-untyped-call]
    return of_all


def values_of(families: Iterable[Metric]) -> dict[Key, float]:
    """Every value of these metrics."""
    return {
        Key(sample.name, json.dumps(sample.labels, sort_keys=True)): sample.value
        for family in families
        for sample in family.samples
        # When a value began: it is no count.
        if not sample.name.endswith("_created")
    }
