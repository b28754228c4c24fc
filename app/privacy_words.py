"""The words of erasures; part of the vocabulary."""

from __future__ import annotations

ERASURE_STATES = ("erasing", "done")
ERASURE_STEPS = ("runs", "messages", "feed", "records", "journal", "archive", "spool", "imports", "answers", "done")
