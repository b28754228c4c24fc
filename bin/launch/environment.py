"""The environment that each command gives the product: what is set, over `.env`, over the demo's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from bin.launch.demo_account import DEMO_FILE, demo_account, read_demo_account

ROOT = Path(__file__).resolve().parents[2]


def for_demo(environ: Mapping[str, str], root: Path = ROOT) -> dict[str, str]:
    """What `environ` sets, and for the rest the demo's account and addresses.

    `.env` belongs to the real account: what it sets is blanked here, so that the demo never reaches it.
    """
    given = _with_places({**dict.fromkeys(_env_file(root), ""), **environ}, root)
    given = _over(given, {"SIMULATOR_PORT": "8001"})
    own = {
        "TWILIO_WHATSAPP_FROM": "whatsapp:+14155238886",
        "TWILIO_API_BASE_URL": f"http://127.0.0.1:{given['SIMULATOR_PORT']}",
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{given['PORT']}",
        **demo_account(Path(given["DATA_DIR"])),
    }
    return _anchored(_over(given, own), root)


def for_serve(environ: Mapping[str, str], root: Path = ROOT) -> dict[str, str]:
    """What `environ` sets, over `.env`."""
    return _anchored(_with_places(_over(dict(environ), _env_file(root)), root), root)


def for_command(environ: Mapping[str, str], root: Path = ROOT) -> dict[str, str]:
    """As `bin/serve`; or as `bin/demo`, where there is a demo and nothing names a real account."""
    given = for_serve(environ, root)
    if (root / ".env").exists() or given.get("TWILIO_ACCOUNT_SID"):
        return given
    if read_demo_account(Path(given["DATA_DIR"]) / DEMO_FILE):
        return for_demo(environ, root)
    return given


def _env_file(root: Path) -> dict[str, str]:
    return {name: value or "" for name, value in dotenv_values(root / ".env").items()}


def _over(given: Mapping[str, str], defaults: Mapping[str, str]) -> dict[str, str]:
    """`given`, with `defaults` where a name is absent or empty."""
    filled = {name: value for name, value in defaults.items() if not given.get(name)}
    return {**given, **filled}


def _with_places(given: Mapping[str, str], root: Path) -> dict[str, str]:
    placed = _over(given, {"DATA_DIR": "var", "PORT": "8000"})
    return {**placed, "DATA_DIR": str(root / placed["DATA_DIR"])}


def _anchored(given: Mapping[str, str], root: Path) -> dict[str, str]:
    """Relative paths begin at the project's folder, whatever folder a command is called in."""
    anchored = dict(given)
    if spool := given.get("SPOOL_DIR"):
        anchored["SPOOL_DIR"] = str(root / spool)
    if relative := re.fullmatch(r"sqlite:///([^/].*)", given.get("DATABASE_URL", "")):
        anchored["DATABASE_URL"] = f"sqlite:///{root / relative[1]}"
    if relative := re.fullmatch(r"file:([^/].*)", given.get("MEDIA_STORE", "")):
        anchored["MEDIA_STORE"] = f"file:{root / relative[1]}"
    # The product is imported from here, and from nowhere else that the caller may have set.
    return {**anchored, "PYTHONPATH": str(root), "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"}
