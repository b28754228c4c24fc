"""`bin/switchboard consent import`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.commands.consent_import import WHY
from app.domain.consent.import_lines import FAULTS
from app.store.database import Database
from app.store.tables import ConsentImport, ConsentImportLine, ConsentRecord
from app.web.words import consent_imports as words
from tests.support.cast import rows

LIST = "Kunde;Telefon;Datum;Quittung\nAva;(415) 555-0123;05.01.2026;17\nBo;4,49E+11;05.01.2026;18\n"
OPTIONS = ("--country", "us", "--action", "in", "--purpose", "marketing", "--column", "proof=Quittung")


@pytest.fixture
def listed(tmp_path: Path) -> str:
    """A list as a shop exports it."""
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="cp1252")
    return str(path)


def test_bad_lines_are_named_and_nothing_is_recorded_until_it_may(
    switchboard: Callable[..., Any], database: Database, listed: str
) -> None:
    done = switchboard("consent", "import", listed, *OPTIONS)
    assert done.code == 1
    assert "line 3: a number that a spreadsheet has mangled" in done.err
    assert "Nothing was recorded." in done.err
    assert rows(database, ConsentRecord) == []
    assert switchboard("consent", "import", listed, *OPTIONS, "--dry-run", "--good-lines").code == 0
    assert rows(database, ConsentRecord) == []
    done = switchboard("consent", "import", listed, *OPTIONS, "--good-lines")
    assert (done.code, done.out.partition(": ")[2]) == (0, "1 records.\n")
    assert [(row.proof, row.purpose, row.actor_kind) for row in rows(database, ConsentRecord)] == [
        ("17", "marketing", "command")
    ]


def test_what_is_missing_is_asked_for_and_no_import_is_left(
    switchboard: Callable[..., Any], database: Database, listed: str
) -> None:
    done = switchboard("consent", "import", listed)
    assert done.code == 1
    assert "--action" in done.err
    done = switchboard("consent", "import", listed, "--column", "proof=Beleg")
    assert "write FIELD=NAME" in done.err
    assert switchboard("consent", "import", listed, "--column", "proof=Beleg", "--dry-run").code == 1
    assert [one.state for one in rows(database, ConsentImport)] == ["dropped"] * 3
    assert rows(database, ConsentImportLine) == []


def test_every_fault_has_words_at_both_doors() -> None:
    assert set(FAULTS) <= set(WHY)
    assert set(FAULTS) == set(words.FAULTS)
    assert {*WHY} - {*FAULTS} <= {*words.FILES, *words.REFUSED}
