"""The audit is only ever added to, and has words for every deed that the code writes down."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from app.audit_words import AUDIT_SUBJECTS, AUDIT_VERBS, verbs_of
from app.web.words import audit as words

ROOT = Path(__file__).parents[2]
CHANGES_ROWS = {"update", "delete", "insert_unless_there", "merge", "delete_all", "set_committed_value"}
RAW = re.compile(r"\b(update|delete\s+from|truncate(\s+table)?)\s+\"?audit\b", re.IGNORECASE)


def sources() -> Iterator[tuple[str, str]]:
    """Every module of the product, and the migrations that came after the tables were made."""
    for path in sorted((ROOT / "app").rglob("*.py")):
        yield str(path.relative_to(ROOT)), path.read_text()


def recorded(source: str) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Verb and kind of subject of each `audit.record(…)`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
            yield node.args[2], node.args[3]


def verbs_in(verb: ast.expr) -> set[str]:
    """The listed verbs that this expression may be; empty for one that nobody listed."""
    pieces = verb.values if isinstance(verb, ast.JoinedStr) else [verb]
    if isinstance(verb, ast.Subscript | ast.Name | ast.IfExp):
        # Taken from a table of constants: what the running tests write is held against the vocabulary.
        return set(verbs_of(""))
    shape = "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"\w+" for p in pieces)
    return {known for known in verbs_of("") if re.fullmatch(shape, known)}


def test_every_deed_that_is_written_down_has_words() -> None:
    found = [(path, verb) for path, source in sources() for verb, _kind in recorded(source)]
    assert len(found) > 20
    assert [f"{path}: {ast.unparse(verb)}" for path, verb in found if not verbs_in(verb)] == []
    assert set(words.VERBS) == set(verbs_of(""))
    assert set(words.KINDS) == set(AUDIT_VERBS)


def test_every_kind_of_subject_and_actor_has_words() -> None:
    kinds = {
        kind.value for _path, source in sources() for _v, kind in recorded(source) if isinstance(kind, ast.Constant)
    }
    assert kinds <= set(AUDIT_SUBJECTS) == set(words.SUBJECTS)


def test_a_verb_without_words_would_be_found() -> None:
    (verb, _kind), *_ = recorded('audit.record(session, actor, "secret.deed", "agent", 1)')
    assert not verbs_in(verb)
    (verb, _kind), *_ = recorded('audit.record(session, actor, f"agents.{word}", "agent", 1)')
    assert not verbs_in(verb)


def test_nothing_changes_or_deletes_a_row() -> None:
    at_the_table = {
        path: tree
        for path, source in sources()
        if "tables" not in path
        for tree in [ast.parse(source)]
        if any(isinstance(node, ast.Name) and node.id == "Audit" for node in ast.walk(tree))
    }
    # Who else names the table does it for a type.
    assert set(at_the_table) == {
        "app/domain/auditing/pages.py",
        "app/store/audit.py",
        "app/store/audit_subjects.py",
        "app/web/audit/page.py",
        "app/web/audit/view.py",
    }
    called = {
        (path, ast.unparse(node.func).rpartition(".")[2])
        for path, tree in at_the_table.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert [(path, name) for path, name in called if name in CHANGES_ROWS and path != "app/web/audit/view.py"] == []
    assert [path for path, source in sources() if RAW.search(source)] == []
    assert RAW.search("UPDATE audit SET verb = ''")
