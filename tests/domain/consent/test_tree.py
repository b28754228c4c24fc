"""The tree against known values, and against a second reading of RFC 9162 that shares nothing with it."""

from __future__ import annotations

import hashlib
import random

import pytest

from app.domain.consent import tree
from app.domain.consent.seal import GrowingTree

# The leaves and roots that certificate-transparency's own tests have used since RFC 6962.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def mth(leaves: list[bytes]) -> bytes:
    """MTH of §2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = split(len(leaves))
    return hashlib.sha256(b"\1" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of §2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], known: bool) -> list[bytes]:
    """SUBPROOF of §2.1.4.1, word for word."""
    if m == len(leaves):
        return [] if known else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], known), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def split(count: int) -> int:
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def node_of(leaves: list[bytes]) -> tree.Node:
    return lambda level, index: mth(leaves[index << level : (index + 1) << level])


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_known_leaves(size: int) -> None:
    leaves = [bytes.fromhex(text) for text in LEAVES[:size]]
    assert tree.root(node_of(leaves), size).hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    empty = tree.root(node_of([]), 0).hex()
    assert empty == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def sizes() -> list[int]:
    return [*range(71), *random.Random(9162).sample(range(71, 700), 6)]


def data(size: int) -> list[bytes]:
    return [random.Random(number).randbytes(number % 40) for number in range(size)]


def test_roots_and_inclusion_proofs_agree_with_the_second_reading() -> None:
    for size in sizes():
        leaves = data(size)
        node, root = node_of(leaves), mth(leaves)
        assert tree.root(node, size) == root
        for index in range(size) if size < 71 else random.Random(size).sample(range(size), 3):
            proof = tree.inclusion_proof(node, index, size)
            assert proof == path(index, leaves)
            leaf = tree.leaf_hash(leaves[index])
            assert tree.is_included(leaf, index, size, proof, root)
            assert not tree.is_included(tree.leaf_hash(b"other"), index, size, proof, root)
            assert not tree.is_included(leaf, index, size, [*proof, root], root)
            assert (
                not tree.is_included(leaf, index + 1, size, proof, root) or leaves[index] == leaves[(index + 1) % size]
            )


def test_consistency_proofs_agree_with_the_second_reading() -> None:
    for size in sizes()[1:]:
        leaves = data(size)
        node, root = node_of(leaves), mth(leaves)
        for old in range(1, size + 1) if size < 71 else random.Random(size).sample(range(1, size), 3):
            proof, old_root = tree.consistency_proof(node, old, size), mth(leaves[:old])
            assert proof == subproof(old, leaves, True)
            assert tree.is_consistent(old, size, old_root, root, proof)
            assert not tree.is_consistent(old, size, mth([b"other", *leaves[1:old]]), root, proof)
            assert not tree.is_consistent(old, size, old_root, mth([*leaves, b"more"]), proof)


def test_every_eighth_level_is_completed_as_leaves_are_added() -> None:
    leaves = data(3000)
    grown = GrowingTree(0, lambda level, index: pytest.fail(f"asked for {level}/{index}"))
    done = [found for leaf in leaves for found in grown.add(tree.leaf_hash(leaf))]
    assert [(level, index) for level, index, _ in done] == [(8, index) for index in range(11)]
    assert all(found == node_of(leaves)(level, index) for level, index, found in done)
    assert grown.root() == mth(leaves)


def test_a_proof_outside_of_the_tree_is_refused() -> None:
    node = node_of(data(3))
    for index in (-1, 3):
        with pytest.raises(ValueError, match="no leaf"):
            tree.inclusion_proof(node, index, 3)
    for old in (0, 4):
        with pytest.raises(ValueError, match="can't begin"):
            tree.consistency_proof(node, old, 3)
