"""nginx, serving one folder: what files are compared with."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from harness.ports import free_port, listens
from harness.system_packages import install
from harness.waiting import until

_CONFIG = """
{user}
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000;
  types {{ application/pdf pdf; }}
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


class NoNginx(Exception):
    """The machine has no nginx to compare with."""


@contextlib.contextmanager
def serving(root: Path, folder: Path) -> Iterator[int]:
    """nginx with two workers and sendfile; yields its port. Raises NoNginx where it isn't there and can't be had."""
    program = _program() or (_program() if install("nginx-light") else None)
    if program is None:
        raise NoNginx("there is no nginx here: apt-get install nginx-light")
    folder.mkdir()
    port, config = free_port(), folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(_CONFIG.format(user=user, folder=folder, port=port, root=root))
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(config), "-g", "daemon off;"])
    try:
        until(lambda: listens(port))
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _program() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
