"""Check the consent ledger: every leaf against its record, every node, every checkpoint, and what was derived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.consent_words import TAKEN_BACK
from app.domain.consent import leaf as leaves_of
from app.domain.consent import standing
from app.domain.consent.checkpoints import Checkpoint, origin
from app.domain.consent.seal import GrowingTree
from app.domain.consent.signed_note import NoteInvalid, Verifier
from app.store.consent import by_person, checkpoints, leaves, states
from app.store.database import Session
from app.store.tables import ConsentLeaf, ConsentState

PAGE = 500


@dataclass(frozen=True)
class Report:
    """What was checked, and how much of it."""

    leaves: int
    erased: int
    unsealed: int
    checkpoints: int
    people: int


class LedgerBroken(Exception):
    """Something doesn't fit. `why` is a code, `subject` says which row: a record's UUID, a position, a number."""

    def __init__(self, why: str, subject: object, detail: str = "") -> None:
        super().__init__(f"{why} {subject} {detail}".strip())
        self.why = why
        self.subject = str(subject)
        self.detail = detail


def verify(session: Session, account_sid: str, keys: Sequence[Verifier], kept_elsewhere: str = "") -> Report:
    """Check all of it on one snapshot. `kept_elsewhere` is a checkpoint's note that was kept on another machine.

    Raises LedgerBroken with the first thing that doesn't fit.
    """
    signed = dict(_checkpoints(session, account_sid, keys))
    if kept_elsewhere:
        found = _opened(kept_elsewhere, keys, account_sid, "file")
        if signed.setdefault(found.size, ("file", found.root))[1] != found.root:
            raise LedgerBroken("checkpoint_root", "file", str(found.size))
    size, erased = _verify_tree(session, account_sid, signed)
    _verify_marks(session, account_sid)
    checked = _verify_states(session, account_sid)
    return Report(size, erased, leaves.count_unsealed(session, account_sid), len(signed), checked)


def _checkpoints(
    session: Session, account_sid: str, keys: Sequence[Verifier]
) -> Iterable[tuple[int, tuple[str, bytes]]]:
    """The size, number and root of each checkpoint; of those of one size, which must have one root, the first."""
    known: dict[int, bytes] = {}
    after = 0
    while page := checkpoints.page(session, account_sid, after, PAGE):
        for row in page:
            after = row.id or 0
            found = _opened(row.note, keys, account_sid, str(row.id))
            if found.size != row.size or known.setdefault(found.size, found.root) != found.root:
                raise LedgerBroken("checkpoint_root", after, str(row.size))
            yield found.size, (str(row.id), found.root)
        # Of a big ledger only a page is held at a time.
        session.expunge_all()


def _opened(note: str, keys: Sequence[Verifier], account_sid: str, subject: str) -> Checkpoint:
    why = "key_other"
    for key in keys:
        try:
            found = Checkpoint.open(note, key)
        except NoteInvalid as error:
            why = error.why if error.why != "key_other" else why
            continue
        if found.origin != origin(account_sid):
            raise LedgerBroken("checkpoint_of_another", subject)
        return found
    raise LedgerBroken("checkpoint_signature", subject, why)


def _verify_tree(session: Session, account_sid: str, signed: dict[int, tuple[str, bytes]]) -> tuple[int, int]:
    """Grow the tree again from the records. Returns its size, and how many of its records are erased."""
    grown, size, erased, nodes = GrowingTree(0, _nothing_stored), 0, 0, 0
    while page := leaves.page(session, account_sid, size, PAGE):
        supersedes = leaves.uuids(session, account_sid, {told[0].supersedes or 0 for _, told in page if told})
        for leaf, told in page:
            if leaf.position != size:
                raise LedgerBroken("leaf_missing_at", size)
            _verify_leaf(leaf, told, supersedes)
            for level, position, found in grown.add(leaf.leaf_hash):
                nodes += 1
                if leaves.node_hashes(session, account_sid, level, position, position + 1) != [found]:
                    raise LedgerBroken("node_differs", f"{level}/{position}")
            size, erased = size + 1, erased + (not leaf.salt)
            _verify_root(signed.get(size), grown, size)
        session.expunge_all()
    if leaves.count_nodes(session, account_sid) != nodes:
        raise LedgerBroken("node_surplus", nodes)
    for beyond in sorted(found for found in signed if found > size):
        raise LedgerBroken("checkpoint_beyond", signed[beyond][0], str(beyond))
    return size, erased


def _verify_leaf(leaf: ConsentLeaf, told: leaves.Told | None, supersedes: dict[int, str]) -> None:
    if told is None:
        raise LedgerBroken("record_missing", leaf.position)
    record, address = told
    before = supersedes.get(record.supersedes, "") if record.supersedes is not None else ""
    if leaves_of.hash_of(leaves_of.sealed(record, before, leaf.commitments)) != leaf.leaf_hash:
        raise LedgerBroken("record_differs", record.record_id, str(leaf.position))
    values = leaves_of.personal(record, address)
    if leaf.salt:
        found = leaves_of.commitments(leaf.salt, values)
        wrong = [name for name in found if found[name] != leaf.commitments.get(name)]
    else:
        wrong = [name for name in leaves_of.ERASABLE if values[name]]
    if wrong:
        raise LedgerBroken("value_differs", record.record_id, ", ".join(wrong))
    if record.sealed_at is None:
        raise LedgerBroken("record_unmarked", record.record_id, str(leaf.position))


def _verify_root(signed: tuple[str, bytes] | None, grown: GrowingTree, size: int) -> None:
    if signed is not None and grown.root() != signed[1]:
        raise LedgerBroken("checkpoint_root", signed[0], str(size))


def _verify_marks(session: Session, account_sid: str) -> None:
    for number in leaves.without_leaf(session, account_sid):
        uuid = leaves.uuids(session, account_sid, [number])[number]
        raise LedgerBroken("leaf_missing", uuid)


def _verify_states(session: Session, account_sid: str) -> int:
    """What is in force must be what follows from the records. Returns how many contacts were looked at."""
    after = count = 0
    while page := by_person.contact_ids(session, account_sid, after, PAGE):
        told, kept = by_person.of_contacts(session, account_sid, page), states.of_contacts(session, account_sid, page)
        for number in page:
            _verify_person(number, told[number], kept.get(number, ()))
        after, count = page[-1], count + len(page)
        session.expunge_all()
    return count


def _verify_person(number: int, person: by_person.Person, kept: Sequence[ConsentState]) -> None:
    derived = standing.in_force(person.records)
    names = sorted({name for row in derived for name in row})
    if {tuple(row[name] for name in names) for row in derived} != {
        tuple(getattr(state, name) for name in names) for state in kept
    }:
        raise LedgerBroken("state_differs", number)
    out = [row for row in derived if (row["purpose"], row["scope"]) == (standing.ALL, "")]
    out = [row for row in out if row["state"] in TAKEN_BACK]
    last = max(out, key=lambda row: (row["since"], row["record_id"]), default=None)
    if any(address.opt_out_record_id != (last["record_id"] if last else None) for address in person.addresses):
        raise LedgerBroken("opt_out_differs", number)


def _nothing_stored(level: int, index: int) -> bytes:
    raise LookupError(f"{level}/{index}")
