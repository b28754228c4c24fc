"""Structured logs: one JSON object a line on stdout, without secrets, bodies or whole numbers."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from functools import lru_cache
from types import TracebackType
from typing import Any

import structlog

_NUMBER = re.compile(r"((?:\+|%2B)\d{2})\d{4,}(\d{2})", re.IGNORECASE)
_WITHOUT_NUMBER = re.compile(r"(whatsapp(?::|%3A)[A-Z]{2}\.(?:ENT\.)?\w{2})\w+", re.IGNORECASE)
_SECRET = re.compile(r"(token|secret|password|signature|authorization|cookie|body)", re.IGNORECASE)
# What these say names code, files and rules; any other error may quote the value that it stumbled over. The store
# leaves values out of what databases say (app/store/engines).
_QUOTES_NO_VALUE = (AttributeError, ImportError, MemoryError, NameError, OSError, RecursionError, TypeError)
_THAT_QUOTE_NONE = frozenset({"app.store.errors", "psycopg.errors", "psycopg", "sqlalchemy.exc", "sqlite3"})


def set_up(level: str) -> None:
    """Log everything of this process, and of the libraries in it, at `level` and above.

    Our own lines go to stdout at once, which costs a third of the way through `logging`, that the libraries' go.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_told),
        masked,
    ]
    renderer = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(renderer, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("urllib3", "apscheduler", "alembic", "twilio.http_client"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def masked(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide what must not be in a log, whoever put it there."""
    for name, value in event.items():
        if _is_secret(name):
            event[name] = "***"
        elif isinstance(value, str):
            event[name] = mask(value)
    return event


@lru_cache(maxsize=1000)
def _is_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


def mask(text: str) -> str:
    """The text with whole numbers and WhatsApp ids shortened: +44…18."""
    # Each line has a dozen short texts, and hardly one in which these could find anything.
    if not ("+" in text or "%" in text or ":" in text):
        return text
    return _WITHOUT_NUMBER.sub(r"\1…", _NUMBER.sub(r"\1…\2", text))


def said_of(error: BaseException) -> str:
    """What an error is, with what it says where that can't be somebody's text."""
    kind = type(error)
    quiet = kind.__module__ in _THAT_QUOTE_NONE or isinstance(error, _QUOTES_NO_VALUE)
    return f"{kind.__module__}.{kind.__qualname__}" + (f": {error}" if quiet else "")


def adopt(server_log: logging.Logger) -> None:
    """Let the HTTP server's own log be part of ours; of a request that it refuses or fails at it quotes the head."""
    server_log.handlers.clear()
    server_log.propagate = True
    server_log.addFilter(_without_head)


def _without_head(record: logging.LogRecord) -> bool:
    if str(record.msg).startswith("Invalid request"):
        record.msg = str(record.msg).partition(": ")[0]
    elif str(record.msg).startswith("Error handling request"):
        record.msg, record.args = "Error handling request", ()
    return True


def _told(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    return "".join(_lines(exc_info[1]))


def _lines(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _lines(before)
        yield "\nThen:\n"
    yield from traceback.format_tb(error.__traceback__)
    yield said_of(error)
