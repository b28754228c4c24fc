"""A Chromium for the browser tests: the system's, the package manager's, or Playwright's own."""

from __future__ import annotations

import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

from harness.system_packages import install, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # /dev/shm is small in containers.
    "--disable-dev-shm-usage",
)


class NoChromium(Exception):
    """There is none, and none could be installed."""


def chromium() -> str:
    """The path of a Chromium; installs one where there is none. Raises NoChromium."""
    found = _of_the_system() or _of_playwright()
    if found is None and install("chromium"):
        found = _of_the_system()
    return found or _fetched_by_playwright()


def _of_the_system() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _of_playwright() -> str | None:
    with sync_playwright() as playwright:
        return shutil.which(playwright.chromium.executable_path)


def _fetched_by_playwright() -> str:
    say("installing Playwright's Chromium …")
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    found = _of_playwright()
    if found is None:
        raise NoChromium(f"No Chromium: install the Debian package chromium. {done.stderr[-500:]}")
    return found
