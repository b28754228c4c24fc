"""Files of separated values as spreadsheets write them: their encoding, their separator, their lines."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, Any

from app.domain.storable_text import storable

LARGEST = 50 * 1024 * 1024
MOST_COLUMNS = 60
LONGEST_CELL = 4000
_SEPARATORS = (",", ";", "\t")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_PIECE = 256 * 1024


class FileUnreadable(Exception):
    """The file can't be read; `code` is file_empty, file_too_large, file_not_text or columns_missing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Table:
    """A file that can be read: how it is written, its columns, and its lines with their numbers in the file."""

    encoding: str
    separator: str
    columns: list[str]
    lines: Iterator[tuple[int, list[str]]]
    text: io.TextIOWrapper

    def let_go(self) -> None:
        """Leave the file to who opened it."""
        self.text.detach()


def read(file: IO[bytes]) -> Table:
    """The file as a table; its first line that isn't empty names the columns. Raises FileUnreadable."""
    size = file.seek(0, io.SEEK_END)
    if size > LARGEST:
        raise FileUnreadable("file_too_large")
    encoding = _encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        return _table(text, encoding)
    except FileUnreadable:
        text.detach()
        raise


def _table(text: io.TextIOWrapper, encoding: str) -> Table:
    first, skipped = "", 0
    for first in text:
        # Excel reads this line as the separator, and takes it for none of the table's.
        if first.strip("\ufeff \t\r\n;,") and not first.lower().startswith("sep="):
            break
        skipped, first = skipped + 1, ""
    if not first:
        raise FileUnreadable("file_empty")
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(chain([first], text), delimiter=separator)
    columns = [cell.strip()[:80] for cell in next(_rows(reader))]
    if not 1 <= len(columns) <= MOST_COLUMNS or not any(columns):
        raise FileUnreadable("columns_missing")
    return Table(encoding.removesuffix("-sig"), separator, columns, _lines(reader, skipped), text)


def in_chunks(lines: Iterable[tuple[int, list[str]]], at_once: int) -> Iterator[list[dict[str, Any]]]:
    """Lines by so many, each as a row of a table of lines has it: `line`, and `cells` with text that can be kept."""
    rest = iter(lines)
    while some := list(islice(rest, at_once)):
        yield [{"line": line, "cells": {"cells": [storable(cell) for cell in cells]}} for line, cells in some]


def _lines(reader: Iterator[list[str]], skipped: int) -> Iterator[tuple[int, list[str]]]:
    before = reader.line_num  # type: ignore[attr-defined]
    for cells in _rows(reader):
        if any(cell.strip() for cell in cells):
            yield skipped + before + 1, [cell.replace("\x00", "").strip()[:LONGEST_CELL] for cell in cells]
        before = reader.line_num  # type: ignore[attr-defined]


def _rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error:
        raise FileUnreadable("file_not_text") from None


def _encoding(file: IO[bytes]) -> str:
    """By its first signs, else UTF-8 where all of it is, else Windows-1252."""
    file.seek(0)
    start = file.read(_PIECE)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name if _decodes(file, name) else _refused()
    if b"\x00" in start:
        # Text in UTF-16 without a mark has a NUL beside each of its Latin letters.
        name = "utf-16-le" if start[1:200:2].count(0) > start[0:200:2].count(0) else "utf-16-be"
    else:
        name = "utf-8" if _decodes(file, "utf-8") else "cp1252"
    return name if _decodes(file, name) else _refused()


def _refused() -> str:
    raise FileUnreadable("file_not_text")


def _decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while piece := file.read(_PIECE):
            if "\x00" in decoder.decode(piece):
                return False
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
