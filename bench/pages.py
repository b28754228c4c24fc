"""Pages, lists, counts and searches over a long past, each against the same over a short one, and webhooks too."""

from __future__ import annotations

import http.client
import time
from argparse import Namespace
from dataclasses import dataclass

from app.domain.agents import sessions
from app.domain.agents.sessions import Origin
from app.store import agents
from app.store.database import connect
from bench import figures
from bench.addresses import Asked, asked_of
from bench.filling import fill
from bench.load import closed_loop
from bench.past import Past
from bench.processor import database_server, seconds_used
from bench.stands import filled_product, writer
from harness.processes import Stand

PAGE_MS, SEARCH_MS, PAGE_RATIO, WEBHOOK_RATIO = 50, 300, 1.5, 1.2
# Below this, a ratio says more of the clock's ticks than of the product.
FLOOR_MS = 10
WARM_UP = 5
SETTINGS = {"WEB_CONCURRENCY": "1", "SESSION_COOKIE_SECURE": ""}


@dataclass(frozen=True)
class Taken:
    """The seconds that each answer took, and the server's processor time for one."""

    latencies: list[float]
    processor: float

    @property
    def p95(self) -> float:
        """Milliseconds that 95 of 100 answers don't exceed."""
        return figures.percentile(self.latencies, 0.95) * 1000

    @property
    def median(self) -> float:
        """Milliseconds in the middle."""
        return figures.median(self.latencies) * 1000


@dataclass(frozen=True)
class Measured:
    """What one database took: each address by its name, and microseconds of processor time for a webhook."""

    pages: dict[str, Taken]
    webhook: float


def run(options: Namespace, engine: str) -> bool:
    """Measure on both databases and print the table; True when every target is met."""
    small = _measured(options, engine, options.compared, max(50, options.compared // 10))
    large = _measured(options, engine, options.messages, options.contacts)
    return _report(options, engine, small, large)


def _measured(options: Namespace, engine: str, messages: int, contacts: int) -> Measured:
    began: list[Past] = []

    def filled(stand: Stand) -> None:
        env = stand.env
        past = Past(env["TWILIO_ACCOUNT_SID"], env["TWILIO_WHATSAPP_FROM"], messages, contacts, time.time())
        fill(env["DATABASE_URL"], past)
        began.append(past)

    since = time.perf_counter()
    with filled_product(engine, filled, "web", **SETTINGS) as stand:
        print(f"{engine}: {messages:,} messages are there after {time.perf_counter() - since:.0f} s", flush=True)
        leaders, cookie = [stand.pids("web")[0], *database_server(stand.env["DATABASE_URL"])], logged_in(stand)
        taken = {
            asked.name: taken_by(int(stand.env["PORT"]), leaders, asked.address, cookie, options.requests)
            for asked in asked_of(began[0])
        }
        return Measured(taken, _webhook(stand, leaders, contacts, options.webhooks))


def logged_in(stand: Stand) -> str:
    """The cookie of a session that is begun for an agent of the past."""
    account_sid, database = stand.env["TWILIO_ACCOUNT_SID"], connect(stand.env["DATABASE_URL"])
    agent = database.read(lambda session: agents.all_of(session, account_sid)[0])
    token = database.write(lambda session: sessions.begin(session, agent, Origin("127.0.0.1", "figures")))
    database.close()
    return f"switchboard_session={token}"


def taken_by(port: int, leaders: list[int], address: str, cookie: str, requests: int) -> Taken:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    latencies, before = [], 0.0
    warm_up = min(WARM_UP, requests)
    for turn in range(warm_up + requests):
        if turn == warm_up:
            before = sum(map(seconds_used, leaders))
        began = time.perf_counter()
        connection.request("GET", address, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise AssertionError(f"{address} was answered {answer.status}")
        latencies.append(time.perf_counter() - began)
    connection.close()
    return Taken(latencies[warm_up:], (sum(map(seconds_used, leaders)) - before) / requests)


def _webhook(stand: Stand, leaders: list[int], contacts: int, count: int) -> float:
    port, posts = int(stand.env["PORT"]), writer(stand, contacts)
    posts.seed = 7
    # Customers of all times write, not only those whose rows were just read.
    step = max(1, contacts // count)
    made = [posts.inbound(contact=1 + number * step % contacts) for number in range(2 * count)]
    closed_loop(port, made[:count], 8, 60)
    before = sum(map(seconds_used, leaders))
    answered = closed_loop(port, made[count:], 8, 120).answered
    return (sum(map(seconds_used, leaders)) - before) / len(answered) * 1e6


def _report(options: Namespace, engine: str, small: Measured, large: Measured) -> bool:
    past = Past("", "", options.messages, options.contacts, time.time())
    rows, kept = [], []
    for asked in asked_of(past):
        few, many = small.pages[asked.name], large.pages[asked.name]
        # By processor time: what else the machine does makes both medians longer, and not by the same.
        ratio = many.processor / max(few.processor, 1e-3)
        most = SEARCH_MS if asked.is_search else PAGE_MS
        # A search is to be quick enough, and not as quick as among a few.
        within = asked.is_search or ratio <= PAGE_RATIO or many.processor * 1000 < FLOOR_MS
        if many.p95 > most or not within:
            kept.append(figures.target(options, f"{asked.name}: p95 {many.p95:.0f} ms, ratio {ratio:.2f}", False))
        times = (few.median, many.median, many.p95, few.processor * 1000, many.processor * 1000)
        shown = [f"{value:.1f}" for value in times]
        rows.append((asked.name, *shown, f"{ratio:.2f}"))
    heads = (
        "",
        f"median at {options.compared:,}",
        "median ms",
        "p95 ms",
        f"CPU at {options.compared:,}",
        "CPU ms",
        "CPU ratio",
    )
    figures.table(f"pages on {engine}: {options.messages:,} messages, {options.contacts:,} contacts", heads, rows)
    ratio = large.webhook / small.webhook
    says = f"a webhook: {large.webhook:.0f} µs of processor time, {small.webhook:.0f} at {options.compared:,}"
    kept.append(figures.target(options, f"{says}, ratio {ratio:.2f} (at most {WEBHOOK_RATIO})", ratio <= WEBHOOK_RATIO))
    _record(options, engine, [(asked, small.pages[asked.name], large.pages[asked.name]) for asked in asked_of(past)])
    figures.record(
        options,
        engine,
        "pages, a webhook at a million messages",
        f"{large.webhook:,.0f} µs of processor time, {ratio:.2f} × that at {options.compared:,}",
        f"≤ {WEBHOOK_RATIO} ×",
        ratio <= WEBHOOK_RATIO,
    )
    kept.append(figures.verdict("every page answered 200, every webhook 2xx", True))
    return all(kept)


def _record(options: Namespace, engine: str, taken: list[tuple[Asked, Taken, Taken]]) -> None:
    """The slowest page and the slowest search."""
    for name, is_search, most in (("pages", False, PAGE_MS), ("searches", True, SEARCH_MS)):
        asked, few, many = max((one for one in taken if one[0].is_search == is_search), key=lambda one: one[2].p95)
        result = (
            f"{many.p95:.0f} ms ({asked.name}); {many.processor * 1000:.0f} ms of processor time, "
            f"{few.processor * 1000:.0f} at {options.compared:,}"
        )
        figures.record(
            options, engine, f"pages, p95 of the slowest of the {name}", result, f"≤ {most} ms", many.p95 <= most
        )
