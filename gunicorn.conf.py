"""How gunicorn serves the web process: `gunicorn -c gunicorn.conf.py wsgi:app`."""

from __future__ import annotations

import gc
import importlib
import logging
import os
import resource
import shutil
import tempfile
from pathlib import Path
from typing import Any

from server.draining import DrainingWorker

# Loopback, where a proxy of this machine reaches it, unless BIND says otherwise.
_address = os.environ.get("BIND", "").strip() or "127.0.0.1"
bind = f"{f'[{_address}]' if ':' in _address else _address}:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
# For what waits for others: an upload, a call to Twilio. Live consoles hold none.
threads = int(os.environ.get("WEB_THREADS") or 160)
# Beside those that a thread serves, what server/worker.py lets wait and keeps.
worker_connections = threads + 800
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

METRICS_DIR = "PROMETHEUS_MULTIPROC_DIR"


def on_starting(server: Any) -> None:
    """Prepare what the workers share."""
    _open_files()
    _begin_metrics(server)
    importlib.import_module("app.heap").share_arenas()
    if workers > 1:
        # Loaded once, here, the code is there at once in every worker, and in whatever replaces one that died. A lone
        # worker shares with nobody: what it counts references in it copies, and the two would hold 29 MB more.
        importlib.import_module("app.web")
        if os.environ.get("DATABASE_URL", "").startswith("postgres"):
            importlib.import_module("psycopg")
    # What is there for good is looked through by no collection: it stays shared, and no thread waits for that.
    gc.collect()
    gc.freeze()


def _open_files() -> None:
    # 1024 at once, as many systems begin with, are too few for the connections below and the database's.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = 65_536 if most == resource.RLIM_INFINITY else min(most, 65_536)
    resource.setrlimit(resource.RLIMIT_NOFILE, (enough, most))


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
    """Make the server's log part of the application's, and start what runs beside the requests."""
    from app import logs

    gc.collect()
    gc.freeze()
    logs.adopt(logging.getLogger("gunicorn.error"))
    if drain := getattr(worker.wsgi, "extensions", {}).get("spool_drain"):
        drain.start()
    if noting := getattr(worker.wsgi, "extensions", {}).get("settings_noting"):
        noting.start()


worker_class = DrainingWorker
