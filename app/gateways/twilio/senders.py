"""The Senders API: our WhatsApp senders as Twilio has them, with WhatsApp's opinion (docs/twilio.md#senders)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from twilio.base.exceptions import TwilioException

from app.gateways.twilio.client import client
from app.gateways.twilio.resources import Resources
from app.settings import Settings

PAGE_SIZE = 100
# More senders than a portfolio has; a list that never ends must not be read for ever.
MOST_SENDERS = 2000
# No answer, a refusal, or one that the SDK stumbles over.
_NO_ANSWER = (
    TwilioException,
    requests.RequestException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
)


class SendersUnavailable(Exception):
    """Twilio could not be asked, or its answer can't be read; asking again later may help."""


@dataclass(frozen=True)
class ListedSender:
    """A sender in Twilio's words; '' where it says nothing."""

    address: str
    status: str = ""
    quality: str = ""
    limit: str = ""
    offline_reasons: str = ""


class TwilioSenders:
    """The account's WhatsApp senders at Twilio."""

    def __init__(self, settings: Settings) -> None:
        account, _ = client(settings)
        self._messaging = Resources(account, "https://messaging.twilio.com", "v2")

    def all(self) -> list[ListedSender]:
        """Every WhatsApp sender. Raises SendersUnavailable."""
        asked = {"Channel": "whatsapp", "PageSize": PAGE_SIZE}
        try:
            found = self._messaging.stream("/Channels/Senders", asked, MOST_SENDERS)
            return [_listed(one) for one in found if _is_whatsapp(one)]
        except _NO_ANSWER as error:
            raise SendersUnavailable(type(error).__name__) from error


def _is_whatsapp(one: Any) -> bool:
    return isinstance(one.get("sender_id"), str) and one["sender_id"].startswith("whatsapp:")


def _listed(one: Any) -> ListedSender:
    told = one["properties"] if isinstance(one.get("properties"), Mapping) else {}
    return ListedSender(
        address=one["sender_id"],
        status=_text(one.get("status")),
        quality=_text(told.get("quality_rating")),
        limit=_text(told.get("messaging_limit")),
        offline_reasons=_reasons(one.get("offline_reasons")),
    )


def _reasons(told: Any) -> str:
    """The reasons as one text: each is a text, or has a code and a message."""
    reasons = told if isinstance(told, list) else [told]
    return "; ".join(filter(None, map(_reason, reasons)))


def _reason(one: Any) -> str:
    if isinstance(one, Mapping):
        return " ".join(filter(None, (_text(one.get("code")), _text(one.get("message")))))
    return _text(one)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
