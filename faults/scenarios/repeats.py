"""W1, W2, W4, W5: repeats at once, and callbacks that nobody waited for."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from faults import hooks as posts
from faults.ground import Ground
from faults.hooks import Hook
from faults.oracle import message_of
from faults.verdicts import Scenario, Verdict

_AT_ONCE = 100
_WEB_WORKERS = 4
_CONFIRMATIONS = "SELECT to_address FROM message WHERE account_sid = :account AND origin = 'opt_out_confirmation'"
_ORPHANS = "SELECT sid FROM status_event WHERE account_sid = :account AND message_id IS NULL"


def same_token(ground: Ground, runs: int) -> Verdict:
    """W1: Twilio repeats with the same idempotency token."""
    return _at_once(ground, runs, lambda _: "one-and-the-same")


def other_tokens(ground: Ground, runs: int) -> Verdict:
    """W2: a token that changes with each repeat must make no difference."""
    return _at_once(ground, runs, lambda number: f"token-{number}")


def _at_once(ground: Ground, runs: int, token: Callable[[int], str]) -> Verdict:
    verdict = Verdict(runs, f"{_AT_ONCE} × 2xx, one row, one reply")
    ground.web(concurrency=_WEB_WORKERS)
    ground.workers()
    customers = [address for address, _ in ground.customers(runs)]
    hooks, logged = [], []
    for customer in customers:
        first = posts.inbound(ground, customer, "STOP")
        hooks.append(first)
        statuses = posts.post(ground, [posts.again(ground, first, token(n)) for n in range(_AT_ONCE)])
        logged += [first.answered(status) for status in statuses]
    good = sum(200 <= hook["answer"] < 300 for hook in logged)
    verdict.figure(f"{good} of {len(logged)} × 2xx", good == len(logged))
    confirmed = [row[0] for row in ground.books.rows(_CONFIRMATIONS) if row[0] in customers]
    verdict.figure(f"{len(confirmed)} replies for {runs} customers", sorted(confirmed) == sorted(customers))
    ground.wait(lambda: not any(line.state in ("ready", "sending") for line in ground.books.sent()))
    sent = [create["params"]["To"][0] for create in ground.stand_in.record()]
    verdict.figure(f"each sent {max(map(sent.count, customers))} times", all(sent.count(c) == 1 for c in customers))
    return conclude(ground, verdict, logged)


def before_answer(ground: Ground, runs: int) -> Verdict:
    """W4: the first callback comes before the create's answer."""
    verdict = Verdict(runs, "all adopted, 0 lost")
    ground.web(concurrency=2)
    ground.workers()
    ground.stand_in.settings(callbacks="before_answer")
    numbers = [ground.ask(conversation, f"early {n}") for n, (_, conversation) in enumerate(ground.customers(runs))]
    ground.wait(lambda: all(line.status == "read" for line in ground.books.sent(numbers)))
    ground.stand_in.settings(callbacks="in_order")
    by = ground.books.settled_by(numbers)
    verdict.figure(f"{by['callback']} adopted by callback, {by['answer']} by the answer", sum(by.values()) == runs)
    return conclude(ground, verdict, [])


def strangers(ground: Ground, runs: int) -> Verdict:
    """W5: statuses of a SID that nobody knows yet, and of another SID on a message's own path."""
    verdict = Verdict(runs, "kept as orphans and adopted; never overwritten; 0 lost")
    ground.stand_in.settings(callbacks="never")
    ground.web(concurrency=2)
    # The answers can't be read, so nobody here knows the SIDs.
    ground.stand_in.misbehave("create", "not_json", times=-1)
    ground.workers()
    numbers = [ground.ask(conversation, f"orphan {n}") for n, (_, conversation) in enumerate(ground.customers(runs))]
    ground.wait(lambda: ground.books.states(numbers)["unconfirmed"] == runs)
    ground.stand_in.behave()
    sent = creates(ground, numbers)
    hooks = [posts.status(ground, "/twilio/status", sid, to, "delivered") for _, _, sid, to in sent]
    logged = _posted(ground, hooks)
    waiting = {row[0] for row in ground.books.rows(_ORPHANS)}
    kept = sum(sid in waiting for _, _, sid, _ in sent)
    verdict.figure(f"{kept} of {runs} kept as orphans", kept == runs)
    ground.wait(lambda: _settled(ground, numbers))
    # The list may know more than the callback told.
    delivered = sum(line.status in ("delivered", "read") for line in ground.books.sent(numbers))
    verdict.figure(f"{delivered} adopted", delivered == runs)
    others = [f"SM{number:032x}" for number in range(0xABC000, 0xABC000 + runs)]
    wrong = [
        posts.status(ground, path, other, to, "read") for (_, path, _, to), other in zip(sent, others, strict=True)
    ]
    logged += _posted(ground, wrong)
    sids = {line.id: line.sid for line in ground.books.sent(numbers)}
    overwritten = sum(sids[number] != sid for number, _, sid, _ in sent)
    verdict.figure(f"{overwritten} overwritten", overwritten == 0)
    return conclude(ground, verdict, logged)


def _settled(ground: Ground, numbers: list[int]) -> bool:
    if ground.quick:
        ground.books.let_time_pass()
    return ground.books.states(numbers)["accepted"] == len(numbers)


def _posted(ground: Ground, hooks: list[Hook]) -> list[dict[str, object]]:
    statuses = posts.post(ground, hooks, connections=32)
    return [hook.answered(status) for hook, status in zip(hooks, statuses, strict=True)]


def creates(ground: Ground, numbers: list[int]) -> list[tuple[int, str, str, str]]:
    """The calls that sent these messages: number, callback's path, SID, recipient."""
    creates = {message_of(create): create for create in ground.stand_in.record()}
    found = [creates[number] for number in numbers]
    return [
        (
            message_of(create),
            urlsplit(create["params"]["StatusCallback"][0]).path,
            create["sid"],
            create["params"]["To"][0],
        )
        for create in found
    ]


def conclude(ground: Ground, verdict: Verdict, logged: list[dict[str, object]]) -> Verdict:
    """The verdict with what the oracle says once no worker is left."""
    ground.no_workers()
    verdict.judge(ground.look(logged))
    return verdict


SCENARIOS = [
    Scenario("W1", "the same inbound 100 times at once, the same token", same_token, 10, 1),
    Scenario("W2", "the same inbound 100 times at once, other tokens", other_tokens, 10, 1),
    Scenario("W4", "a callback before the create's answer", before_answer, 100, 5),
    Scenario("W5", "callbacks for an unknown SID, and for another's message", strangers, 100, 3),
]
