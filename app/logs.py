"""Structured logs: one JSON object a line on stdout, without secrets, bodies or whole numbers."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_NUMBER = re.compile(r"(\+\d{2})\d{4,}(\d{2})")
_WITHOUT_NUMBER = re.compile(r"(whatsapp:[A-Z]{2}\.(?:ENT\.)?\w{2})\w+")
_SECRET = re.compile(r"(token|secret|password|signature|authorization|cookie|body)", re.IGNORECASE)


def set_up(level: str) -> None:
    """Log everything of this process, and of the libraries in it, at `level` and above."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        masked,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    renderer = structlog.processors.JSONRenderer()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(renderer, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("urllib3", "apscheduler", "alembic", "twilio.http_client"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def masked(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide what must not be in a log, whoever put it there."""
    for name, value in event.items():
        if _SECRET.search(name):
            event[name] = "***"
        elif isinstance(value, str):
            event[name] = mask(value)
    return event


def mask(text: str) -> str:
    """The text with whole numbers and WhatsApp ids shortened: +44…18."""
    return _WITHOUT_NUMBER.sub(r"\1…", _NUMBER.sub(r"\1…\2", text))
