"""`bin/serve`: the product with a real Twilio account, set in the environment or in `.env`."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from bin.launch.environment import for_serve
from bin.launch.installation import Installation, run_to_the_end
from bin.launch.readiness import why_not_ready


def main() -> int:
    """Migrate, start, print the ready line, stay until the end is asked for. Returns the exit code."""
    env = for_serve(os.environ)
    return run_to_the_end(Path(env["DATA_DIR"]), partial(_run, env))


def _run(env: dict[str, str], installation: Installation) -> None:
    installation.require_ports(env, "PORT")
    installation.command(env, "db", "upgrade")
    agents = installation.command(env, "agents", "list", "--output", "tsv")
    installation.start_web(env)
    installation.start_worker(env)
    installation.supervisor.wait_until(partial(why_not_ready, env["PORT"]))
    if not agents.strip():
        print("Nobody can log in yet. Add the first person: bin/switchboard agents add --help", flush=True)
    print(f"ready {env['PUBLIC_BASE_URL']}", flush=True)
    installation.supervisor.watch()
