"""K8 and K9: the web process is killed before the feed's frame goes out, and in the status handler."""

from __future__ import annotations

import contextlib
import html
import re

from app import fault_points
from faults.browser import Browser, hire
from faults.ground import Ground
from faults.live import follow
from faults.verdicts import Scenario, Verdict
from harness.standin import REPEATED

_EVENTS = (
    "SELECT id, word FROM feed_event WHERE account_sid = :account AND kind = 'inbound' AND id > :after ORDER BY id"
)
_LAST = "SELECT coalesce(max(id), 0) FROM feed_event WHERE account_sid = :account"


def before_frame(ground: Ground, runs: int) -> Verdict:
    """K8: a console follows the feed; each webhook kills the process that was about to tell of it."""
    verdict = Verdict(runs, "0 missing")
    login = f"kim{len(ground.books.received())}"
    hire(ground, login)
    ground.web(concurrency=2)
    browser = Browser(ground, login)
    after = ground.books.rows(_LAST)[0][0]
    web = ground.web(crash_at=fault_points.BEFORE_FRAME)
    ground.stand_in.settings(inbound_rules=REPEATED)
    with follow(browser) as stream:
        for turn in range(runs):
            kills = web.kills
            ground.wait(lambda turn=turn: stream.opened > turn)
            ground.stand_in.customer_writes(f"whatsapp:+1415558{turn:04d}", f"follow {turn}")
            ground.wait(lambda kills=kills: web.kills > kills)
        wanted = {f"follow {turn}" for turn in range(runs)}
        ground.wait(lambda: wanted <= set(re.findall(r"follow \d+", html.unescape(stream.heard()))))
    browser.close()
    verdict.figure(f"{web.kills} kills, all of {runs} heard", web.kills >= runs)
    came = len(ground.books.rows(_EVENTS, after=after))
    verdict.figure(f"{came} events for {runs} messages", came == runs)
    ground.stand_in.settings(inbound_rules="")
    ground.web(concurrency=2)
    verdict.judge(ground.look())
    return verdict


def in_status(ground: Ground, runs: int) -> Verdict:
    """K9: killed inside the transaction that takes a callback in; Twilio doesn't repeat it, so the pull asks."""
    verdict = Verdict(runs, "the final status is right")
    web = ground.web(crash_at=f"{fault_points.IN_STATUS}:2")
    ground.workers()
    ground.stand_in.settings(sent_after=0.05, delivered_after=0.05, read_after=0.05)
    numbers: list[int] = []
    customers = iter(ground.customers(2 * runs))
    while web.kills < runs:
        numbers.append(ground.ask(next(customers)[1], f"status {len(numbers)}"))
        # Three callbacks each, of which every second kills.
        ground.wait(lambda: _told(ground, numbers[-1]) == 3)
    verdict.figure(
        f"{web.kills} kills at the {3 * len(numbers)} callbacks of {len(numbers)} messages", web.kills >= runs
    )
    ground.web(concurrency=2)
    # Ten minutes of silence are not waited for, here and in the whole run; a worker asks when it starts.
    ground.wait(lambda: not {"ready", "sending"} & set(ground.books.states(numbers)))
    ground.no_workers()
    ground.books.let_silence_pass()
    ground.workers()
    with contextlib.suppress(AssertionError):
        ground.wait(lambda: _read(ground, numbers) == len(numbers))
    read = _read(ground, numbers)
    verdict.figure(f"{read} of {len(numbers)} shown as read, as they are", read == len(numbers))
    ground.no_workers()
    verdict.judge(ground.look())
    return verdict


def _read(ground: Ground, numbers: list[int]) -> int:
    return sum(line.status == "read" for line in ground.books.sent(numbers))


def _told(ground: Ground, number: int) -> int:
    return sum(f"/twilio/status/{number}/" in hook["url"] for hook in ground.stand_in.webhooks())


SCENARIOS = [
    Scenario("K8", "the web process dies before the feed's event goes out", before_frame, 200, 2),
    Scenario("K9", "the web process dies in the status handler", in_status, 200, 3),
]
