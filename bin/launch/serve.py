"""`bin/serve`: the product with a real Twilio account, set in the environment or in `.env`."""

from __future__ import annotations

import json
import os
from functools import partial

from bin.launch.environment import for_serve
from bin.launch.installation import Installation, run_to_the_end
from bin.launch.places import require_ports
from bin.launch.readiness import why_not_ready


def main() -> int:
    """Migrate, start, print the ready line, stay until the end is asked for. Returns the exit code."""
    return run_to_the_end(for_serve(os.environ), _run)


def _run(installation: Installation) -> None:
    env = installation.env
    require_ports(env, "PORT")
    installation.commands("db upgrade")
    nobody = json.loads(installation.commands("agents list --output json")) == []
    installation.start("web", "worker")
    installation.supervisor.wait_until(partial(why_not_ready, env["PORT"], env.get("BIND", "")))
    if nobody:
        print("Nobody can log in yet. Add the first person: bin/switchboard agents add", flush=True)
    print(f"ready {env['PUBLIC_BASE_URL']}", flush=True)
    installation.supervisor.watch()
