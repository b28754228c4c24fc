"""W3: every order of five statuses, each told twice."""

from __future__ import annotations

import contextlib
import itertools

from app.domain.statuses import RANK
from faults import hooks as posts
from faults.ground import Ground
from faults.hooks import Hook
from faults.scenarios.repeats import conclude, creates
from faults.verdicts import Scenario, Verdict

_WORDS = ("queued", "sent", "delivered", "read", "failed")
_SHOWN_WITHIN_SECONDS = 20.0


def orders(ground: Ground, runs: int) -> Verdict:
    """W3: every order of every choice of the five words, each word told twice; shown is what ranks highest so far."""
    told = [order for length in range(1, 6) for order in itertools.permutations(_WORDS, length)]
    told = told[:: max(1, len(told) // runs)] if runs < len(told) else told
    verdict = Verdict(len(told), "the rank rule in every order")
    ground.stand_in.settings(callbacks="never")
    ground.web(concurrency=2)
    ground.workers()
    sent = _sent(ground, len(told), "order")
    ground.no_workers()
    logged, late, wrong = [], list[str](), list[str]()
    for step in range(5):
        hooks = [
            posts.status(ground, path, sid, to, order[step], "63024" if order[step] == "failed" else "")
            for order, (_, path, sid, to) in zip(told, sent, strict=True)
            if step < len(order)
        ]
        logged += _taken(ground, [*hooks, *hooks])
        # On a busy disk a callback may have gone there: it is shown once it is taken in.
        ground.wait_for_spool()
        looks = _looks_until_right(ground, told, sent, step)
        late += looks[0]
        wrong += looks[-1]
    refused = sum(not 200 <= int(str(one["answer"])) < 300 for one in logged)
    verdict.figure(f"{len(told)} orders, {len(logged)} callbacks, {len(wrong)} shown wrongly", not wrong)
    verdict.broken += wrong[:10]
    if late:
        verdict.figure(f"{len(late)} shown late: {'; '.join(late[:3])}")
    if refused:
        verdict.figure(f"{refused} refused at first", True)
    return conclude(ground, verdict, logged)


def _taken(ground: Ground, hooks: list[Hook]) -> list[dict[str, object]]:
    """Post these until each was taken: what a busy machine refused, however often, was not told."""
    logged: list[dict[str, object]] = []
    left = hooks

    def all_taken() -> bool:
        nonlocal left
        statuses = posts.post(ground, left, connections=32)
        logged.extend(hook.answered(status) for hook, status in zip(left, statuses, strict=True))
        left = [hook for hook, status in zip(left, statuses, strict=True) if not 200 <= status < 300]
        return not left

    ground.wait(all_taken)
    return logged


def _looks_until_right(
    ground: Ground, told: list[tuple[str, ...]], sent: list[tuple[int, str, str, str]], step: int
) -> list[list[str]]:
    """What was shown wrongly at each look, of which the last found nothing, or came when patience ended."""
    looks = [_wrongly_shown(ground, told, sent, step)]

    def is_right() -> bool:
        looks.append(_wrongly_shown(ground, told, sent, step))
        return not looks[-1]

    if looks[0]:
        with contextlib.suppress(AssertionError):
            ground.wait(is_right, _SHOWN_WITHIN_SECONDS)
    return looks


def _wrongly_shown(
    ground: Ground, told: list[tuple[str, ...]], sent: list[tuple[int, str, str, str]], step: int
) -> list[str]:
    shown = {line.id: line.status for line in ground.books.sent([number for number, *_ in sent])}
    # The create's own answer says queued.
    right = [max(("queued", *order[: step + 1]), key=lambda word: RANK[word]) for order in told]
    return [
        f"{shown[number]} after {', '.join(order[: step + 1])}"
        for (number, *_), order, word in zip(sent, told, right, strict=True)
        if shown[number] != word
    ]


def _sent(ground: Ground, number: int, body: str) -> list[tuple[int, str, str, str]]:
    """Messages that Twilio took: number, callback's path, SID, recipient."""
    asked = [ground.ask(conversation, body) for _, conversation in ground.customers(number)]
    ground.wait(lambda: ground.books.states(asked)["accepted"] == number)
    return creates(ground, asked)


SCENARIOS = [Scenario("W3", "all orders of five statuses, with repeats", orders, 325, 30)]
