"""axe on a page."""

from __future__ import annotations

import json

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Off unless asked for: what is pressed is 24 by 24 CSS pixels, or has that much room (WCAG 2.2, 2.5.8).
OPTIONS = {"rules": {"target-size": {"enabled": True}}}


def axe(page: Page) -> None:
    """Raises AssertionError, naming rule and elements, when axe finds anything on `page` as it stands."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    lines = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n  "
        + "\n  ".join(f"{json.dumps(node['target'])} {node['html']}" for node in violation["nodes"])
        for violation in found
    ]
    assert not found, f"axe on {page.url}:\n" + "\n".join(lines)
