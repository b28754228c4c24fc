"""The rules in force in this process: those of RULES_FILE, read once at its start, or those that are shipped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from app.domain import yaml_text
from app.domain.gate.rules_file import DEFAULT, Region, RulesFile

SHIPPED = Path(__file__).with_name("rules.yaml")


class RulesError(yaml_text.UnusableFile):
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
        content, written = yaml_text.read(path, "RULES_FILE")
    except yaml_text.UnusableFile as error:
        raise RulesError(str(error)) from error
    faults = []
    try:
        file = RulesFile.model_validate(written)
    except ValidationError as error:
        faults = yaml_text.faults_of(error)
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
