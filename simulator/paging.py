"""Pages of a list as Twilio's REST API cuts them, with relative addresses of a page's neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode

DEFAULT_PAGE = 50
LARGEST_PAGE = 1000


class Resource(Protocol):
    """What a list lists."""

    @property
    def sid(self) -> str: ...

    def resource(self) -> dict[str, Any]:
        """As the REST API shows it."""


def page(name: str, found: Sequence[Resource], path: str, asked: dict[str, str]) -> dict[str, Any]:
    """One page of `found`, below `name`.

    A page token names the last row of the page before, so that new rows don't shift what follows.
    """
    size = min(max(_number(asked.get("PageSize"), DEFAULT_PAGE), 1), LARGEST_PAGE)
    number = max(_number(asked.get("Page"), 0), 0)
    start = _start(found, asked.get("PageToken", ""), size, number * size)
    shown = found[start : start + size]
    uri = _uris(path, asked, size)
    before = f"PB{found[start].sid}" if number and start < len(found) else ""
    return {
        "end": number * size + max(len(shown) - 1, 0),
        "first_page_uri": uri(0, ""),
        name: [row.resource() for row in shown],
        "next_page_uri": uri(number + 1, f"PA{shown[-1].sid}") if start + size < len(found) else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": uri(number - 1, before) if number else None,
        "start": number * size,
        "uri": uri(number, asked.get("PageToken", "")),
    }


def _uris(path: str, asked: dict[str, str], size: int) -> Callable[[int, str], str]:
    query = {name: value for name, value in asked.items() if name not in ("Page", "PageToken", "PageSize")}

    def uri(number: int, token: str) -> str:
        own = {"PageSize": str(size), "Page": str(number)} | ({"PageToken": token} if token else {})
        return f"{path}?{urlencode(query | own)}"

    return uri


def _start(found: Sequence[Resource], token: str, size: int, otherwise: int) -> int:
    for index, row in enumerate(found):
        if token == f"PA{row.sid}":
            return index + 1
        if token == f"PB{row.sid}":
            return max(index - size, 0)
    return otherwise


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default
