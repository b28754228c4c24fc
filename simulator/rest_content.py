"""The Content API: contents, their approval, and the lists of both."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from simulator import sids
from simulator.answers import as_json, authenticate, errors_as_twilio, exchange, perform
from simulator.content_checks import check_change, check_content, check_submission, invalid
from simulator.content_list import page, resource
from simulator.content_parts import richest
from simulator.contents import Approval, Content
from simulator.errors import error

rest_content = Blueprint("rest_content", __name__)
errors_as_twilio(rest_content)


@rest_content.post("/v1/Content")
def create() -> Response:
    _authenticate()

    def work() -> Response:
        asked = _asked()
        check_content(asked)
        content = Content(sids.new("HX"), asked["types"], str(asked.get("friendly_name") or ""), asked["language"])
        content.variables = asked.get("variables") or {}
        return as_json(_resource(exchange().contents.put(content)), 201)

    return perform("content", work)


@rest_content.get("/v1/Content/<sid>")
def fetch(sid: str) -> Response:
    _authenticate()
    return perform("content", lambda: as_json(_resource(_found(sid))))


@rest_content.put("/v1/Content/<sid>")
def change(sid: str) -> Response:
    _authenticate()

    def work() -> Response:
        content, asked = _found(sid), _asked()
        check_change(content)
        check_content({"language": content.language, **asked})
        for name in ("friendly_name", "language", "types", "variables"):
            if name in asked:
                setattr(content, name, asked[name])
        return as_json(_resource(exchange().contents.put(content)))

    return perform("content", work)


@rest_content.delete("/v1/Content/<sid>")
def delete(sid: str) -> Response:
    _authenticate()

    def work() -> Response:
        exchange().contents.remove(_found(sid).sid)
        return Response(status=204)

    return perform("content", work)


@rest_content.post("/v1/Content/<sid>/ApprovalRequests/whatsapp")
def submit(sid: str) -> Response:
    _authenticate()

    def work() -> Response:
        content, asked = _found(sid), _asked()
        check_submission(content, exchange().contents, asked)
        content.approval = Approval(asked["name"], asked["category"], richest(content))
        content.approval.allow_category_change = bool(asked.get("allow_category_change", True))
        exchange().contents.put(content)
        exchange().review.begin(sid)
        return as_json(vars(content.approval), 201)

    return perform("content", work)


@rest_content.get("/v1/Content/<sid>/ApprovalRequests")
def approval(sid: str) -> Response:
    """What was never submitted is told in three ways: 404, null and an empty object."""
    _authenticate()

    def work() -> Response:
        content, shape = _found(sid), exchange().knobs.approval_shape
        if content.approval is None and shape == "list":
            raise error(20404, request.path)
        nothing: Any = None if shape == "flat" else {}
        told = {"type": "whatsapp", **vars(content.approval)} if content.approval else nothing
        account = exchange().settings.account_sid
        url = f"https://content.twilio.com{request.path}"
        return as_json({"sid": sid, "account_sid": account, "whatsapp": told, "url": url})

    return perform("content", work)


@rest_content.get("/<any(v1, v2):version>/<any(Content, ContentAndApprovals, LegacyContent):name>")
def contents(version: str, name: str) -> Response:
    _authenticate()
    if version == "v2" and name == "LegacyContent":
        raise error(20404, request.path)
    shape = exchange().knobs.approval_shape if name == "ContentAndApprovals" else ""
    asked = request.args
    if asked.get("Page", "0") != "0" and not asked.get("PageToken"):
        raise invalid("Page is not supported; follow next_page_url")
    return perform("content_list", lambda: as_json(page(exchange(), request.path, asked, shape)))


def _authenticate() -> None:
    authenticate(exchange().settings.account_sid)


def _resource(content: Content) -> dict[str, Any]:
    return resource(content, exchange().settings.account_sid)


def _found(sid: str) -> Content:
    content = exchange().contents.get(sid)
    if content is None:
        raise error(20404, request.path)
    return content


def _asked() -> dict[str, Any]:
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise invalid("The body is a JSON object")
    return asked
