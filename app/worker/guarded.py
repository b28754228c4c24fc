"""A job of the clock whose failure is a line in the log."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps

import structlog

from app import fault_points, metrics
from app.gateways.twilio.listed import ListUnavailable
from app.store.errors import DatabaseUnavailable

log = structlog.get_logger()

Job = Callable[[], None]


def guarded(job: Job) -> Job:
    """The job, with its failure as one line in the log instead of a dead clock."""

    @wraps(job)
    def run() -> None:
        fault_points.reach(fault_points.IN_CLOCK_JOB)
        began, outcome = time.perf_counter(), "failed"
        try:
            job()
            outcome = "done"
        except ListUnavailable as error:
            outcome = "twilio_unavailable"
            log.warning("clock.twilio_unavailable", job=job.__name__, error=str(error))
        except DatabaseUnavailable as error:
            outcome = "database_unavailable"
            log.warning("clock.waits_for_the_database", job=job.__name__, error=str(error))
        except Exception:
            log.exception("clock.job_failed", job=job.__name__)
        finally:
            metrics.clock_run(job.__name__, outcome, time.perf_counter() - began)

    return run
