"""The list of messages: filters by address and by the date they were sent, and paging."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from simulator.answers import as_json, authenticate, errors_as_twilio, exchange, perform
from simulator.errors import TwilioError
from simulator.message import Message
from simulator.rest import MESSAGES

DEFAULT_PAGE = 50
LARGEST_PAGE = 1000
Test = Callable[[Message], bool]

listing = Blueprint("listing", __name__)
errors_as_twilio(listing)


@listing.get(f"{MESSAGES}.json")
def messages(account: str) -> Response:
    authenticate(account)
    to, sender = request.args.get("To", ""), request.args.get("From", "")
    return perform("list", lambda: as_json(page(request.path, request.args.to_dict())), to=to, sender=sender)


def page(path: str, asked: dict[str, str]) -> dict[str, Any]:
    """One page of the list, newest first, with relative addresses of its neighbours.

    A page token names the last message of the page before, so that new messages don't shift what follows.
    """
    tests = _date_tests(asked)
    found = exchange().ledger.newest_first(asked.get("To", ""), asked.get("From", ""))
    matching = [message for message in found if all(test(message) for test in tests)]
    size = min(max(_number(asked.get("PageSize"), DEFAULT_PAGE), 1), LARGEST_PAGE)
    number = max(_number(asked.get("Page"), 0), 0)
    start = _start(matching, asked.get("PageToken", ""), number * size)
    shown = matching[start : start + size]
    more = start + size < len(matching)

    def uri(page_number: int, token: str = "") -> str:
        query = {name: value for name, value in asked.items() if name not in ("Page", "PageToken", "PageSize")}
        query |= {"PageSize": str(size), "Page": str(page_number)}
        return f"{path}?{urlencode(query | ({'PageToken': token} if token else {}))}"

    before = f"PB{matching[start].sid}" if number and start < len(matching) else ""
    return {
        "end": number * size + max(len(shown) - 1, 0),
        "first_page_uri": uri(0),
        "messages": [message.resource() for message in shown],
        "next_page_uri": uri(number + 1, f"PA{shown[-1].sid}") if more else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": uri(number - 1, before) if number else None,
        "start": number * size,
        "uri": uri(number, asked.get("PageToken", "")),
    }


def _start(matching: list[Message], token: str, otherwise: int) -> int:
    for index, message in enumerate(matching):
        if token == f"PA{message.sid}":
            return index + 1
        if token == f"PB{message.sid}":
            return max(index - (_number(request.args.get("PageSize"), DEFAULT_PAGE)), 0)
    return otherwise


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


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default
