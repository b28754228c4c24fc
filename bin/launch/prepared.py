"""Remembers that a demo's database was prepared by this version, so that its next start need not look again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from bin.launch.environment import ROOT

MARK = "demo.prepared"


def is_prepared(env: Mapping[str, str]) -> bool:
    """Whether `mark_prepared` saw this very database file with these very migrations and this account."""
    mark = Path(env["DATA_DIR"]) / MARK
    return mark.is_file() and mark.read_text() == _fingerprint(env) != ""


def mark_prepared(env: Mapping[str, str]) -> None:
    """Note it; does nothing for a database on a server, which may change without our seeing it."""
    (Path(env["DATA_DIR"]) / MARK).write_text(_fingerprint(env))


def _fingerprint(env: Mapping[str, str]) -> str:
    database = Path(env["DATA_DIR"]) / "switchboard.db"
    if env.get("DATABASE_URL") or not database.is_file():
        return ""
    print_of = hashlib.sha256()
    for migration in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        print_of.update(migration.read_bytes())
    return f"{env['TWILIO_ACCOUNT_SID']} {database.stat().st_ino} {print_of.hexdigest()}\n"
