"""The Senders API: the account's WhatsApp senders, with what the control API says of their standing."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, Response, request

from simulator.answers import as_json, authenticate, errors_as_twilio, exchange, perform

PATH = "/v2/Channels/Senders"

rest_senders = Blueprint("rest_senders", __name__)
errors_as_twilio(rest_senders)


@rest_senders.get(PATH)
def senders() -> Response:
    here = exchange()
    authenticate(here.settings.account_sid)
    wanted = here.settings.senders if request.args.get("Channel", "whatsapp") == "whatsapp" else ()

    def work() -> Response:
        url = f"https://messaging.twilio.com{PATH}?PageSize=50&Page=0"
        meta = {"key": "senders", "page": 0, "page_size": 50, "first_page_url": url, "url": url}
        return as_json(
            {
                "senders": [_resource(address) for address in wanted],
                "meta": {**meta, "next_page_url": None, "previous_page_url": None},
            }
        )

    return perform("senders", work)


def _resource(address: str) -> dict[str, Any]:
    knobs = exchange().knobs
    sid = f"XE{hashlib.sha256(address.encode()).hexdigest()[:32]}"
    reasons = [{"code": "63051", "message": "WhatsApp locked the sender"}]
    return {
        "sid": sid,
        "status": knobs.sender_status,
        "sender_id": address,
        "configuration": {},
        "webhook": {},
        "profile": {},
        "properties": {"quality_rating": knobs.sender_quality, "messaging_limit": knobs.sender_limit},
        "offline_reasons": [] if knobs.sender_status.startswith("ONLINE") else reasons,
        "url": f"https://messaging.twilio.com{PATH}/{sid}",
    }
