"""Whether the requirements files name what the project uses, with all that it pulls in, and nothing else."""

from __future__ import annotations

import ast
import importlib.metadata
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bin.checks.findings import ROOT, Finding, conclude, files_of

PRODUCTION, BENCH, DEV = "requirements.txt", "requirements-bench.txt", "requirements-dev.txt"
# The code that a file is for; all other code is production's.
CODE_OF = {"bench/": BENCH, "faults/": DEV, "harness/": DEV, "tests/": DEV, "bin/checks/": DEV}
# What type checkers alone know.
TYPES_ONLY = frozenset({"_typeshed"})
# What no line of code imports, and what it is there for.
USED_WITHOUT_IMPORT: Mapping[str, Mapping[str, str]] = {
    PRODUCTION: {
        "psycopg-binary": "psycopg's own library, where the machine has none",
        "tzdata": "zoneinfo reads it for names that the machine's zones lack",
    },
    BENCH: {
        "uvicorn": "bench.intake starts it as a program",
        "uvloop": "uvicorn is quicker with it",
        "httptools": "uvicorn is quicker with it",
        "python-multipart": "FastAPI reads forms with it",
    },
    DEV: {
        "flask-cors": "moto's server",
        "import-linter": "bin/checks.txt",
        "mypy": "bin/checks.txt",
        "ruff": "bin/checks.txt",
        "types-pyyaml": "mypy",
        "types-requests": "mypy",
        "pytest-playwright": "pytest finds it",
        "pytest-timeout": "pytest finds it",
        "pytest-xdist": "pytest finds it",
    },
}


@dataclass(frozen=True)
class Import:
    """A line that imports something from outside the project, by its first name."""

    file: Path
    line: int
    module: str


def findings(
    root: Path = ROOT, used_anyway: Mapping[str, Mapping[str, str]] = USED_WITHOUT_IMPORT
) -> Iterator[Finding]:
    """What is imported or pulled in and not named, and what is named and not used."""
    imports = list(imports_of(root))
    direct = {name: named_in(root / name) for name in (PRODUCTION, BENCH, DEV)}
    # Whatever is no production code runs with all that the developers' file names.
    everything = {**direct[PRODUCTION], **direct[BENCH], **direct[DEV]}
    for file, own in direct.items():
        installed = own if file == PRODUCTION else everything
        used = set(used_anyway.get(file, ()))
        for name in sorted(used - set(own)):
            yield Finding(Path("bin/checks/requirements.py"), 1, f"{file} does not name {name} any more")
        for one in imports:
            if _file_for(one.file) == file:
                found = distributions_of(one.module) & set(installed)
                used |= found
                if not found:
                    yield Finding(one.file, one.line, f"imports {one.module}, which {file} does not name")
        used = with_what_they_require(used)
        for name in sorted(used - set(installed)):
            yield Finding(Path(file), 1, f"{name} is required by another package and not named")
        for name in sorted(set(own) - used):
            yield Finding(Path(file), own[name], f"{name} is named, and nothing needs it")


def imports_of(root: Path) -> Iterator[Import]:
    """Every import of the project's code that is neither its own nor Python's."""
    files = list(files_of(root, "*.py"))
    own = {file.relative_to(root).parts[0].removesuffix(".py") for file in files}
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            for module in _modules(node):
                if module not in own and module not in sys.stdlib_module_names | TYPES_ONLY:
                    yield Import(file.relative_to(root), node.lineno, module)  # type: ignore[attr-defined]


def named_in(file: Path) -> dict[str, int]:
    """The packages that the file names itself, and in which line."""
    lines = enumerate(file.read_text().splitlines(), start=1)
    return {canonicalize_name(line.partition("==")[0]): number for number, line in lines if "==" in line}


@cache
def distributions_of(module: str) -> frozenset[str]:
    """The installed packages that bring this module."""
    return frozenset(map(canonicalize_name, _by_module().get(module, ())))


@cache
def _by_module() -> Mapping[str, list[str]]:
    return importlib.metadata.packages_distributions()


def with_what_they_require(packages: Iterable[str]) -> set[str]:
    """The packages with all that they require on this machine, extras left out."""
    reached: set[str] = set()
    to_look_at = list(packages)
    while to_look_at:
        name = to_look_at.pop()
        if name not in reached:
            reached.add(name)
            to_look_at.extend(_required_by(name))
    return reached


@cache
def _required_by(name: str) -> list[str]:
    try:
        stated = importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    found = map(Requirement, stated)
    return [canonicalize_name(one.name) for one in found if one.marker is None or one.marker.evaluate({"extra": ""})]


def _file_for(code: Path) -> str:
    return next((file for folder, file in CODE_OF.items() if code.as_posix().startswith(folder)), PRODUCTION)


def _modules(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module.partition(".")[0]


if __name__ == "__main__":
    conclude(findings())
