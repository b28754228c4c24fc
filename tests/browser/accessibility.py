"""axe on a page."""

from __future__ import annotations

import json

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def axe(page: Page) -> None:
    """Raises AssertionError, naming rule and elements, when axe finds anything on `page` as it stands."""
    found = Axe().run(page).response["violations"]
    lines = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n  "
        + "\n  ".join(f"{json.dumps(node['target'])} {node['html']}" for node in violation["nodes"])
        for violation in found
    ]
    assert not found, f"axe on {page.url}:\n" + "\n".join(lines)
