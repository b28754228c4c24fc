"""Counts for /metrics in words that are few: a code that the catalogue does not know is `other`.

What is counted within a transaction counts once it is committed.
"""

from __future__ import annotations

from app import metrics
from app.domain.error_codes import catalogue
from app.domain.statuses import RANK
from app.gateways.twilio.outcomes import Accepted, Answer, NotSent, Refused, Unconfirmed
from app.store.database import Session, after_commit

_OUTCOMES = {Accepted: "accepted", Refused: "refused", NotSent: "not_sent", Unconfirmed: "unconfirmed"}


def sent(answer: Answer) -> None:
    """A call to Twilio was answered."""
    metrics.SENDS.labels(_OUTCOMES[type(answer)], _code(answer.details.error_code)).inc()


def status_told(session: Session, status: str, error_code: str) -> None:
    """Twilio told a status that was not known."""
    told = metrics.STATUSES.labels(status if status in RANK else "other", _code(error_code))
    after_commit(session, told.inc)


def gate_refused(session: Session, rule: str) -> None:
    """The gate did not let a message out."""
    after_commit(session, metrics.GATE_REFUSALS.labels(rule).inc)


def media_fetched(session: Session, outcome: str) -> None:
    """A customer's file was fetched, will be tried again later, or failed for good."""
    after_commit(session, metrics.MEDIA_FETCHES.labels(outcome).inc)


def _code(error_code: str) -> str:
    return error_code if not error_code or catalogue.entry(error_code).known else "other"
