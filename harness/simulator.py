"""The stand-in as a real process, and a client of its control API."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from harness.moved_clock import moved_clock
from harness.ports import free_port
from harness.waiting import until

ACCOUNT = "AC0f1e2d3c4b5a69788796a5b4c3d2e1f0"
TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
KEY = ("SK0f1e2d3c4b5a69788796a5b4c3d2e1f0", "the-secret-of-the-key")
SENDER = "whatsapp:+14155238886"
SECOND_SENDER = "whatsapp:+14155238887"
SERVICE = "MGa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"
CUSTOMER = "whatsapp:+14155550123"
# Short enough for tests, long enough to see one step after the other.
QUICK = {"sent_after": 0.02, "delivered_after": 0.02, "read_after": 0.02, "late_seconds": 0.4}


class Simulator:
    """`python -m simulator` on a free port; `start` again after a `kill` keeps port and folder."""

    def __init__(self, folder: Path, public_base_url: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self._env = {
            **moved_clock(),
            "PATH": os.environ["PATH"],
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_KEY_SID": KEY[0],
            "TWILIO_API_KEY_SECRET": KEY[1],
            "TWILIO_WHATSAPP_FROM": f"{SENDER},{SECOND_SENDER.removeprefix('whatsapp:')}",
            "TWILIO_MESSAGING_SERVICE_SID": SERVICE,
            "PUBLIC_BASE_URL": public_base_url,
            "SIMULATOR_PORT": str(self.port),
            "DATA_DIR": str(folder),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "log.txt").open("ab") as log:
            command = [sys.executable, "-m", "simulator"]
            self._process = subprocess.Popen(command, env=self._env, stdout=log, stderr=log, start_new_session=True)
        until(self._answers, 20)

    def end(self) -> float:
        """SIGTERM; how many seconds it took to go."""
        assert self._process
        started = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)
        return time.monotonic() - started

    def kill(self) -> None:
        """SIGKILL to it and its worker, where it runs."""
        if self._process is None or self._process.poll() is not None:
            return
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        until(lambda: not self._answers(), 5)

    def control(self, path: str, **asked: Any) -> Any:
        """POST to the control API where there is something to say, else GET."""
        return self.ask("POST" if asked else "GET", f"/control/{path}", asked or None)[1]

    def ask(self, method: str, path: str, asked: Any = None) -> tuple[int, Any]:
        """One JSON request; the status and what came back."""
        body = None if asked is None else json.dumps(asked).encode()
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.load(refusal)

    def reset(self) -> None:
        self.ask("POST", "/control/reset")
        self.control("settings", **QUICK)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/control/record/count", timeout=1):
                return True
        except OSError:
            return False
