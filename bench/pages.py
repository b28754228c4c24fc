"""Pages, lists, counts and searches over a long past, each against the same over a short one, and webhooks too."""

from __future__ import annotations

import http.client
import time
from argparse import Namespace
from dataclasses import dataclass
from urllib.parse import quote

from app.domain.agents import sessions
from app.domain.agents.sessions import Origin
from app.store import agents
from app.store.database import connect
from bench import figures
from bench.filling import fill
from bench.load import closed_loop
from bench.past import Past
from bench.processor import seconds_used
from bench.stands import filled_product, writer
from harness.processes import Stand

PAGE_MS, SEARCH_MS, PAGE_RATIO, WEBHOOK_RATIO = 50, 300, 1.5, 1.2
# Below this, a ratio of two medians says more of the machine than of the product.
FLOOR_MS = 10
WARM_UP = 5
SETTINGS = {"WEB_CONCURRENCY": "1", "SESSION_COOKIE_SECURE": ""}


@dataclass(frozen=True)
class Asked:
    """What is asked for: its name, its address, and whether it is a search."""

    name: str
    address: str
    is_search: bool = False


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


def asked_of(past: Past) -> list[Asked]:
    """Every page, list, count and search, for conversations and words of this past."""
    middle, newest = past.contacts // 2, past.contacts
    old_name, phone = past.name(past.contacts // 3).partition(" ")[2], past.phone(middle)
    pages = {
        **{f"inbox, {tab}": f"/?tab={tab}" for tab in ("mine", "unassigned", "all", "closing", "closed")},
        "inbox, a list": "/inbox/list?tab=all",
        "inbox, rows further down": "/inbox/more?tab=all&after=" + _position(past),
        "inbox, counts": "/inbox/counts?tab=all",
        "numbers of the navigation": "/navigation",
        "a conversation": f"/conversations/{newest}",
        "the longest conversation": "/conversations/1",
        "state of the longest": "/conversations/1/state",
        "feed": "/feed",
        "feed, statuses": "/feed?kind=status",
        "feed, consent (none)": "/feed?kind=consent",
        "feed, further down": f"/feed/more?before={past.messages}",
        "failures": "/failures",
        "failures, counts": "/failures/counts",
        "failures of a code": "/failures/63016",
        "journal": "/journal",
        "journal, quarantined": "/journal?state=quarantined",
        "journal, by SID": f"/journal?sid={past.sid(middle)}",
        "new message": "/messages/new",
        "agents": "/settings/agents",
        "settings": "/settings",
    }
    searches = {
        "search: an old name": quote(old_name),
        "search: a number": quote(phone),
        "search: part of a number": phone[-7:],
        "search: a common word": "order",
        "search: what isn't there": "nowheretobefound",
    }
    asked = [Asked(name, address) for name, address in pages.items()]
    asked += [Asked(name, f"/inbox/list?q={words}", True) for name, words in searches.items()]
    asked += [Asked(f"feed, {name}", f"/feed?q={words}", True) for name, words in searches.items()]
    return [*asked, Asked("feed, search: a SID", f"/feed?q={past.sid(1)}", True)]


def _position(past: Past) -> str:
    return f"{int(past.until - 3600 * 12) * 1_000_000}-1"


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
        leader, cookie = stand.pids("web")[0], _logged_in(stand)
        taken = {
            asked.name: _taken(int(stand.env["PORT"]), leader, asked.address, cookie, options.requests)
            for asked in asked_of(began[0])
        }
        return Measured(taken, _webhook(stand, leader, contacts, options.webhooks))


def _logged_in(stand: Stand) -> str:
    """The cookie of a session that is begun for an agent of the past."""
    account_sid, database = stand.env["TWILIO_ACCOUNT_SID"], connect(stand.env["DATABASE_URL"])
    agent = database.read(lambda session: agents.all_of(session, account_sid)[0])
    token = database.write(lambda session: sessions.begin(session, agent, Origin("127.0.0.1", "figures")))
    database.close()
    return f"switchboard_session={token}"


def _taken(port: int, leader: int, address: str, cookie: str, requests: int) -> Taken:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    latencies, before = [], 0.0
    for turn in range(WARM_UP + requests):
        if turn == WARM_UP:
            before = seconds_used(leader)
        began = time.perf_counter()
        connection.request("GET", address, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise AssertionError(f"{address} was answered {answer.status}")
        latencies.append(time.perf_counter() - began)
    connection.close()
    return Taken(latencies[WARM_UP:], (seconds_used(leader) - before) / requests)


def _webhook(stand: Stand, leader: int, contacts: int, count: int) -> float:
    port, posts = int(stand.env["PORT"]), writer(stand, contacts)
    posts.seed = 7
    # Customers of all times write, not only those whose rows were just read.
    step = max(1, contacts // count)
    made = [posts.inbound(contact=1 + number * step % contacts) for number in range(2 * count)]
    closed_loop(port, made[:count], 8, 60)
    before = seconds_used(leader)
    answered = closed_loop(port, made[count:], 8, 120).answered
    return (seconds_used(leader) - before) / len(answered) * 1e6


def _report(options: Namespace, engine: str, small: Measured, large: Measured) -> bool:
    past = Past("", "", options.messages, options.contacts, time.time())
    rows, kept = [], []
    for asked in asked_of(past):
        few, many = small.pages[asked.name], large.pages[asked.name]
        ratio = many.median / few.median
        most = SEARCH_MS if asked.is_search else PAGE_MS
        # A search is to be quick enough, and not as quick as among a few.
        within = asked.is_search or ratio <= PAGE_RATIO or many.median < FLOOR_MS
        if many.p95 > most or not within:
            kept.append(figures.target(options, f"{asked.name}: p95 {many.p95:.0f} ms, ratio {ratio:.2f}", False))
        shown = [f"{value:.1f}" for value in (few.median, many.median, many.p95, many.processor * 1000)]
        rows.append((asked.name, *shown, f"{ratio:.2f}"))
    heads = ("", f"median at {options.compared:,}", "median ms", "p95 ms", "CPU ms", "ratio")
    figures.table(f"pages on {engine}: {options.messages:,} messages, {options.contacts:,} contacts", heads, rows)
    ratio = large.webhook / small.webhook
    says = f"a webhook: {large.webhook:.0f} µs of processor time, {small.webhook:.0f} at {options.compared:,}"
    kept.append(figures.target(options, f"{says}, ratio {ratio:.2f} (at most {WEBHOOK_RATIO})", ratio <= WEBHOOK_RATIO))
    kept.append(figures.verdict("every page answered 200, every webhook 2xx", True))
    return all(kept)
