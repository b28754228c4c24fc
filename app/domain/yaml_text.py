"""YAML that an admin writes: every value as text, and each fault of it as a line that names where and what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError


class UnusableFile(Exception):
    """A file that an admin wrote can't be used; the message names every fault of it."""


def load(content: bytes) -> object:
    """The values, as they are written: YAML would make a truth value of Norway's NO and seconds of 20:00.

    Raises ValueError for what is no YAML, or names something twice.
    """
    try:
        return yaml.load(content, _Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(" ".join(str(error).split())) from error


def read(path: Path, setting: str) -> tuple[bytes, object]:
    """The file's bytes and its values. Raises UnusableFile."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnusableFile(f"{setting} {path} can't be read: {error.strerror}") from error
    try:
        return content, load(content)
    except ValueError as error:
        raise UnusableFile(f"{setting} {path} is no YAML:\n  {error}") from error


def faults_of(error: ValidationError) -> list[str]:
    """A line for each fault."""
    return [f"  {_where(fault['loc'])}: {_what(fault)}" for fault in error.errors()]


class _Loader(yaml.BaseLoader):
    """Values as text; what is named twice is a fault."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping. Raises ConstructorError for a key that stands there twice."""
        names = [key.value for key, _ in node.value]
        for key, _ in node.value:
            if names.count(key.value) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value} is there more than once", key.start_mark
                )
        return super().construct_mapping(node, deep)


def _where(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc if part != "[key]") or "the file"


def _what(fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        return "there is no such setting"
    if fault["type"] == "missing":
        return "is missing"
    said = str(fault["msg"]).removeprefix("Value error, ")
    given = fault["input"]
    return f"{said}; it says {given!r}" if isinstance(given, str) else said
