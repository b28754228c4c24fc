"""How many bytes the inbox takes over the wire: the first time, and again; compressed, and as it would be without."""

from __future__ import annotations

import contextlib
from argparse import Namespace
from collections.abc import Iterator

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench import figures
from bench.byte_counter import ByteCounter, counting
from bench.load import closed_loop
from bench.stands import product, writer
from harness.chromium import FLAGS, chromium

PASSWORD = "copper lantern meadow"
# A page of the list is full, and there is one more.
CONTACTS = 60
WARM_UP_SECONDS = 60
FIRST_KB, LATER_KB = 100, 30
FOLLOWS = "body[data-live-state=live]"
INBOX = "/?tab=all"


def run(options: Namespace, engine: str) -> bool:
    """Load the pages twice with an empty cache and print the table; True when the figures are met."""
    with product(engine, DEMO_PASSWORD=PASSWORD) as stand:
        stand.prepare_demo()
        posts = writer(stand)
        port = int(stand.env["PORT"])
        closed_loop(port, [posts.inbound(contact=contact) for contact in range(CONTACTS)], 8, WARM_UP_SECONDS)
        with counting(port) as counter, _chromium() as browser:
            loads = [_loads(browser, counter, headers) for headers in ({}, {"Accept-Encoding": "identity"})]
    return _report(options, engine, *loads)


@contextlib.contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield browser
        browser.close()


def _loads(browser: Browser, counter: ByteCounter, headers: dict[str, str]) -> dict[str, float]:
    """Kilobytes by what was loaded, in a browser that has never been here but is logged in."""
    there = f"http://127.0.0.1:{counter.port}"
    login = browser.new_context()
    page = _log_in(login, there)
    conversation = page.locator("#rows li.conv").first.get_attribute("data-conversation")
    known = login.storage_state()
    login.close()
    context = browser.new_context(storage_state=known, extra_http_headers=headers)
    page = context.new_page()
    loads = {
        "inbox, first": _load(counter, page, there + INBOX),
        "inbox, later": _load(counter, page, there + INBOX),
        "conversation, later": _load(counter, page, f"{there}/conversations/{conversation}"),
        "feed, later": _load(counter, page, f"{there}/feed"),
    }
    context.close()
    return loads


def _log_in(context: BrowserContext, there: str) -> Page:
    page = context.new_page()
    page.goto(f"{there}/login?next=/%3Ftab%3Dall")
    page.fill("#login", "demo")
    page.fill("#password", PASSWORD)
    page.click("form button.btn--p")
    page.wait_for_url(f"**{INBOX}")
    page.wait_for_selector(FOLLOWS)
    return page


def _load(counter: ByteCounter, page: Page, address: str) -> float:
    before = counter.received
    # The last thing that a page asks for is what it missed while it loaded.
    with page.expect_response("**/live/poll?*") as missed:
        page.goto(address)
    missed.value.finished()
    page.wait_for_selector(FOLLOWS)
    return (counter.received - before) / 1000


def _report(options: Namespace, engine: str, small: dict[str, float], plain: dict[str, float]) -> bool:
    rows = [(name, f"{kb:.1f}", f"{plain[name]:.1f}", f"{kb / plain[name]:.2f}") for name, kb in small.items()]
    figures.table(f"weight on {engine}, over the wire", ("", "kB", "kB without gzip", "ratio"), rows)
    first, later = small["inbox, first"], small["inbox, later"]
    for name, kb, most in (("first load", first, FIRST_KB), ("later loads", later, LATER_KB)):
        without = plain["inbox, first" if most == FIRST_KB else "inbox, later"]
        result = f"{kb:.1f} kB; {without:.1f} without gzip"
        figures.record(options, engine, f"weight, inbox, {name}", result, f"≤ {most} kB", kb <= most)
    kept = [
        figures.verdict("every page is smaller with gzip", all(kb < plain[name] for name, kb in small.items())),
        figures.target(options, f"inbox, first load: {first:.1f} kB (at most {FIRST_KB})", first <= FIRST_KB),
        figures.target(options, f"inbox, later loads: {later:.1f} kB (at most {LATER_KB})", later <= LATER_KB),
    ]
    return all(kept)
