"""What is wrong with a ledger, a checkpoint or a sheet, in a line."""

from __future__ import annotations

LEDGER = {
    "record_missing": "The record sealed at position %s is not in the database any more.",
    "record_differs": "Record %s is not what was sealed.",
    "record_unmarked": "Record %s is sealed, and its row says that it is not.",
    "value_differs": "Record %s holds other personal values than were sealed.",
    "leaf_missing": "Record %s was sealed, and is in the tree no more.",
    "leaf_missing_at": "The tree has no leaf at position %s, and others after it.",
    "node_differs": "The tree's node %s (level/position) does not follow from the leaves below it.",
    "node_surplus": "The tree keeps other nodes than the %s that follow from its leaves.",
    "checkpoint_root": "The ledger is not the one that checkpoint %s was signed for.",
    "checkpoint_beyond": "Checkpoint %s was signed for more records than there are.",
    "checkpoint_of_another": "Checkpoint %s is of another ledger.",
    "checkpoint_signature": "Checkpoint %s is not signed with this installation's key. If the key has changed since, "
    "name the old public key with --key.",
    "state_differs": "What is in force for contact %s is not what follows from the records.",
    "opt_out_differs": "The opt-out shown for contact %s is not what follows from the records.",
}
SHEET = {
    "not_a_sheet": "This is no evidence sheet.",
    "key_other": "It is not signed with this key.",
    "key_malformed": "The public key is not of the form that `consent key` prints.",
    "note_malformed": "Its signature is not well formed.",
    "signature_wrong": "Its signature is wrong.",
    "checkpoint_malformed": "Its checkpoint is not well formed.",
    "document_differs": "The document was changed after it was signed.",
    "proof_wrong": "Record %s is not in the ledger that the checkpoint was signed for.",
    "value_differs": "Record %s shows other personal values than were sealed.",
}


def ledger(why: str, subject: str, detail: str) -> str:
    """A fault of the ledger."""
    return LEDGER[why] % subject + (f" ({detail})" if detail else "")


def sheet(why: str, subject: str) -> str:
    """A fault of a sheet."""
    line = SHEET[why]
    return line % subject if "%s" in line else line
