"""`bin/demo`: the product with sample data and a stand-in for Twilio, without an account."""

from __future__ import annotations

import os
from functools import partial

from bin.launch.environment import for_demo
from bin.launch.installation import Installation, run_to_the_end
from bin.launch.places import require_ports
from bin.launch.prepared import is_prepared, mark_prepared
from bin.launch.readiness import why_not_ready


def main() -> int:
    """Set up, start, print the ready line, stay until the end is asked for. Returns the exit code."""
    return run_to_the_end(for_demo(os.environ), _run)


def _run(installation: Installation) -> None:
    env = installation.env
    require_ports(env, "PORT", "SIMULATOR_PORT")
    # The stand-in needs no database, and gets ready meanwhile.
    installation.start("simulator")
    if not is_prepared(env):
        installation.finish("demo", "--stand-in", env["TWILIO_API_BASE_URL"])
        mark_prepared(env)
    installation.start("web", "worker")
    installation.supervisor.wait_until(partial(why_not_ready, env["PORT"], env.get("BIND", "")))
    print(f"ready {env['PUBLIC_BASE_URL'].rstrip('/')}/ user=demo password={env['DEMO_PASSWORD']}", flush=True)
    installation.supervisor.watch()
