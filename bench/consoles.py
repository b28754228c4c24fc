"""Open consoles: one Chromium on the feed, and HTTP clients that read the live stream as browsers do."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page, sync_playwright

from app.domain.actor import command
from app.domain.agents import passwords, people
from app.store.database import connect
from bin.launch.environment import ROOT
from harness.chromium import FLAGS, chromium
from harness.processes import Stand

LOGIN, PASSWORD = "figures", "copper lantern meadow"


@dataclass
class Consoles:
    """The Chromium's page, and after the end how many frames each other console got (-1: it lost its stream).

    `longest` is the longest time in seconds between two frames of one of them.
    """

    page: Page
    frames: list[int]
    longest: float = 0.0

    @property
    def lost(self) -> int:
        """Consoles that lost their stream."""
        return self.frames.count(-1)


@contextlib.contextmanager
def consoles(stand: Stand, count: int) -> Iterator[Consoles]:
    """`count` consoles, one of them the Chromium, all logged in as one person and following."""
    _add_person(stand)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        context = browser.new_context()
        page = _logged_in(context, stand)
        cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in context.cookies())
        reading = Consoles(page, [])
        with _readers(stand, count - 1, cookies, reading):
            yield reading
        browser.close()


def _add_person(stand: Stand) -> None:
    database, who = connect(stand.env["DATABASE_URL"]), command(stand.env["TWILIO_ACCOUNT_SID"])
    password_hash = passwords.hashed(PASSWORD, LOGIN)
    database.write(lambda session: people.add(session, who, LOGIN, "Figures", "agent", password_hash))
    database.close()


def _logged_in(context: BrowserContext, stand: Stand) -> Page:
    page = context.new_page()
    page.goto(f"{stand.web_url}/login?next=/feed")
    page.fill("#login", LOGIN)
    page.fill("#password", PASSWORD)
    page.click("form button.btn--p")
    page.wait_for_url("**/feed")
    page.wait_for_selector("body[data-live-state=live]")
    return page


@contextlib.contextmanager
def _readers(stand: Stand, count: int, cookies: str, reading: Consoles) -> Iterator[None]:
    command = [sys.executable, "-m", "bench.stream_readers", stand.env["PORT"], str(count), cookies]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "open\n", "the consoles could not follow"
        yield
        told = json.loads(process.communicate(timeout=30)[0])
        reading.frames[:] = [frames for frames, _ in told]
        reading.longest = max((longest for _, longest in told), default=0.0)
    finally:
        process.kill()
        process.wait()
