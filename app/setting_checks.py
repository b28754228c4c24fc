"""What values of settings must be: a check returns the value as it is kept, or raises a ValueError that says how."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from app.urls import base_url, is_ip_address, mail_address, split

_SHAPES = {
    "twilio_account_sid": (
        re.compile(r"AC[0-9a-f]{32}"),
        "must be AC and 32 hexadecimal digits, as on the first page of the Twilio console",
    ),
    "twilio_messaging_service_sid": (re.compile(r"MG[0-9a-f]{32}"), "must be MG and 32 hexadecimal digits"),
    "archive_key": (
        re.compile(r"[A-Za-z0-9_-]{43}="),
        "must be a key that `bin/switchboard webhooks archive-key` makes",
    ),
    "consent_key": (re.compile(r"[A-Za-z0-9+/]{43}="), "must be 32 random bytes in base64 (openssl rand -base64 32)"),
}
# A version, a colon, and 32 bytes in base64.
SUPPRESSION_KEY = re.compile(r"[a-z0-9-]{1,20}:[A-Za-z0-9+/]{43}=")
_MEDIA_STORE = re.compile(r"file:.+|database:|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.*'()/-]*)?")
WHATSAPP_NUMBER = re.compile(r"whatsapp:\+[1-9][0-9]{6,14}")


def _of_shape(value: str, name: str) -> str:
    shape, what_it_is = _SHAPES[name]
    if value and not shape.fullmatch(value):
        raise ValueError(what_it_is)
    return value


def _whatsapp_from(value: str) -> str:
    if value and not value.startswith("whatsapp:"):
        value = f"whatsapp:{value}"
    if value and not WHATSAPP_NUMBER.fullmatch(value):
        raise ValueError("must be your WhatsApp sender's number in E.164, like whatsapp:+14155238886")
    return value


def _base_url_or_none(value: str) -> str:
    return base_url(value) if value else value


def _consent_checkpoint_to(value: str) -> str:
    if value.startswith("mailto:"):
        return f"mailto:{mail_address(value.removeprefix('mailto:'))}"
    if value and not value.startswith("/"):
        parts = split(value)
        if parts is None or "://" not in value or parts.fragment:
            raise ValueError(
                "must be a folder like /mnt/elsewhere/checkpoints, an https:// URL, or mailto:somebody@example.com"
            )
        # A token may stand in its query.
        base_url(value.partition("?")[0])
    return value


def _suppression_keys(value: str) -> str:
    keys = [one.strip() for one in value.split(",") if one.strip()]
    versions = [one.partition(":")[0] for one in keys]
    if not all(SUPPRESSION_KEY.fullmatch(one) for one in keys) or len(set(versions)) < len(versions):
        raise ValueError("must be like 1:<32 random bytes in base64>, the newest last, with commas between")
    return ",".join(keys)


def _database_url(value: str) -> str:
    # Heroku hands out postgres://, a name SQLAlchemy dropped.
    value = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value)
    if value and not value.startswith(("postgresql+psycopg://", "sqlite:///")):
        raise ValueError("must begin with postgres:// or sqlite:///")
    return value


def _media_store(value: str) -> str:
    if value and not _MEDIA_STORE.fullmatch(value):
        raise ValueError("must be file:<folder>, s3://<bucket>/<prefix> or database:")
    return value


def _s3_endpoint_url(value: str) -> str:
    parts = split(value)
    # A bucket of one's own stands in a network of one's own, often without TLS.
    if value and (parts is None or parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("must be a whole URL like https://s3.example.com")
    return value


def _mail_from(value: str) -> str:
    return mail_address(value) if value else value


def _smtp_url(value: str) -> str:
    parts = split(value)
    if value and (parts is None or parts.scheme not in ("smtp", "smtps") or not parts.hostname):
        raise ValueError("must be like smtps://login:password@mail.example.com, or smtp:// for STARTTLS")
    return value


def _redact(value: str) -> str:
    if {part.strip() for part in value.split(",")} - {"cards", "codes", ""}:
        raise ValueError("must be cards, codes or cards,codes")
    return value


def _bind(value: str) -> str:
    if not is_ip_address(value):
        raise ValueError("must be an IP address of this machine, like 127.0.0.1, or 0.0.0.0 for all of them")
    return value


def _log_level(value: str) -> str:
    if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return value.upper()


# The check of each setting that has one, by its name.
CHECKS: Mapping[str, Callable[[str], str]] = {
    **{name: partial(_of_shape, name=name) for name in _SHAPES},
    "twilio_whatsapp_from": _whatsapp_from,
    "public_base_url": base_url,
    "twilio_api_base_url": _base_url_or_none,
    "consent_checkpoint_to": _consent_checkpoint_to,
    "suppression_keys": _suppression_keys,
    "database_url": _database_url,
    "media_store": _media_store,
    "media_store_before": _media_store,
    "s3_endpoint_url": _s3_endpoint_url,
    "mail_from": _mail_from,
    "smtp_url": _smtp_url,
    "redact": _redact,
    "bind": _bind,
    "log_level": _log_level,
}
