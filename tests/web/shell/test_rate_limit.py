"""How many requests one asker may make."""

from __future__ import annotations

from app.web.shell.rate_limit import RateLimit


def test_a_burst_and_then_one_after_the_other() -> None:
    limit = RateLimit(per_minute=60, burst=3)
    assert [limit.wait("a", 100.0) for _ in range(3)] == [0, 0, 0]
    assert limit.wait("a", 100.0) == 1.0
    assert limit.wait("a", 100.5) == 0.5
    assert limit.wait("a", 101.0) == 0
    assert limit.wait("a", 101.0) == 1.0
    assert [limit.wait("a", 200.0) for _ in range(3)] == [0, 0, 0]


def test_one_asker_does_not_wait_for_another() -> None:
    limit = RateLimit(per_minute=1, burst=1)
    assert [limit.wait("a", 5.0), limit.wait("b", 5.0), limit.wait("a", 5.0) > 0] == [0, 0, True]


def test_it_never_remembers_more_askers_than_it_may() -> None:
    limit = RateLimit(per_minute=1, burst=1, most_askers=10)
    for number in range(1_000):
        limit.wait(str(number), 5.0)
    assert len(limit._due) == 10
    assert limit.wait("999", 5.0) > 0
