"""Fails every statement that writes a word of ours which `app/vocabulary.py` doesn't list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from app.vocabulary import COLUMNS, FEED

TABLES = frozenset(table for table, _ in COLUMNS)


class WordNotListed(AssertionError):
    """A statement writes a word that is not in the vocabulary."""


class VocabularyGuard:
    """Checks while it is installed; `complaints` keeps what it found, whoever swallowed the error."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def install(self) -> None:
        """Begin to check, on every engine."""
        sa.event.listen(sa.Engine, "before_cursor_execute", self._check)

    def remove(self) -> None:
        """Check no more."""
        sa.event.remove(sa.Engine, "before_cursor_execute", self._check)

    def _check(self, _connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool) -> None:
        if context is None or context.compiled is None or not (context.isinsert or context.isupdate):
            return
        table = context.compiled.statement.table.name
        if table not in TABLES:
            return
        for values in context.compiled_parameters:
            for complaint in foreign_words(table, values):
                self.complaints.append(complaint)
                raise WordNotListed(complaint)


def foreign_words(table: str, values: Mapping[str, Any]) -> Iterator[str]:
    """What of a row's values stands in a column of words and is none of them."""
    for column, value in values.items():
        words = COLUMNS.get((table, column))
        if words is not None and value not in words:
            yield f"{table}.{column}: {value!r} is not in the vocabulary"
    if table == "feed_event" and "kind" in values and "word" in values:
        listed = FEED.get(values["kind"])
        if listed is not None and values["word"] not in listed:
            yield f"feed_event: {values['kind']} {values['word']!r} is not in the vocabulary"
