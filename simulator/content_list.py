"""Contents as the Content API shows them, and its lists' pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from simulator.contents import Content
from simulator.exchange import Exchange

HOST = "https://content.twilio.com"
DEFAULT_PAGE, LARGEST_PAGE, LARGEST_ANSWER = 50, 1000, 1024 * 1024
_SLOT = re.compile(r"{{ *(\w+) *}}")


def resource(content: Content, account_sid: str) -> dict[str, Any]:
    """The content as it comes back: with blanks in its placeholders."""
    url = f"{HOST}/v1/Content/{content.sid}"
    return {
        "sid": content.sid,
        "account_sid": account_sid,
        "friendly_name": content.friendly_name,
        "language": content.language,
        "variables": content.variables,
        "types": _with_blanks(content.types),
        "date_created": content.created.replace("+00:00", "Z"),
        "date_updated": content.updated.replace("+00:00", "Z"),
        "url": url,
        "links": {
            "approval_create": f"{url}/ApprovalRequests/whatsapp",
            "approval_fetch": f"{url}/ApprovalRequests",
        },
    }


def page(here: Exchange, path: str, asked: MultiDict[str, str], shape: str) -> dict[str, Any]:
    """One page: it ends at its size, at 1 MB, and where the knob `content_page` says so."""
    size = min(max(asked.get("PageSize", DEFAULT_PAGE, int), 1), LARGEST_PAGE)
    found = [content for content in here.contents.all() if _wanted(content, asked)]
    if asked.get("SortByContentName"):
        found.sort(key=lambda content: content.friendly_name, reverse=asked["SortByContentName"] == "desc")
    sids = [content.sid for content in found]
    token = asked.get("PageToken", "")
    start = sids.index(token) + 1 if token in sids else 0
    most = min(size, here.knobs.content_page or size)
    shown: list[dict[str, Any]] = []
    bytes_left = LARGEST_ANSWER
    for content in found[start : start + most]:
        row = resource(content, here.settings.account_sid)
        if shape:
            row["approval_requests"] = _approvals(content, shape)
        bytes_left -= len(json.dumps(row))
        if shown and bytes_left < 0:
            break
        shown.append(row)
    more = start + len(shown) < len(found)
    kept = {name: value for name, value in asked.items() if name not in ("Page", "PageToken", "PageSize")}
    here_url = f"{HOST}{path}?{urlencode({**kept, 'PageSize': size})}"
    meta = {
        "key": "contents",
        "page": 0,
        "page_size": size,
        "first_page_url": here_url,
        "previous_page_url": None,
        "url": here_url,
        "next_page_url": f"{here_url}&{urlencode({'PageToken': shown[-1]['sid']})}" if more and shown else None,
    }
    return {"contents": shown, "meta": meta}


def _approvals(content: Content, shape: str) -> Any:
    if content.approval is None:
        return {"nested": {}, "flat": None, "list": []}[shape]
    told = {"type": "whatsapp", **vars(content.approval)}
    return {"nested": {"whatsapp": told}, "flat": told, "list": [told]}[shape]


def _wanted(content: Content, asked: Mapping[str, str]) -> bool:
    tests: dict[str, Callable[[str], bool]] = {
        "ContentName": lambda wanted: wanted.lower() in content.friendly_name.lower(),
        "Content": lambda wanted: wanted.lower() in json.dumps(content.types).lower(),
        "Language": lambda wanted: wanted == content.language,
        "ContentType": lambda wanted: wanted in content.types,
        "ChannelEligibility": lambda wanted: wanted == f"whatsapp:{content.status}",
        "DateCreatedAfter": lambda wanted: content.created >= wanted,
        "DateCreatedBefore": lambda wanted: content.created <= wanted,
    }
    return all(test(asked[name]) for name, test in tests.items() if asked.get(name))


def _with_blanks(value: Any) -> Any:
    if isinstance(value, str):
        return _SLOT.sub(r"{{ \1 }}", value)
    if isinstance(value, dict):
        return {name: _with_blanks(each) for name, each in value.items()}
    return [_with_blanks(each) for each in value] if isinstance(value, list) else value
