"""Rules of a test's own: the shipped file with some of its values changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from app.domain.gate import in_force

MARKETING, UTILITY, LOGIN = "HX" + "a" * 32, "HX" + "b" * 32, "HX" + "c" * 32


def written(folder: Path, **changed: Any) -> Path:
    """The shipped rules in a file, with what is at these places changed: `regions__US__marketing={…}`."""
    content = yaml.load(in_force.SHIPPED.read_text(), yaml.BaseLoader)
    content["template_categories"] = {MARKETING: "marketing", LOGIN: "authentication"}
    for place, value in changed.items():
        *way, last = place.split("__")
        part = content
        for name in way:
            part = part.setdefault(name, {})
        part[last] = {**part[last], **value} if isinstance(value, dict) and last in part else value
    path = folder / "rules.yaml"
    path.write_text(yaml.dump(content))
    return path


@contextmanager
def rules(folder: Path, **changed: Any) -> Iterator[None]:
    """As `written`, in force for a block."""
    with in_force.under(written(folder, **changed)):
        yield
