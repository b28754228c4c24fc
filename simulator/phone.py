"""The phone page: one writes as the customer, sees what arrives, and makes Twilio misbehave."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode

import filetype
from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from simulator.answers import exchange
from simulator.exchange import File
from simulator.forms import Inbound
from simulator.knobs import CALLBACK_MODES
from simulator.people import OFFERED, Customer, customers
from simulator.presets import NEXT, PRESETS, written
from simulator.refusals import RECIPIENT
from simulator.settings import as_address

phone = Blueprint("phone", __name__)
THREAD_SHOWN = 200
LOG_SHOWN = 20
PARTS = ("thread", "customers", "log", "waiting")


@phone.get("/")
def show() -> str:
    """The whole page for one customer."""
    return render_template("phone.html", **context())


@phone.post("/phone/live")
def live() -> AnyResponse:
    """What changed since the page was drawn, as fragments; the customer is looking, so what arrived is read."""
    here = exchange()
    if request.form.get("looking"):
        here.delivery.read(request.form.get("customer", ""))
    version = _version()
    if request.form.get("version") == version:
        return Response(status=204)
    shown = context()
    return jsonify(version=version, parts={name: render_template(f"_{name}.html", **shown) for name in PARTS})


@phone.post("/phone/send")
def send() -> AnyResponse:
    """Write as the customer: words, a file, or what one of the quick buttons stands for."""
    here = exchange()
    customer = as_address(request.form.get("customer", "").replace(" ", ""))
    if not RECIPIENT.fullmatch(customer):
        return Response("That is no number with + and country code, and no WhatsApp id.", 400)
    base = Inbound(sender=customer, body=request.form.get("body", ""), profile_name=request.form.get("name", ""))
    team = [message.sid for message in here.ledger.thread(customer) if message.direction != "inbound"]
    inbound, files = written(request.form.get("kind", "text"), base, team[-1] if team else "")
    files = files or _uploaded()
    if inbound.body or files or inbound.location:
        message = here.receive(inbound, files)
        here.clockwork.after(0, lambda: here.announce(message))
    return _back()


@phone.post("/phone/next")
def choose_next() -> AnyResponse:
    """What Twilio does with the next calls."""
    chosen = NEXT.get(request.form.get("next", ""), NEXT["normal"])[1]
    if chosen is None:
        exchange().queue.clear()
    else:
        times = min(max(request.form.get("times", 1, type=int), 1), 1000)
        exchange().queue.add({"times": times, **chosen})
    return _back()


@phone.post("/phone/settings")
def change_settings() -> AnyResponse:
    """How callbacks come, and when the customer reads."""
    here = exchange()
    mode = request.form.get("callbacks", "")
    seconds = request.form.get("read_after", type=float)
    changes: dict[str, Any] = {"auto_read": seconds is not None}
    if mode in CALLBACK_MODES:
        changes["callbacks"] = mode
    if seconds is not None:
        changes["read_after"] = max(seconds, 0.0)
    here.knobs = here.knobs.changed(changes)
    return _back()


def context() -> dict[str, Any]:
    """Everything the page and its fragments show."""
    here = exchange()
    people = customers(here.ledger)
    asked = request.values.get("customer", "").replace(" ", "")
    address = as_address(asked) if asked else OFFERED[0].address
    known = {customer.address: customer for customer in people}
    customer = known.get(address) or Customer(address, request.values.get("name", ""))
    return {
        "customer": customer,
        "people": people if address in known else [customer, *people],
        "messages": here.ledger.thread(address)[-THREAD_SHOWN:],
        "media": here.media,
        "log": here.webhooks.last(LOG_SHOWN),
        "waiting": here.queue.waiting(),
        "choices": {key: words for key, (words, _) in NEXT.items()},
        "presets": PRESETS,
        "modes": CALLBACK_MODES,
        "knobs": asdict(here.knobs),
        "console": here.settings.public_base_url,
        "sender": here.settings.senders[0].removeprefix("whatsapp:"),
        "version": _version(),
    }


def _version() -> str:
    here = exchange()
    waiting = sum(abs(entry["times"]) for entry in here.queue.waiting())
    return f"{here.ledger.version}.{here.webhooks.count}.{waiting}"


def _uploaded() -> list[File]:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return []
    content = upload.read()
    guessed = filetype.guess_mime(content)
    name = PurePosixPath(upload.filename).name
    return [(content, guessed or upload.mimetype or "application/octet-stream", name)]


def _back() -> AnyResponse:
    asked = {name: request.form[name] for name in ("customer", "name") if request.form.get(name)}
    return redirect(f"{url_for('phone.show')}?{urlencode(asked)}", 303)
