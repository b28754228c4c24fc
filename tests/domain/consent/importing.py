"""Files of consents for tests."""

from __future__ import annotations

import io
from typing import Any

from app.domain.consent import imports
from app.store.database import Database
from app.store.tables import ConsentImport
from tests.support.cast import ACCOUNT, ADA, only

HEADER = "Phone,Action,Purpose,Date,Source,Wording,Proof"
GOOD = "+14155550123,in,marketing,2026-01-05,form,I want news,https://shop.example/1"
CHOSEN: dict[str, Any] = {"country": "", "action": "", "purpose": "", "month_first": False}


def bring(database: Database, *lines: str, **chosen: Any) -> int:
    """A staged file that was checked by the columns' names."""
    file = io.BytesIO("\n".join((HEADER, *lines)).encode())
    number = imports.stage(database, ADA, "list.csv", file)
    mapping = {**CHOSEN, **only(database, ConsentImport, id=number).mapping, **chosen}
    database.write(lambda session: imports.check(session, ADA, number, mapping))
    imports.work(database, ACCOUNT)
    return number


def apply(database: Database, number: int) -> None:
    """Apply an import and wait for it."""
    database.write(lambda session: imports.apply(session, ADA, number))
    imports.work(database, ACCOUNT)
