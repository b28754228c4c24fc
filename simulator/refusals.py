"""What Twilio refuses in a create and in an update, before anything happens."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from simulator.contents import Contents
from simulator.errors import error
from simulator.settings import Settings

LONGEST_BODY = 1600
MOST_MEDIA = 10
RECIPIENT = re.compile(r"whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128})")
NUMBER = re.compile(r"\+[1-9]\d{6,14}")


def check_create(params: dict[str, list[str]], settings: Settings, contents: Contents) -> None:
    """Raise Twilio's refusal for a create with these parameters, in the order in which Twilio looks."""
    one = {name: values[0] for name, values in params.items()}
    _check_addresses(one.get("To", ""), one.get("From", ""), one.get("MessagingServiceSid", ""), settings)
    media = params.get("MediaUrl", [])
    _check_content(one, media)
    _check_template(one, media, contents)
    _check_urls(one.get("StatusCallback", ""), media)


def check_update(asked: Mapping[str, str]) -> None:
    """Raise Twilio's refusal for an update that is neither an emptied Body nor Status=canceled (30400).

    Only what is scheduled can be cancelled (30409), and this stand-in schedules nothing.
    """
    body, status = asked.get("Body"), asked.get("Status")
    if (body is None) == (status is None) or body or status not in (None, "canceled"):
        raise error(30400)
    if status:
        raise error(30409)


def _check_addresses(to: str, sender: str, service: str, settings: Settings) -> None:
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
    if to == sender:
        raise error(63031)


def _check_content(one: dict[str, str], media: list[str]) -> None:
    if not one.get("Body") and not media and not one.get("ContentSid"):
        raise error(21602)
    if len(one.get("Body", "")) > LONGEST_BODY:
        raise error(21617)


def _check_template(one: dict[str, str], media: list[str], contents: Contents) -> None:
    sid, variables = one.get("ContentSid", ""), one.get("ContentVariables", "")
    if variables and not sid:
        raise error(21654)
    if not sid:
        return
    if contents.get(sid) is None:
        raise error(21655)
    if one.get("Body") or media:
        raise error(63030)
    if variables and not _are_variables(variables):
        raise error(21656)


def _are_variables(text: str) -> bool:
    """An object with a value for each name."""
    try:
        values = json.loads(text)
    except ValueError:
        return False
    return isinstance(values, dict) and all(value not in ("", None) for value in values.values())


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
