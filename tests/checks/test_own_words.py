"""The check that finds one machine's folders and indexes."""

from __future__ import annotations

import pytest

from bin.checks.own_words import foreign_words


@pytest.mark.parametrize(
    "text",
    ["in /work/main", "/root/.cache", "x=/home/kim/x", "pip --index-url x", "PIP_CERT=x", "/tmp/w/venv"],
)
def test_a_machines_own_is_found(text: str) -> None:
    assert len(list(foreign_words(text))) == 1


@pytest.mark.parametrize("text", ["/home/switchboard", "homework/roots", "https://x.example/home/", "/usr/lib/x"])
def test_what_every_machine_has_is_left_alone(text: str) -> None:
    assert not list(foreign_words(text))
