"""axe on a page."""

from __future__ import annotations

import json
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# A page that was looked at holds it already.
_AXE, _AXE_AGAIN = Axe(), Axe("null")
# What fits, too, is told of hundreds of elements, which takes as long as finding it.
_FINDINGS = {"resultTypes": ["violations"]}
# Off unless asked for: what is pressed is 24 by 24 CSS pixels, or has that much room (WCAG 2.2, 2.5.8).
_ALL = {**_FINDINGS, "rules": {"target-size": {"enabled": True}}}
# The rules that look at colours, which are all that a theme changes.
_COLOURS = {**_FINDINGS, "runOnly": ["color-contrast", "link-in-text-block"]}
# In the middle of a transition a colour is neither the one before nor the one after.
_SETTLED = """() => Promise.allSettled(
    document.getAnimations().filter(each => each instanceof CSSTransition).map(each => each.finished))"""


def axe(page: Page) -> None:
    """Raises AssertionError, naming rule and elements, when axe finds anything on `page` as it stands."""
    _run(page, _ALL)


def axe_in_both_themes(page: Page) -> None:
    """As `axe` in the light theme, and by the rules of colours in the dark one too, in which the page then stays."""
    # Without motion a page is what it will be as soon as its theme is another.
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    _run(page, _ALL)
    page.emulate_media(color_scheme="dark")
    _run(page, _COLOURS)


def _run(page: Page, options: dict[str, Any]) -> None:
    page.evaluate(_SETTLED)
    held = page.evaluate("'axe' in window")
    found = (_AXE_AGAIN if held else _AXE).run(page, options=options).response["violations"]
    lines = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n  "
        + "\n  ".join(f"{json.dumps(node['target'])} {node['html']}" for node in violation["nodes"])
        for violation in found
    ]
    assert not found, f"axe on {page.url}:\n" + "\n".join(lines)
