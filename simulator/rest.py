"""The Messages resource of Twilio's REST API: create, fetch, update, delete."""

from __future__ import annotations

from flask import Blueprint, Response, request

from simulator.answers import as_json, authenticate, errors_as_twilio, exchange, perform
from simulator.errors import error
from simulator.message import Message
from simulator.refusals import check_create, check_update

ROOT = "/2010-04-01/Accounts/<account>"
MESSAGES = f"{ROOT}/Messages"
UNDER_WAY = ("accepted", "queued")

rest = Blueprint("rest", __name__)
errors_as_twilio(rest)


@rest.get(f"{ROOT}.json")
def account(account: str) -> Response:
    authenticate(account)
    facts = {"sid": account, "friendly_name": "Stand-in", "status": "active", "type": "Full"}
    return as_json({**facts, "owner_account_sid": account, "uri": request.path})


@rest.post(f"{MESSAGES}.json")
def create(account: str) -> Response:
    authenticate(account)
    params = request.form.to_dict(flat=False)
    to = request.form.get("To", "")
    sender = request.form.get("From") or request.form.get("MessagingServiceSid", "")

    def work() -> Response:
        check_create(params, exchange().settings, exchange().contents)
        return as_json(exchange().accept(params).resource(), 201)

    return perform("create", work, to=to, sender=sender)


@rest.get(f"{MESSAGES}/<sid>.json")
def fetch(account: str, sid: str) -> Response:
    authenticate(account)
    return perform("fetch", lambda: as_json(_found(sid).resource()))


@rest.post(f"{MESSAGES}/<sid>.json")
def update(account: str, sid: str) -> Response:
    """Twilio allows one change of what is not scheduled: an empty Body redacts."""
    authenticate(account)
    message = _found(sid)
    check_update(request.form)
    exchange().ledger.change(sid, body="")
    return as_json(message.resource())


@rest.delete(f"{MESSAGES}/<sid>.json")
def delete(account: str, sid: str) -> Response:
    authenticate(account)
    message = _found(sid)
    if message.status in UNDER_WAY:
        raise error(20009)
    exchange().forget(message)
    return Response(status=204)


def _found(sid: str) -> Message:
    message = exchange().ledger.get(sid)
    if message is None:
        raise error(20404, request.path)
    return message
