"""`media put` and `media list`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from app.store.database import Database
from harness.processes import Stand
from tests.support.cast import ACCOUNT
from tests.support.hosted import picture


def test_files_are_kept_with_a_url_and_listed(
    make_stand: Callable[..., Stand], database: Database, tmp_path: Path
) -> None:
    stand = make_stand(TWILIO_ACCOUNT_SID=ACCOUNT)
    wheel = tmp_path / "front wheel.jpg"
    wheel.write_bytes(picture("PNG"))
    said = stand.command("media", "put", str(wheel), "--url", "--seconds", "3600")
    assert "is kept as front-wheel.png (image/png" in said
    assert "/media/temp/" in said
    assert said.strip().endswith("/front-wheel.png")
    (listed,) = json.loads(stand.command("media", "list", "--name", "wheel", "--output", "json"))
    assert (listed["name"], listed["messages"], bool(listed["url_until"])) == ("front-wheel.png", 0, True)
    assert json.loads(stand.command("media", "list", "--kind", "audio", "--output", "json")) == []
