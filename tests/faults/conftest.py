"""One ground for each database, shared by all samples of the fault runs: what starts slowly starts once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from faults.ground import Ground
from tests.database_copies import PostgresqlCopies, SqliteCopies


@pytest.fixture(scope="session")
def _make_ground(tmp_path_factory: pytest.TempPathFactory, postgresql_url: str) -> Iterator[Callable[[str], Ground]]:
    grounds: dict[str, Ground] = {}
    copies = PostgresqlCopies(postgresql_url)

    def make(engine: str) -> Ground:
        if engine not in grounds:
            folder: Path = tmp_path_factory.mktemp(f"faults-{engine}")
            url = copies.copy() if engine == "postgresql" else SqliteCopies(folder).copy(folder / "switchboard.db")
            grounds[engine] = Ground(folder, url, quick=True)
        return grounds[engine]

    yield make
    for ground in grounds.values():
        ground.stop()
    copies.close()


@pytest.fixture
def ground(engine: str, _make_ground: Callable[[str], Ground]) -> Iterator[Ground]:
    """The product on one database, with nothing left over of the sample before."""
    ground = _make_ground(engine)
    ground.begin_anew()
    yield ground
    ground.no_workers()
