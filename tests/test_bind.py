"""Where the processes listen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bin.launch.environment import ROOT
from bin.launch.places import Taken, require_ports
from harness.ports import free_port
from harness.processes import Stand

# What is tested here is the same whatever the database.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LISTENS = "0A"


def listening_at(port: str) -> set[str]:
    """The IPv4 addresses at which somebody listens on this port, as the kernel writes them."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    places = [row[1].split(":") for row in rows if row[3] == LISTENS]
    return {address for address, number in places if int(number, 16) == int(port)}


@ON_SQLITE
@pytest.mark.parametrize(("bind", "address"), [("", "0100007F"), ("0.0.0.0", "00000000")])
def test_web_and_stand_in_listen_on_loopback_unless_told_otherwise(
    make_stand: Callable[..., Stand], bind: str, address: str
) -> None:
    stand = make_stand(BIND=bind, WEB_CONCURRENCY="1", WEB_THREADS="16")
    stand.start("web", "simulator")
    assert listening_at(stand.env["PORT"]) == listening_at(stand.env["SIMULATOR_PORT"]) == {address}


def test_a_port_is_looked_at_where_it_will_be_listened_on() -> None:
    require_ports({"PORT": str(free_port()), "BIND": ""}, "PORT")
    with pytest.raises(Taken, match=r"of 192\.0\.2\.1 can't be used"):
        require_ports({"PORT": "8000", "BIND": "192.0.2.1"}, "PORT")


def test_on_platforms_with_a_router_the_web_process_can_be_reached() -> None:
    assert "web: BIND=0.0.0.0 gunicorn" in (ROOT / "Procfile").read_text()
    assert "ENV BIND=0.0.0.0" in (ROOT / "deploy/container/Dockerfile").read_text()
