"""`bin/demo`: the product with sample data and a stand-in for Twilio, without an account."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from bin.launch.environment import for_demo
from bin.launch.installation import Installation, run_to_the_end
from bin.launch.readiness import why_not_ready


def main() -> int:
    """Set up, start, print the ready line, stay until the end is asked for. Returns the exit code."""
    env = for_demo(os.environ)
    return run_to_the_end(Path(env["DATA_DIR"]), partial(_run, env))


def _run(env: dict[str, str], installation: Installation) -> None:
    installation.require_ports(env, "PORT", "SIMULATOR_PORT")
    installation.command(env, "db", "upgrade")
    installation.command(env, "demo-data")
    installation.start_simulator(env)
    installation.start_web(env)
    installation.start_worker(env)
    installation.supervisor.wait_until(partial(why_not_ready, env["PORT"]))
    print(
        f"ready {env['PUBLIC_BASE_URL'].rstrip('/')}/ user=demo password={env['DEMO_PASSWORD']}", flush=True
    )
    installation.supervisor.watch()
