"""The rules in force in this process: those of RULES_FILE, read once at its start, or those that are shipped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from app.domain.gate.rules_file import DEFAULT, Region, RulesFile

SHIPPED = Path(__file__).with_name("rules.yaml")


class RulesError(Exception):
    """The rules file can't be used; the message names every fault of it."""


@dataclass(frozen=True)
class Rules:
    """The rules, and their version: a digest of the file, which decisions name."""

    file: RulesFile
    regions: Mapping[str, Region]
    version: str

    def of(self, region: str) -> Region:
        """The rules of a country; the default's where it has none of its own."""
        return self.regions.get(region, self.regions[DEFAULT])


def read(path: Path) -> Rules:
    """The rules of a file. Raises RulesError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RulesError(f"RULES_FILE {path} can't be read: {error.strerror}") from error
    try:
        # Every value as it is written: YAML would make a truth value of Norway's NO and seconds of 20:00.
        written = yaml.load(content, _Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RulesError(f"RULES_FILE {path} is no YAML:\n  {' '.join(str(error).split())}") from error
    faults = []
    try:
        file = RulesFile.model_validate(written)
    except ValidationError as error:
        faults = [f"  {_where(fault['loc'])}: {_what(fault)}" for fault in error.errors()]
    if isinstance(written, dict) and isinstance(found := written.get("regions"), dict) and DEFAULT not in found:
        faults.append(f"  regions.{DEFAULT}: is missing")
    if faults:
        raise RulesError("\n".join([f"RULES_FILE {path} can't be used. Mend these:", *faults]))
    default = file.regions[DEFAULT].over(Region())
    regions = {name: region.over(default) for name, region in file.regions.items()}
    return Rules(file, regions, hashlib.sha256(content).hexdigest()[:12])


def use(path: str | Path = "") -> Rules:
    """Put a file's rules in force in this process, the shipped ones where it is ''. Raises RulesError."""
    global _now
    _now = read(Path(path)) if path else _shipped()
    return _now


def rules() -> Rules:
    """The rules in force."""
    return _now or _shipped()


@contextmanager
def under(path: str | Path) -> Iterator[Rules]:
    """Other rules for a block."""
    global _now
    before = _now
    try:
        yield use(path)
    finally:
        _now = before


_now: Rules | None = None


@cache
def _shipped() -> Rules:
    return read(SHIPPED)


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
