"""The words of erasures and of retention; part of the vocabulary."""

from __future__ import annotations

ERASURE_STATES = ("erasing", "done")
ERASURE_STEPS = ("runs", "messages", "feed", "records", "journal", "archive", "spool", "imports", "answers", "done")

# What is deleted after its time, in the order in which it is done; and why some of it stays for now.
RETENTION_KINDS = (
    "texts",
    "addresses",
    "media",
    "raw_forms",
    "archive",
    "feed",
    "api_answers",
    "run_lists",
    "import_lists",
)
KEPT_REASONS = ("consent_evidence", "unfinished", "not_archived", "quarantined")
