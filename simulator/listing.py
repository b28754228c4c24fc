"""The list of messages: filters by address and by the date they were sent, and paging."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, request

from simulator.answers import as_json, authenticate, errors_as_twilio, exchange, perform
from simulator.errors import TwilioError
from simulator.message import Message
from simulator.paging import page
from simulator.rest import MESSAGES

Test = Callable[[Message], bool]

listing = Blueprint("listing", __name__)
errors_as_twilio(listing)


@listing.get(f"{MESSAGES}.json")
def messages(account: str) -> Response:
    authenticate(account)
    to, sender = request.args.get("To", ""), request.args.get("From", "")
    asked = request.args.to_dict()
    return perform(
        "list", lambda: as_json(page("messages", _matching(asked), request.path, asked)), to=to, sender=sender
    )


def _matching(asked: dict[str, str]) -> list[Message]:
    """The messages that fit the filters, newest first."""
    tests = _date_tests(asked)
    found = exchange().ledger.newest_first(asked.get("To", ""), asked.get("From", ""))
    return [message for message in found if all(test(message) for test in tests)]


def _date_tests(asked: dict[str, str]) -> list[Test]:
    tests: list[Test] = []
    for name in ("DateSent", "DateSent<", "DateSent>"):
        if asked.get(name):
            first, last = _span(asked[name])
            low = first if name != "DateSent<" else None
            high = last if name != "DateSent>" else None
            tests.append(lambda message, low=low, high=high: _between(message, low, high))  # type: ignore[misc]
    return tests


def _between(message: Message, low: datetime | None, high: datetime | None) -> bool:
    if message.sent is None:
        return False
    return (low is None or message.sent >= low) and (high is None or message.sent <= high)


def _span(text: str) -> tuple[datetime, datetime]:
    """A date is its whole day, a time is its whole second; both in UTC where no zone is given."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise TwilioError(20001, 400, f"Invalid DateSent: {text}") from problem
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    length = timedelta(days=1) if len(text) == len("2026-01-01") else timedelta(seconds=1)
    return moment, moment + length - timedelta(microseconds=1)
