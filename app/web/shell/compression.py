"""Answers in gzip, where that can give nothing away.

How long a compressed answer is tells whether a text that somebody else put into it repeats what stands there (BREACH).
So a page is compressed only when the browser says that our own page or its user asked for it; a page that another site
opened, to watch its length, goes out as it is. Static files hold nothing that isn't public.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request
from werkzeug.wsgi import FileWrapper

# What is compressed already, such as pictures and sounds, is none of these; neither is the live stream.
TYPES = frozenset(
    {"text/html", "text/css", "text/javascript", "application/javascript", "text/plain", "application/json"}
) | {"image/svg+xml"}
# Below this it hardly gets shorter, and fits a packet or two as it is.
SMALLEST = 1024
OUR_OWN = frozenset({"same-origin", "none"})
_LEVEL_OF_PAGES = 6
_LEVEL_OF_FILES = 9


def install(app: Flask) -> None:
    """Compress each answer that may be; call it before others look at answers, so that it comes after them."""

    @app.after_request
    def compress(response: Response) -> Response:
        is_file = request.endpoint == "static"
        if is_file and response.status_code == 304:
            _close(response.response)
        if response.mimetype not in TYPES:
            return response
        response.vary.add("Accept-Encoding")
        if not is_file:
            response.vary.add("Sec-Fetch-Site")
        taken = request.accept_encodings.quality("gzip") > 0
        if taken and (is_file or _asked_by_us()) and _is_worth_it(response, is_file):
            _compress(response, is_file)
        return response


def _asked_by_us() -> bool:
    return request.headers.get("Sec-Fetch-Site") in OUR_OWN


def _is_worth_it(response: Response, is_file: bool) -> bool:
    if response.status_code in (204, 206, 304) or "Content-Encoding" in response.headers:
        return False
    # A file of ours comes in pieces; anything else that does is a stream, which would have to wait for its end.
    return is_file or not (response.is_streamed or (response.calculate_content_length() or 0) < SMALLEST)


def _compress(response: Response, is_file: bool) -> None:
    body, response.direct_passthrough = response.response, False
    content = response.get_data()
    _close(body)
    etag, _weak = response.get_etag()
    response.set_data(_of_file(content) if is_file else gzip.compress(content, _LEVEL_OF_PAGES, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    if etag:
        # The same resource, but not the same bytes as without compression.
        response.set_etag(etag, weak=True)


def _close(body: object) -> None:
    """Close a file of which nothing more is read, so that a client that hangs up doesn't leave it open."""
    if isinstance(body, FileWrapper):
        body.close()


@lru_cache(maxsize=64)
def _of_file(content: bytes) -> bytes:
    return gzip.compress(content, _LEVEL_OF_FILES, mtime=0)
