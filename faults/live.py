"""A console that follows the live stream, and connects again where it was when the stream breaks."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import requests

from faults.browser import Browser

_PAUSE_SECONDS = 0.1


class Stream:
    """What an EventSource would do: keeps the last id, and asks from there."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._heard: list[str] = []
        self._ended = threading.Event()
        self._last_id = ""
        # How often the stream was opened and had caught up.
        self.opened = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def heard(self) -> str:
        """Everything that came so far."""
        return "\n".join(self._heard)

    def end(self) -> None:
        """Follow no more once the stream breaks or says something."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.is_set():
            with contextlib.suppress(requests.RequestException):
                self._follow()
            self._ended.wait(_PAUSE_SECONDS)

    def _follow(self) -> None:
        with self._browser.stream("/live?topics=feed", self._last_id) as answer:
            caught_up = False
            for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
                if line.startswith("id: "):
                    self._last_id = line[4:]
                    # The first frame is what was missed.
                    self.opened += not caught_up
                    caught_up = True
                self._heard.append(line)
                if self._ended.is_set():
                    return


@contextlib.contextmanager
def follow(browser: Browser) -> Iterator[Stream]:
    """Follow the feed for as long as the block lasts."""
    stream = Stream(browser)
    stream.start()
    try:
        yield stream
    finally:
        stream.end()
