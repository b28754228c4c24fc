"""What a browser complains about: script errors, blocked content, failed loads."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, WebError


class Complaints:
    """Collects what the pages of a test's contexts say. Policy violations are among the console's errors."""

    def __init__(self) -> None:
        self._heard: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def listen(self, context: BrowserContext) -> None:
        """Hear every page of `context`, those that it opens later too."""
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)

    def allow(self, pattern: str) -> None:
        """Complaints that match the regular expression `pattern` don't count: the test provokes them."""
        self._allowed.append(re.compile(pattern))

    @property
    def heard(self) -> list[str]:
        """The complaints that count, oldest first."""
        return [line for line in self._heard if not any(allowed.search(line) for allowed in self._allowed)]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._heard.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        self._heard.append(f"script error: {error.error}")
