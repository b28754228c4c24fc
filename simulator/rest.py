"""The Messages resource of Twilio's REST API: create, fetch, update, delete."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from simulator.answers import as_json, authenticate, errors_as_twilio, exchange, perform
from simulator.errors import error
from simulator.message import Message
from simulator.settings import Settings

ROOT = "/2010-04-01/Accounts/<account>"
MESSAGES = f"{ROOT}/Messages"
LONGEST_BODY = 1600
MOST_MEDIA = 10
RECIPIENT = re.compile(r"whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128})")
NUMBER = re.compile(r"\+[1-9]\d{6,14}")

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
        check(params, exchange().settings)
        return as_json(exchange().accept(params).resource(), 201)

    return perform("create", work, to=to, sender=sender)


@rest.get(f"{MESSAGES}/<sid>.json")
def fetch(account: str, sid: str) -> Response:
    authenticate(account)
    return perform("fetch", lambda: as_json(_found(sid).resource()))


@rest.post(f"{MESSAGES}/<sid>.json")
def update(account: str, sid: str) -> Response:
    """Twilio allows two changes: an empty Body redacts, Status=canceled cancels what is not sent yet."""
    authenticate(account)
    message = _found(sid)
    if request.form.get("Body") == "":
        exchange().ledger.change(sid, body="")
    if request.form.get("Status") == "canceled" and message.status in ("accepted", "scheduled", "queued"):
        exchange().ledger.change(sid, status="canceled")
    return as_json(message.resource())


def check(params: dict[str, list[str]], settings: Settings) -> None:
    """Raise Twilio's refusal for a create with these parameters, in the order in which Twilio looks."""
    one = {name: values[0] for name, values in params.items()}
    to, sender, service = one.get("To", ""), one.get("From", ""), one.get("MessagingServiceSid", "")
    if not to:
        raise error(21604)
    if not sender and not service:
        raise error(21603)
    if not RECIPIENT.fullmatch(to):
        raise error(21910) if NUMBER.fullmatch(to) else error(21211, to)
    if service and service != settings.messaging_service_sid:
        raise error(21701)
    if sender and sender not in settings.senders:
        raise error(63007)
    _check_content(one, params.get("MediaUrl", []))
    _check_urls(one.get("StatusCallback", ""), params.get("MediaUrl", []))


def _check_content(one: dict[str, str], media: list[str]) -> None:
    if not one.get("Body") and not media and not one.get("ContentSid"):
        raise error(21602)
    if len(one.get("Body", "")) > LONGEST_BODY:
        raise error(21617)
    if one.get("ContentVariables"):
        try:
            values = json.loads(one["ContentVariables"])
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise error(21656)


def _check_urls(callback: str, media: list[str]) -> None:
    if callback and not _is_url(callback):
        raise error(21609, callback)
    if len(media) > MOST_MEDIA or not all(_is_url(url) for url in media):
        raise error(21620)


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _found(sid: str) -> Message:
    message = exchange().ledger.get(sid)
    if message is None:
        raise error(20404, request.path)
    return message
