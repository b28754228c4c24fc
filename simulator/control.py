"""The control API: JSON on loopback that makes the stand-in misbehave, makes customers write, and shows the
record.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from simulator import samples
from simulator.answers import exchange
from simulator.exchange import File
from simulator.forms import Inbound
from simulator.knobs import KnobError
from simulator.message import now
from simulator.settings import as_address

control = Blueprint("control", __name__, url_prefix="/control")
PLAIN = {
    "body", "profile_name", "kind", "button", "list_choice", "location", "referral", "reply_to",
    "opt_out_type", "external_user_id", "sid", "extra",
}  # fmt: skip


@control.errorhandler(KnobError)
def wrong(problem: KnobError) -> tuple[Response, int]:
    return jsonify(error=str(problem)), 400


@control.post("/next")
def add_next() -> Response:
    return jsonify(asdict(exchange().queue.add(asked_json())))


@control.get("/next")
def show_next() -> Response:
    return jsonify(exchange().queue.waiting())


@control.delete("/next")
def clear_next() -> Response:
    exchange().queue.clear(request.args.get("operation", ""))
    return jsonify(exchange().queue.waiting())


@control.get("/settings")
def show_settings() -> Response:
    return jsonify(asdict(exchange().knobs))


@control.post("/settings")
def change_settings() -> Response:
    here = exchange()
    here.knobs = here.knobs.changed(asked_json())
    return jsonify(asdict(here.knobs))


@control.post("/inbound")
def inbound() -> Response:
    """A customer writes. `media` holds names of samples; `post: false` keeps the message without its
    webhook.
    """
    asked = asked_json()
    fields = {name: asked[name] for name in PLAIN if name in asked}
    known = {*PLAIN, "from", "to", "media", "num_media", "forwarded", "post"}
    if unknown := set(asked) - known:
        raise KnobError(f"unknown: {', '.join(sorted(unknown))}")
    if not asked.get("from"):
        raise KnobError("from is missing")
    message = Inbound(sender=as_address(asked["from"]), forwarded=bool(asked.get("forwarded")), **fields)
    to = as_address(asked["to"]) if asked.get("to") else ""
    kept = exchange().receive(message, _files(asked), sender=to)
    answer = asdict(exchange().announce(kept)) if asked.get("post", True) else None
    return jsonify(sid=kept.sid, form=kept.kept["form"], answer=answer)


@control.post("/windows")
def tell_windows() -> Response:
    """Each of `customers` wrote to `sender` (the first one where it is left out) at `at` (now), past the stand-in."""
    asked, here = asked_json(), exchange()
    sender = as_address(asked["sender"]) if asked.get("sender") else here.settings.senders[0]
    try:
        at = datetime.fromisoformat(asked["at"]) if asked.get("at") else now()
    except (TypeError, ValueError) as problem:
        raise KnobError("at is an ISO time") from problem
    if at.tzinfo is None:
        raise KnobError("at lacks its zone")
    for customer in asked.get("customers", []):
        here.windows.tell(as_address(customer), sender, at)
    return jsonify(done=True)


@control.post("/read")
def read() -> Response:
    """The customer `from` opens the conversation: what was delivered becomes read."""
    exchange().delivery.read(as_address(str(asked_json().get("from", ""))))
    return jsonify(done=True)


@control.get("/record")
def record() -> Response:
    """Every create that was accepted after entry `since`, in order, with all its parameters."""
    return jsonify(exchange().ledger.record[_since() :])


@control.get("/record/count")
def record_count() -> Response:
    return jsonify(count=len(exchange().ledger.record))


@control.get("/webhooks")
def webhooks() -> Response:
    """Every webhook that was posted after entry `since`, with its answer."""
    return jsonify(exchange().webhooks.since(_since()))


@control.post("/reset")
def reset() -> Response:
    exchange().reset()
    return jsonify(done=True)


def asked_json() -> dict[str, Any]:
    """What a request to the control API asks for; KnobError where it is no JSON object."""
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise KnobError("send a JSON object, with Content-Type application/json")
    return asked


def _since() -> int:
    return max(request.args.get("since", 0, type=int), 0)


def _files(asked: dict[str, Any]) -> list[File]:
    names = asked.get("media") or ["picture"] * int(asked.get("num_media", 0))
    for name in names:
        if name not in samples.SAMPLES:
            raise KnobError(f"media is of {', '.join(samples.SAMPLES)}")
    return [samples.sample(name) for name in names]
