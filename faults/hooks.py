"""Genuine webhooks as bytes, and many of them at once, without the stand-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bench.wire import Broken, Wire, Wires
from faults.ground import SENDERS, Ground
from simulator import forms
from simulator.signing import encode, signed_headers

_SECONDS = 30.0


@dataclass(frozen=True)
class Hook:
    """One webhook as it is posted, and what the oracle wants to know of it."""

    path: str
    form: Mapping[str, str]
    request: bytes

    def answered(self, status: int) -> dict[str, Any]:
        """As an entry of the stand-in's log."""
        told, code = self.form.get("MessageStatus", ""), self.form.get("ErrorCode", "")
        sid = self.form["MessageSid"]
        return {"url": self.path, "sid": sid, "status": told, "error_code": code, "answer": status}


def inbound(ground: Ground, sender: str, body: str, *, sid: str = "", token: str = "") -> Hook:
    """A customer's message."""
    form = forms.inbound(forms.Line(ground.account, SENDERS[0]), forms.Inbound(sender=sender, body=body, sid=sid))
    return _hook(ground, "/twilio/inbound", form, token)


def status(ground: Ground, path: str, sid: str, to: str, word: str, error_code: str = "") -> Hook:
    """A status callback, on the path of one attempt or on the bare one."""
    form = forms.status(forms.Line(ground.account, SENDERS[0]), sid, to, word, error_code=error_code)
    return _hook(ground, path, form, "")


def again(ground: Ground, hook: Hook, token: str) -> Hook:
    """The same form with another idempotency token, which is not part of what is signed."""
    return _hook(ground, hook.path, hook.form, token)


def _hook(ground: Ground, path: str, form: Mapping[str, str], token: str) -> Hook:
    env, body = ground.stand.env, encode(form)
    headers = signed_headers(f"{env['PUBLIC_BASE_URL']}{path}", form, env["TWILIO_AUTH_TOKEN"], token)
    headers |= {"Host": "127.0.0.1", "Content-Length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return Hook(path, form, f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)


def post(ground: Ground, hooks: Sequence[Hook], connections: int = 0) -> list[int]:
    """Post them over so many connections (one for each, without), and return each one's status; 0 for no answer."""
    at_once = min(connections or len(hooks), len(hooks))
    wires = Wires(int(ground.stand.env["PORT"]), at_once)
    statuses, waiting = [0] * len(hooks), iter(range(len(hooks)))
    under_way: dict[Wire, int] = {}
    try:
        for number in islice(waiting, at_once):
            _post(wires, hooks[number], number, under_way)
        while under_way and (ready := wires.ready(_SECONDS)):
            for wire in ready:
                answer = _answer(wires, wire)
                if answer is None:
                    continue
                statuses[under_way.pop(wire)] = answer
                if answer and (number := next(waiting, -1)) >= 0:
                    _post(wires, hooks[number], number, under_way)
    finally:
        wires.close()
    return statuses


def _answer(wires: Wires, wire: Wire) -> int | None:
    try:
        answer = wire.answer()
    except Broken:
        wires.drop(wire)
        return 0
    if answer is not None:
        wires.give_back(wire)
    return answer


def _post(wires: Wires, hook: Hook, number: int, under_way: dict[Wire, int]) -> None:
    with suppress(OSError, Broken):
        wire = wires.take()
        wire.post(hook.request)
        under_way[wire] = number
