"""One ground for each database, shared by all samples of the fault runs: what starts slowly starts once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from faults.ground import Ground
from harness.database_copies import PostgresqlCopies, SqliteCopies


@pytest.fixture(autouse=True)
def plan_guard() -> None:
    """No guard here: the oracle compares all that there is with all that there is."""


@pytest.fixture(scope="session")
def _make_ground(
    tmp_path_factory: pytest.TempPathFactory, _postgresql_copies: PostgresqlCopies
) -> Iterator[Callable[[str], Ground]]:
    grounds: dict[str, Ground] = {}

    def make(engine: str) -> Ground:
        if engine not in grounds:
            folder: Path = tmp_path_factory.mktemp(f"faults-{engine}")
            url = (
                SqliteCopies(folder).copy(folder / "switchboard.db")
                if engine == "sqlite"
                else _postgresql_copies.copy()
            )
            grounds[engine] = Ground(folder, url, quick=True)
        return grounds[engine]

    yield make
    for engine, ground in grounds.items():
        ground.stop()
        if engine == "postgresql":
            _postgresql_copies.drop(ground.database.url)


@pytest.fixture
def ground(engine: str, _make_ground: Callable[[str], Ground]) -> Iterator[Ground]:
    """The product on one database, with nothing left over of the sample before."""
    ground = _make_ground(engine)
    ground.begin_anew()
    yield ground
    ground.no_workers()
