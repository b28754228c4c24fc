"""The files that describe the project agree with it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from app.settings import Settings

ROOT = Path(__file__).parents[1]
# Set by the platform, not by people.
OF_THE_PLATFORM = {"DYNO"}


def _settings() -> set[str]:
    return {name.upper() for name in Settings.model_fields} - OF_THE_PLATFORM


def test_every_setting_is_explained_and_nothing_else() -> None:
    text = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^([A-Z][A-Z0-9_]+)=", text, re.MULTILINE)) == _settings()
    for block in text.strip().split("\n\n"):
        assert block.startswith("#"), f"without an explanation: {block}"


def test_heroku_asks_for_settings_that_exist() -> None:
    app = json.loads((ROOT / "app.json").read_text())
    assert set(app["env"]) <= _settings()
    assert set(app["formation"]) == {"web", "worker"}


def test_all_that_is_installed_is_pinned() -> None:
    for file in ROOT.glob("**/requirements*.txt"):
        if ".venv" not in file.parts:
            for line in file.read_text().splitlines():
                assert re.fullmatch(r"#.*|-r requirements[a-z-]*\.txt|[A-Za-z0-9_.-]+==[\w.]+", line), (file, line)


def test_what_is_developed_with_holds_what_production_installs() -> None:
    assert "-r requirements.txt" in (ROOT / "requirements-dev.txt").read_text()


def test_commands_can_be_run() -> None:
    for name in ("demo", "serve", "switchboard", "check", "test"):
        assert (ROOT / "bin" / name).stat().st_mode & 0o111, name
