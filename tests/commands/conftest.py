"""`bin/switchboard` as it is run: its own entry, the exit's code, and what is on standard output and standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from app import cli
from app.settings import Settings
from app.store.database import Database
from harness.simulator import Simulator
from tests.support.cast import CALLBACK_BASE
from tests.support.standin import StandIn
from tests.support.twilio import Twilio


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def command_env(database: Database, environment: dict[str, str]) -> dict[str, str]:
    """The environment of the commands: the test's database and account."""
    return {**environment, **Twilio.SETTINGS, "DATABASE_URL": database.url}


@pytest.fixture
def switchboard(
    command_env: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """`switchboard("messages", "list", SETTING=…)`: the command, on the test's database."""

    def run(*arguments: str, **settings: str) -> Done:
        with monkeypatch.context() as patched:
            for name, value in {**command_env, **settings}.items():
                patched.setenv(name, value)
            patched.setattr(sys, "argv", ["bin/switchboard", *arguments])
            with pytest.raises(SystemExit) as ended:
                cli.main()
        said = capsys.readouterr()
        code = ended.value.code
        # As the interpreter does with an exit that carries words.
        return Done(1, said.out, f"{said.err}{code}\n") if isinstance(code, str) else Done(code or 0, *said)

    return run


@pytest.fixture(scope="session")
def _simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path_factory.mktemp("stand-in"), CALLBACK_BASE)
    simulator.start()
    yield simulator
    simulator.kill()


@pytest.fixture
def standin(
    _simulator: Simulator, make_settings: Callable[..., Settings], command_env: dict[str, str]
) -> Iterator[StandIn]:
    """Twilio's stand-in, which the commands ask too."""
    _simulator.reset()
    # What the tests' customers wrote went past the stand-in.
    _simulator.control("settings", callbacks="never", window="open")
    standin = StandIn(_simulator, make_settings)
    for name in ("twilio_auth_token", "twilio_api_base_url"):
        command_env[name.upper()] = getattr(standin.settings, name)
    yield standin
    standin.close()
