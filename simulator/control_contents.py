"""The control API's templates: know them at once, and move their approval by hand."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from simulator.answers import exchange
from simulator.content_parts import shown
from simulator.contents import SID, Approval, Content
from simulator.control import asked_json, wrong
from simulator.knobs import KnobError

control_contents = Blueprint("control_contents", __name__, url_prefix="/control")
control_contents.register_error_handler(KnobError, wrong)
_APPROVAL = ("status", "category", "rejection_reason", "name", "content_type")


@control_contents.get("/templates")
def show_templates() -> Response:
    """Every template's text by its SID."""
    return jsonify({content.sid: _text(content) for content in exchange().contents.all()})


@control_contents.post("/templates")
def add_template() -> Response:
    """Know a template: its `sid`, and its `text` with placeholders such as {{1}}, or its `types`.

    It is approved as UTILITY unless `status` and `category` say otherwise; `unsubmitted` leaves it without approval.
    """
    asked = asked_json()
    if not SID.fullmatch(str(asked.get("sid", ""))):
        raise KnobError("sid is HX and 32 hexadecimal digits")
    types = asked.get("types") or {"twilio/text": {"body": str(asked.get("text", ""))}}
    name = str(asked.get("friendly_name") or "template")
    content = Content(asked["sid"], types, name, str(asked.get("language", "en")), asked.get("variables") or {})
    content.created = str(asked.get("created", ""))
    if asked.get("status") != "unsubmitted":
        content.approval = Approval(
            name, str(asked.get("category", "UTILITY")), "", str(asked.get("status", "approved"))
        )
        content.approval.rejection_reason = str(asked.get("rejection_reason", ""))
    exchange().contents.put(content)
    return show_templates()


@control_contents.post("/approval")
def approval() -> Response:
    """WhatsApp says something else of the template `sid`: its status, category or reason.

    `seconds` later it has the status of before again, as after a pause.
    """
    asked = asked_json()
    sid, said = str(asked.get("sid", "")), {name: str(asked[name]) for name in _APPROVAL if name in asked}
    before = exchange().contents.get(sid)
    if before is None or exchange().contents.approve(sid, **said) is None:
        raise KnobError("there is no such template that was submitted")
    if "seconds" in asked:
        exchange().review.later(sid, float(asked["seconds"]), before.status)
    return jsonify(sid=sid, **said)


@control_contents.delete("/templates/<sid>")
def remove(sid: str) -> Response:
    """The template isn't there any more."""
    exchange().contents.remove(sid)
    return jsonify(done=True)


def _text(content: Content) -> Any:
    return shown(Content(content.sid, content.types), {})["body"]
