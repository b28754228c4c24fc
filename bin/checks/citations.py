"""Whether every page, heading, file and module that the project's texts name is there.

Looked at: Markdown links, `docs/<page>.md#<heading>`, names of `.md` and `.tsv` files, paths of `.py` files, commands
in `bin`, repository paths in backticks, and `python -m <module>`. What has a placeholder in it, such as `<name>` or
`…`, names nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from bin.checks.findings import ROOT, Finding, conclude, files_of

LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^]]+\]:\s+(\S+)", re.MULTILINE)
# In running text: not in a longer address, and not a string of the program's own.
BARE = re.compile(
    r"(?<![\w./:<>*@$}\"'-])([\w-][\w./-]*\.(?:md|tsv)|\w+(?:/[\w.-]+)+\.py|bin/[a-z_]+)(#[\w-]+)?(?![\w/\"'*<])"
)
CODE = re.compile(r"`([^`\n]+)`")
MODULE = re.compile(r"python3? -m ([a-z_]+(?:\.[a-z_]+)*)")
FILE = re.compile(r"[\w.-]+(?:/[\w.-]+)*\.(?:css|html|js|py)")
PLACEHOLDER = re.compile(r"[<>…*{}$]")
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|/")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
# What runs and builds make: named in texts, and in no repository.
MADE = ("var/", ".venv/")
FOREIGN = ("static/vendor/",)
THIS_CHECK = ("bin/checks/citations.py", "tests/checks/test_citations.py")


@dataclass(frozen=True)
class Project:
    """What there is to name."""

    root: Path
    names: frozenset[str]
    _headings: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def at(cls, root: Path) -> Project:
        """The project whose files git knows below `root`."""
        return cls(root, frozenset(file.relative_to(root).as_posix() for file in files_of(root)))

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder with a file in it."""
        return frozenset(str(folder) for name in self.names for folder in PurePosixPath(name).parents)

    @cached_property
    def tails(self) -> frozenset[str]:
        """Every path that says enough of a file: its name, or its name with some of its folders."""
        parts = (name.split("/") for name in self.names)
        return frozenset("/".join(some[start:]) for some in parts for start in range(len(some)))

    def has(self, path: str) -> bool:
        """True for a file or a folder, by its whole path."""
        plain = path.rstrip("/") or "."
        return plain in self.names or plain in self.folders

    def has_module(self, dotted: str) -> bool:
        """True for a module of the project, and for one of somebody else's."""
        path = dotted.replace(".", "/")
        return path.partition("/")[0] not in self.folders or f"{path}.py" in self.names or path in self.folders

    def has_heading(self, page: str, anchor: str) -> bool:
        """True when the page has a heading to which GitHub gives this anchor."""
        if page not in self._headings:
            text = FENCE.sub("", (self.root / page).read_text())
            self._headings[page] = frozenset(_anchor(heading[1]) for heading in HEADING.finditer(text))
        return anchor in self._headings[page]


def _anchor(heading: str) -> str:
    bare = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
    return re.sub(r"[^\w\- ]", "", bare).replace(" ", "-")


def missing(project: Project, name: str, text: str) -> Iterator[tuple[int, str]]:
    """Line and words of everything that `text`, the file `name`, cites and that isn't there."""
    found = [*_bare(project, text), *_paths(project, text), *_modules(project, text)]
    if name.endswith(".md"):
        found += _links(project, name, text)
    yield from sorted({(text.count("\n", 0, position) + 1, what) for position, what in found})


def _links(project: Project, name: str, text: str) -> Iterator[tuple[int, str]]:
    for link in LINK.finditer(text):
        target = link[1] or link[2]
        if ADDRESS.match(target) or PLACEHOLDER.search(target):
            continue
        path, _, anchor = target.partition("#")
        page = _resolved(name, unquote(path)) if path else name
        if not project.has(page) or (anchor and page.endswith(".md") and not project.has_heading(page, anchor)):
            yield link.start(), target


def _resolved(name: str, path: str) -> str:
    parts: list[str] = []
    for part in [*PurePosixPath(name).parent.parts, *PurePosixPath(path).parts]:
        if part == "..":
            parts = parts[:-1] if parts else [".."]
        else:
            parts.append(part)
    return "/".join(parts) or "."


def _bare(project: Project, text: str) -> Iterator[tuple[int, str]]:
    for page in BARE.finditer(text):
        path, anchor = page[1], (page[2] or "")[1:]
        if path.startswith(MADE):
            continue
        known = project.has(path) or (path in project.tails and not path.startswith("docs/"))
        if not known or (anchor and path in project.names and not project.has_heading(path, anchor)):
            yield page.start(), page[0]


def _paths(project: Project, text: str) -> Iterator[tuple[int, str]]:
    for code in CODE.finditer(text):
        word = re.sub(r"(:\d+|\(\))$", "", code[1].split()[0].rstrip(",;")) if code[1].split() else ""
        if PLACEHOLDER.search(word) or "://" in word or word.startswith(MADE):
            continue
        top, slash, _ = word.partition("/")
        if slash and top in project.folders:
            if not project.has(word.partition("#")[0]):
                yield code.start(), word
        elif FILE.fullmatch(word) and word not in project.tails:
            yield code.start(), word


def _modules(project: Project, text: str) -> Iterator[tuple[int, str]]:
    for module in MODULE.finditer(text):
        if not project.has_module(module[1]):
            yield module.start(), module[0]


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Every such place in the project's text files."""
    project = Project.at(root)
    for file in files_of(root):
        name = file.relative_to(root)
        content = file.read_bytes()
        if b"\0" in content or name.as_posix() in THIS_CHECK or name.as_posix().startswith(FOREIGN):
            continue
        for line, what in missing(project, name.as_posix(), content.decode(errors="replace")):
            yield Finding(name, line, f"names what isn't there: {what}")


if __name__ == "__main__":
    conclude(findings())
