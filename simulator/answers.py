"""What all REST resources share: who may ask, how an answer looks, and misbehaving on purpose."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, request

from simulator import sids, wire
from simulator.errors import TwilioError, error
from simulator.exchange import Exchange
from simulator.knobs import Next

HANG_SECONDS = 30.0
SLOW_SECONDS = 25.0
ACCEPTING = ("cut", "not_json", "slow")


def exchange() -> Exchange:
    """The stand-in that this request is for."""
    found = current_app.extensions["exchange"]
    assert isinstance(found, Exchange)
    return found


def as_json(payload: dict[str, Any], status: int = 200) -> Response:
    """An answer as Twilio's API gives it."""
    response = Response(json.dumps(payload), status, content_type="application/json;charset=utf-8")
    response.headers["Twilio-Request-Id"] = sids.new("RQ")
    return response


def refusal(problem: TwilioError) -> Response:
    """A refusal as Twilio's API gives it."""
    return as_json(problem.body(), problem.status)


def authenticate(account: str) -> None:
    """Basic auth by the account's token or an API key; raises 20003, or 20404 for another account's path."""
    settings = exchange().settings
    given = request.authorization
    pairs = [(settings.account_sid, settings.auth_token)] + ([settings.api_key] if settings.api_key else [])
    if given is None or given.type != "basic" or not any(_same(given.username, given.password, pair) for pair in pairs):
        raise error(20003)
    if account != settings.account_sid:
        raise error(20404, request.path)


def perform(operation: str, work: Callable[[], Response], *, to: str = "", sender: str = "") -> Response:
    """Answer a call by `work`, or misbehave where the control API asked for it."""
    here = exchange()
    wire.wait(here.knobs.latency_ms / 1000, here.stop)
    planned = here.queue.take(operation, to, sender)
    if planned is None:
        return work()
    name, _, accepting = planned.behaviour.partition("_after_accepting")
    if planned.behaviour.endswith("_after_accepting") or name in ACCEPTING:
        if name == "slow":
            wire.wait(SLOW_SECONDS if planned.seconds is None else planned.seconds, here.stop)
        done = work()
        return _spoilt(name, planned, done)
    return _spoilt(name, planned, None)


def errors_as_twilio(blueprint: Blueprint) -> None:
    """Answer every TwilioError of this blueprint in Twilio's shape."""
    blueprint.register_error_handler(TwilioError, refusal)


def _spoilt(name: str, planned: Next, done: Response | None) -> Response:
    if name == "429":
        response = refusal(error(20429))
        if planned.retry_after is not None:
            response.headers["Retry-After"] = str(planned.retry_after)
        return response
    if name == "500":
        return refusal(error(20500))
    if name == "error":
        code = planned.code or 20404
        return refusal(TwilioError(code, planned.status, f"Error {code}, asked for by the control API"))
    if name == "timeout":
        return wire.hang(HANG_SECONDS if planned.seconds is None else planned.seconds, exchange().stop)
    if name == "drop":
        return wire.drop()
    if name == "reset":
        return wire.reset()
    assert done is not None
    if name == "cut":
        return wire.cut(done)
    if name == "not_json":
        done.set_data(b"<html><body>upstream ok</body></html>")
    return done


def _same(user: str | None, password: str | None, pair: tuple[str, str]) -> bool:
    given, expected = f"{user}:{password}".encode(), ":".join(pair).encode()
    return hmac.compare_digest(given, expected)
