"""What `messages send` is to send, out of its options."""

from __future__ import annotations

import json
import re

import click

from app.domain import twilio_ids
from app.domain.gate.draft import Draft

_SHAPES = (
    ("messaging_service_sid", twilio_ids.MESSAGING_SERVICE_SID, "MG and 32 hexadecimal digits"),
    ("content_sid", twilio_ids.CONTENT_SID, "HX and 32 hexadecimal digits"),
    ("max_price", re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?"), "an amount, like 0.05"),
)


def draft(
    media_url: tuple[str, ...],
    *,
    body: str,
    content_sid: str,
    content_variables: str,
    messaging_service_sid: str,
    max_price: str,
) -> Draft:
    """The draft. Raises a usage error for what can't be what it should be, before anything is kept."""
    given = {"messaging_service_sid": messaging_service_sid, "content_sid": content_sid, "max_price": max_price}
    for name, shape, what in _SHAPES:
        if given[name] and not shape.fullmatch(given[name]):
            raise click.UsageError(f"--{name.replace('_', '-')} takes {what}.")
    if body and content_sid:
        raise click.UsageError("Give --body or --content-sid, not both: a template brings its own text.")
    for url in media_url:
        if not twilio_ids.is_file_url(url):
            raise click.UsageError(f"{url} is no URL that Twilio could fetch.")
    return Draft(
        body=body,
        content_sid=content_sid,
        content_variables=_variables(content_variables),
        media_urls=media_url,
        messaging_service_sid=messaging_service_sid,
        max_price=max_price,
    )


def _variables(text: str) -> tuple[tuple[str, str], ...]:
    if not text:
        return ()
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise click.UsageError('--content-variables takes a JSON object of texts, like {"1": "Ava"}.')
    return tuple((str(name), value) for name, value in given.items())
