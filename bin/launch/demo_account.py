"""The demo's made-up account: drawn at the first start, kept in DATA_DIR, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from dotenv import dotenv_values

DEMO_FILE = "demo.env"


def demo_account(data_dir: Path) -> dict[str, str]:
    """TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, SECRET_KEY and DEMO_PASSWORD of the demo in `data_dir`."""
    data_dir.mkdir(parents=True, exist_ok=True)
    file = data_dir / DEMO_FILE
    account = {**_drawn(), **read_demo_account(file)}
    if account != read_demo_account(file):
        _keep(file, account)
    return account


def read_demo_account(file: Path) -> dict[str, str]:
    """What `file` holds; empty when there is none."""
    return {name: value for name, value in dotenv_values(file).items() if value}


def _drawn() -> dict[str, str]:
    return {
        "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "SECRET_KEY": secrets.token_hex(32),
        "DEMO_PASSWORD": secrets.token_urlsafe(9),
    }


def _keep(file: Path, account: dict[str, str]) -> None:
    # Written aside and moved, so that a start that is cut short leaves no half of it.
    aside = file.with_suffix(".new")
    aside.unlink(missing_ok=True)
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.writelines(f"{name}={value}\n" for name, value in account.items())
    aside.replace(file)
