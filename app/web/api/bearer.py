"""Which program asks: the token in its Authorization header. No cookie counts here, so no other site can borrow one."""

from __future__ import annotations

import math

from flask import Response, current_app, request

from app.domain.access import may
from app.domain.agents import api_tokens
from app.domain.agents.api_tokens import Caller
from app.domain.clock import now
from app.web.shell.problems import problem
from app.web.shell.rate_limit import RateLimit
from app.web.shell.services import services

PER_MINUTE = 120
BURST = 60
NO_TOKEN = "Send a token: Authorization: Bearer <token>. bin/switchboard tokens create makes one."
WRONG_TOKEN = "Nobody has this token, or it was revoked."


class Refused(Exception):
    """The request can't be done; `answer` says why."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


def caller(verb: str, scope: str) -> Caller:
    """The program that asks, which may do this. Raises Refused."""
    given = request.authorization
    token = given.token or "" if given is not None and given.type == "bearer" else ""
    if not token:
        raise Refused(problem(401, NO_TOKEN, WWW_Authenticate="Bearer"))
    found = services().database.read(lambda session: api_tokens.find(session, _account(), token))
    if found is None:
        raise Refused(problem(401, WRONG_TOKEN, WWW_Authenticate='Bearer error="invalid_token"'))
    if wait := _limit().wait(str(found.token_id)):
        seconds = str(math.ceil(wait))
        raise Refused(problem(429, f"Too many requests. Wait {seconds} seconds.", Retry_After=seconds))
    if not may(found.actor, verb):
        needed = f'Bearer error="insufficient_scope", scope="{scope}"'
        raise Refused(problem(403, f"This token has not the scope {scope}.", WWW_Authenticate=needed))
    _touch(found)
    return found


def _touch(found: Caller) -> None:
    at, account_sid = now(), _account()
    if found.wants_touch(at):
        services().database.write(lambda session: api_tokens.touch(session, account_sid, found.token_id, at))


def _limit() -> RateLimit:
    limit: RateLimit = current_app.extensions.setdefault("api_rate_limit", RateLimit(PER_MINUTE, BURST))
    return limit


def _account() -> str:
    return services().settings.twilio_account_sid
