"""How gunicorn serves the web process: `gunicorn -c gunicorn.conf.py wsgi:app`."""

from __future__ import annotations

import importlib
import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

bind = f"0.0.0.0:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
# Live consoles hold a thread each; the application caps them below this, so that webhooks always find one.
threads = int(os.environ.get("WEB_THREADS") or 160)
timeout = 60
# Heroku and systemd give a process ten seconds from SIGTERM to its end.
graceful_timeout = 8
keepalive = 75
# Each worker builds its own application: connections don't survive a fork. See `on_starting` for what is shared.
preload_app = False
# Who may set X-Forwarded-* is TRUSTED_PROXIES, in the application.
forwarded_allow_ips = "127.0.0.1,::1"
# The application writes one line a request itself, with the request's id and without personal data.
accesslog = None
control_socket_disable = True

# How long a router may take to notice that this process is about to end.
LINGER_SECONDS = 1.0
METRICS_DIR = "PROMETHEUS_MULTIPROC_DIR"


def on_starting(server: Any) -> None:
    """Prepare what the workers share."""
    _begin_metrics(server)
    # Loaded once, here, the code is there at once in every worker, and in whatever replaces one that died.
    importlib.import_module("app")


def _begin_metrics(server: Any) -> None:
    # Counters of earlier processes must not be added to those of these.
    given = os.environ.get(METRICS_DIR)
    if not given and (data := os.environ.get("DATA_DIR")):
        # Where even a killed process leaves nothing that the next one doesn't clear away.
        given = f"{data}/metrics-{os.environ.get('PORT') or 8000}"
    if given:
        shutil.rmtree(given, ignore_errors=True)
        Path(given).mkdir(parents=True)
    else:
        given = server.made_metrics_dir = tempfile.mkdtemp(prefix="switchboard-metrics-")
    os.environ[METRICS_DIR] = given


def on_exit(server: Any) -> None:
    """Remove the folder that was made for this run alone."""
    if made := getattr(server, "made_metrics_dir", None):
        shutil.rmtree(made, ignore_errors=True)


def child_exit(server: Any, worker: Any) -> None:
    """What an ended worker was doing is no longer being done."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def post_worker_init(worker: Any) -> None:
    """Start what runs beside the requests."""
    if drain := getattr(worker.wsgi, "extensions", {}).get("spool_drain"):
        drain.start()


class DrainingWorker(ThreadWorker):  # type: ignore[misc]
    """A worker that loses no request when it is told to end.

    The plain one closes its listeners at once: connections that wait in their queue are reset, and those that a
    router sends in the next moments are refused. This one goes on for a moment, ends the live streams, empties the
    queue, and closes then.
    """

    def handle_exit(self, sig: int, frame: Any) -> None:
        """On SIGTERM, end after LINGER_SECONDS of work as usual."""
        lingering = threading.Timer(LINGER_SECONDS, super().handle_exit, (sig, frame))
        lingering.daemon = True
        lingering.start()

    def set_accept_enabled(self, enabled: bool) -> None:
        """Stop accepting for good: take what waits, then close."""
        if enabled or self.alive:
            super().set_accept_enabled(enabled)
            return
        self._end_streams()
        super().set_accept_enabled(False)
        for listener in self.sockets:
            taken = -1
            while taken < self.nr_conns:
                taken = self.nr_conns
                self.accept(listener)
            listener.close()

    def _end_streams(self) -> None:
        # They have no end of their own, and a worker waits for its open answers.
        live = getattr(self.wsgi, "extensions", {}).get("live")
        if live is not None:
            live.close()


worker_class = DrainingWorker
