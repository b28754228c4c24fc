"""D4: PostgreSQL is restarted, and its connections are cut, while webhooks come."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg

from faults import hooks as posts
from faults import migrating
from faults.ground import Ground
from faults.hooks import Hook
from faults.verdicts import Scenario, Verdict
from harness.database_copies import PostgresqlCopies
from harness.databases import PostgresqlServer

_BATCH = 50
_TERMINATE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname <> 'postgres'"
)


def restarted_database(ground: Ground, runs: int) -> Verdict:
    """D4: PostgreSQL is restarted twice and its connections are cut every second while webhooks come."""
    server = PostgresqlServer()
    folder = ground.folder / f"restarted-{runs}"
    folder.mkdir()
    try:
        server.start()
        copies = PostgresqlCopies(server.url())
        with migrating.one_at_a_time:
            url = copies.copy()
        copies.close()
        with Ground(folder, url, quick=ground.quick) as own:
            return _restarted(own, server, runs)
    finally:
        server.remove()


def _restarted(ground: Ground, server: PostgresqlServer, runs: int) -> Verdict:
    verdict = Verdict(runs, f"0 lost, 0 doubled of {runs}")
    ground.web(concurrency=2)
    ground.workers()
    customers = ground.customers(50)
    hooks = [posts.inbound(ground, customers[n % 50][0], f"restart {n}") for n in range(runs)]
    over, done = threading.Event(), threading.Event()
    with ThreadPoolExecutor(2) as hands:
        cuts = hands.submit(_cut, server, over)
        posting = hands.submit(_post_all, ground, hooks, done)
        try:
            for end in (server.stop, server.kill):
                _some_more(ground, hooks, posting)
                end()
                server.start()
        finally:
            answers = posting.result()
            over.set()
    verdict.figure(
        f"{answers['tries']} posts, {answers['failed']} of them not 2xx, connections cut {cuts.result()} times"
    )
    sids = [hook.form["MessageSid"] for hook in hooks]
    ground.wait(lambda: set(sids) <= set(ground.books.received()), 60)
    ground.wait_for_spool()
    verdict.figure(f"{len(set(sids) & set(ground.books.received()))} of {runs} there")
    ground.no_workers()
    verdict.judge(ground.look([hook.answered(200) for hook in hooks]))
    return verdict


def _some_more(ground: Ground, hooks: list[Hook], posting: Future[Counter[str]]) -> None:
    def more() -> bool:
        return posting.done() or len(ground.books.received()) >= before + len(hooks) // 4

    before = len(ground.books.received())
    ground.wait(more)


def _post_all(ground: Ground, hooks: list[Hook], done: threading.Event) -> Counter[str]:
    """Post each until it is answered 2xx, as Twilio with its repeats would, some at a time."""
    counted: Counter[str] = Counter()
    for start in range(0, len(hooks), _BATCH):
        waiting = hooks[start : start + _BATCH]
        while waiting:
            statuses = posts.post(ground, waiting)
            counted["tries"] += len(waiting)
            waiting = [hook for hook, status in zip(waiting, statuses, strict=True) if not 200 <= status < 300]
            counted["failed"] += len(waiting)
            done.wait(0.05 if waiting else 0)
    return counted


def _cut(server: PostgresqlServer, over: threading.Event) -> int:
    cuts = 0
    while not over.wait(1):
        try:
            with psycopg.connect(
                server.url().replace("+psycopg", ""), autocommit=True, connect_timeout=2
            ) as connection:
                connection.execute(_TERMINATE)
                cuts += 1
        except psycopg.OperationalError:
            continue
    return cuts


SCENARIOS = [
    Scenario(
        "D4",
        "PostgreSQL restarted under load, its connections cut",
        restarted_database,
        5000,
        200,
        engines=("postgresql",),
    ),
]
