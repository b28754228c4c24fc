"""The conversations' scripts: one file a language in `threads/`.

`== name` begins a script (with ` !` it is played only where the cast asks for it); `> ` is the customer's line, `< `
the workshop's, `.. 1d` a pause. A line may begin with tags like `[image:wheel]`; `(one|another)` is a choice, and
`{name}` is filled in. Above the first script stand the language's own words: `price = £38 | £45`.

What becomes of the workshop's line is said by its tags: `[queued]`, `[sent]`, `[delivered]` and `[read]` are as far as
it gets, `[failed:code]`, `[undelivered:code]` and `[canceled]` what Twilio tells of it, `[refused:code]` what Twilio
answers. `[retried]` is turned away once, `[gave_up]` each time; `[overtaken]` until the gate stops it, because of what
happened meanwhile. `[unconfirmed]` gets no answer; with `[late]` Twilio has it all the same, and says so late.
`[again]` is the line before once more, `[confirmation]` what the product answers to an opt-out, and `[held]` never
leaves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "threads"
_TAG = re.compile(r"\[([a-z_-]+)(?::([^\]]*))?\]\s*")
_PAUSE = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")


@dataclass(frozen=True)
class Line:
    """One message: who says it, its tags with their values, and the pause before it where it has its own."""

    inbound: bool
    text: str
    tags: dict[str, str]
    pause: timedelta | None = None


@dataclass
class Script:
    """One conversation. `apart` ones are played only where the cast asks for them."""

    name: str
    apart: bool
    lines: list[Line] = field(default_factory=list)


@dataclass
class Book:
    """A language's scripts by name, and its own words by what they stand for."""

    words: dict[str, list[str]] = field(default_factory=dict)
    scripts: dict[str, Script] = field(default_factory=dict)

    @property
    def common(self) -> list[Script]:
        """The scripts that anybody may play."""
        return [script for script in self.scripts.values() if not script.apart]


@cache
def book(language: str) -> Book:
    """The scripts in a language."""
    read = Book()
    script: Script | None = None
    pause: timedelta | None = None
    for line in (_FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        mark, _, rest = line.partition(" ")
        if mark == "==":
            script = _begun(rest)
            read.scripts[script.name] = script
        elif mark == "..":
            pause = _length(rest)
        elif mark in ("<", ">") and script is not None:
            script.lines.append(_line(mark == ">", rest, pause))
            pause = None
        elif line:
            name, _, words = line.partition(" = ")
            read.words[name] = words.split(" | ")
    return read


def _begun(heading: str) -> Script:
    name = heading.removesuffix(" !")
    return Script(name, apart=name != heading)


def _line(inbound: bool, rest: str, pause: timedelta | None) -> Line:
    tags = {}
    while match := _TAG.match(rest):
        tags[match[1]] = match[2] or ""
        rest = rest[match.end() :]
    return Line(inbound, rest, tags, pause)


def _length(written: str) -> timedelta:
    match = _PAUSE.fullmatch(written)
    assert match, written
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)
