"""Everything that an installation keeps, searched for words: each column, each file, each sealed batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import SQLModel

from app.domain.webhooks.archive import FOLDER
from app.gateways.encryption import Seal
from app.settings import Settings
from app.store.database import Database, Session
from tests.support.cast import ACCOUNT


def places(database: Database, settings: Settings, words: list[str]) -> list[str]:
    """Where one of these words stands, in whatever case."""
    folder = Path(settings.data_dir)
    kept = [
        *_rows(database, settings),
        *_files(folder),
        *_archive(Path(settings.media.removeprefix("file:")), settings),
    ]
    return sorted({f"{place}: {word}" for place, content in kept for word in words if word.lower() in content.lower()})


def _rows(database: Database, settings: Settings) -> list[tuple[str, str]]:
    def read(session: Session) -> list[tuple[str, str]]:
        found = []
        for table in SQLModel.metadata.sorted_tables:
            mine = [table.c.account_sid == ACCOUNT] if "account_sid" in table.c else []
            for row in session.execute(sa.select(table).where(*mine)).mappings():
                for name, value in row.items():
                    found.append((f"{table.name}.{name}", _text(value)))
                    if table.name == "media_bytes" and name == "content" and str(row["key"]).startswith(FOLDER):
                        found.append((f"archive {row['key']}", Seal(settings.archive_key).open(value).decode()))
        return found

    return database.read(read)


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    for file in folder.rglob("*"):
        if file.is_file():
            yield file.relative_to(folder).as_posix(), file.name + "\n" + file.read_bytes().decode("latin-1")


def _archive(media: Path, settings: Settings) -> Iterator[tuple[str, str]]:
    for file in (media / ACCOUNT / FOLDER).rglob("*"):
        if file.is_file() and not file.name.startswith("."):
            yield f"archive {file.name}", Seal(settings.archive_key).open(file.read_bytes()).decode()
