"""Requests that a browser test holds back, to see what happens while an answer is on its way."""

from __future__ import annotations

from playwright.sync_api import Page, Route

from harness.waiting import until


def hold(page: Page, address: str) -> list[Route]:
    """The requests for this address from now on, as they come; each waits until it is let go."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))
    return held


def wait_for(page: Page, held: list[Route], count: int = 1) -> None:
    """Wait until so many are held."""
    # Asking the page lets Playwright tell of its requests.
    until(lambda: bool(page.title() and len(held) >= count))
