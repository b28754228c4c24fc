"""What the sender form takes to answer a keystroke: the list that fits two letters, and the preview of a value."""

from __future__ import annotations

import http.client
import re
import time
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from app.domain.clock import now
from app.store.database import connect
from app.store.templates import rows
from bench import figures
from bench.filling import fill
from bench.pages import SETTINGS, WARM_UP, logged_in
from bench.past import Past
from bench.processor import database_server, seconds_used
from bench.stands import filled_product
from harness.processes import Stand

MOST_MS = 100
_KEY = re.compile(r'name="csrf-token" content="([^"]+)"')
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORDS = "ready moved order repair booking reminder invoice delivery thanks appointment"
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true", "HX-Trigger-Name": "value-2"}


def run(options: Namespace, engine: str) -> bool:
    """Measure on one database and print the table; True when both are quick enough."""
    with filled_product(engine, lambda stand: _fill(stand, options.templates), "web", **SETTINGS) as stand:
        asking = _Asking(stand)
        leaders = [stand.pids("web")[0], *database_server(stand.env["DATABASE_URL"])]
        found, of_list = _taken(asking.choices, leaders, options.requests)
        checked, of_value = _taken(asking.check, leaders, options.requests)
    shown = [
        ("two letters", *figures.milliseconds(found), f"{of_list:.1f}"),
        ("a value", *figures.milliseconds(checked), f"{of_value:.1f}"),
    ]
    figures.table(
        f"{engine}: a keystroke among {options.templates} templates", ("", *figures.MILLISECONDS, "processor ms"), shown
    )
    told = figures.verdict("every answer showed what was typed", asking.wrong == 0)
    held = [told]
    for name, latencies in (("two letters", found), ("a value", checked)):
        p95 = figures.percentile(latencies, 0.95) * 1000
        held.append(figures.target(options, f"{name}: p95 {p95:.0f} ms, at most {MOST_MS}", p95 < MOST_MS))
        figures.record(options, engine, f"keystroke, {name}, p95", f"{p95:.0f} ms", f"< {MOST_MS} ms", p95 < MOST_MS)
    return all(held)


def _taken(ask: Callable[[int], float], leaders: list[int], count: int) -> tuple[list[float], float]:
    """The seconds that each answer took, and the milliseconds of processor time for one."""
    for number in range(WARM_UP):
        ask(number)
    before = sum(map(seconds_used, leaders))
    latencies = [ask(number) for number in range(count)]
    return latencies, (sum(map(seconds_used, leaders)) - before) / count * 1000


class _Asking:
    """An agent's browser with the form of one conversation."""

    def __init__(self, stand: Stand) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", int(stand.env["PORT"]), timeout=60)
        self._headers = {"Cookie": logged_in(stand)}
        self.wrong = 0
        page = self._ask("GET", "/conversations/1/template?template=" + _sid(1))
        key = _KEY.search(page)
        assert key
        self._headers["X-CSRFToken"] = key[1]

    def choices(self, number: int) -> float:
        """The seconds until the list for two letters is there."""
        letters = _LETTERS[number % 26] + _LETTERS[number * 7 % 26]
        return self._timed(letters, "GET", f"/compose/template/choices?for=conversation:1&template={letters}")

    def check(self, number: int) -> float:
        """The seconds until a value's preview is there."""
        fields = {"content_sid": _sid(number % 100), "values_of": _sid(number % 100), "value-1": "Ava"}
        body = urlencode({**fields, "value-2": f"bike {number}"})
        return self._timed(f": bike {number}.", "POST", "/compose/template/check?for=conversation:1", body)

    def _timed(self, words: str, method: str, address: str, body: str = "") -> float:
        began = time.perf_counter()
        text = self._ask(method, address, body)
        taken = time.perf_counter() - began
        self.wrong += words not in text and 'role="option"' not in text
        return taken

    def _ask(self, method: str, address: str, body: str = "") -> str:
        # The form's key is one of this cookie, which the first page sets.
        self._connection.request(method, address, body or None, {**self._headers, **(_FORM if body else {})})
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if answer.status != 200:
            raise AssertionError(f"{address} was answered {answer.status}")
        if (cookie := answer.getheader("Set-Cookie", "")) and "switchboard_form=" in cookie:
            self._headers["Cookie"] += "; " + cookie.partition(";")[0]
        return text


def _fill(stand: Stand, count: int) -> None:
    env = stand.env
    account_sid = env["TWILIO_ACCOUNT_SID"]
    fill(env["DATABASE_URL"], Past(account_sid, env["TWILIO_WHATSAPP_FROM"], 2000, 200, time.time()))
    database, words, at = connect(env["DATABASE_URL"]), _WORDS.split(), now()
    for number in range(count):
        name = f"{words[number % 10]}_{words[number // 10 % 10]}_{number // 2}"
        body = f"Hello {{{{1}}}}, about your {words[number % 10]}: {{{{2}}}}. " + "We are here to help. " * 20
        columns: dict[str, Any] = {
            "friendly_name": name,
            "language": ("en_US", "de")[number % 2],
            "content_types": {"twilio/text": {"body": body}},
            "kind": "twilio/text",
            "body": body,
            "status": "approved",
            "category": "UTILITY",
            "synced_at": at,
        }
        database.write(partial(rows.add, account_sid=account_sid, sid=_sid(number), **columns))
    database.write(lambda session: rows.set_listed(session, account_sid, at))
    database.close()


def _sid(number: int) -> str:
    return f"HX{number:032x}"
