"""How gunicorn serves the web process: `gunicorn -c gunicorn.conf.py wsgi:app`."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from pathlib import Path
from typing import Any

bind = f"0.0.0.0:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
# Live consoles hold a thread each; the application caps them below this, so that webhooks always find one.
threads = int(os.environ.get("WEB_THREADS") or 160)
timeout = 60
# Heroku and systemd give a process ten seconds from SIGTERM to its end.
graceful_timeout = 8
keepalive = 75
preload_app = False
# Who may set X-Forwarded-* is TRUSTED_PROXIES, in the application.
forwarded_allow_ips = "127.0.0.1,::1"
# The application writes one line a request itself, with the request's id and without personal data.
accesslog = None
control_socket_disable = True

METRICS_DIR = "PROMETHEUS_MULTIPROC_DIR"


def on_starting(server: Any) -> None:
    """Counters of earlier processes must not be added to those of these."""
    if given := os.environ.get(METRICS_DIR):
        shutil.rmtree(given, ignore_errors=True)
        Path(given).mkdir(parents=True)
    else:
        os.environ[METRICS_DIR] = server.made_metrics_dir = tempfile.mkdtemp(prefix="switchboard-metrics-")


def on_exit(server: Any) -> None:
    """Remove the folder that `on_starting` made."""
    if made := getattr(server, "made_metrics_dir", None):
        shutil.rmtree(made, ignore_errors=True)


def child_exit(server: Any, worker: Any) -> None:
    """What an ended worker was doing is no longer being done."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def post_worker_init(worker: Any) -> None:
    """Start what runs beside the requests; on SIGTERM end the live streams, since a worker waits for open answers."""
    if drain := getattr(worker.wsgi, "extensions", {}).get("spool_drain"):
        drain.start()
    live = getattr(worker.wsgi, "extensions", {}).get("live")
    if live is None:
        return
    stop_worker = signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: Any) -> None:
        # In a thread of its own: a handler runs amid other code, which may hold a lock that closing needs.
        threading.Thread(target=live.close, name="close-streams", daemon=True).start()
        if callable(stop_worker):
            stop_worker(number, frame)

    signal.signal(signal.SIGTERM, stop)
    signal.siginterrupt(signal.SIGTERM, False)
