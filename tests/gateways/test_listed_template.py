"""Approvals in their three shapes, and what is no template."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.gateways.twilio.listed_template import Approval, Unreadable, approval_of, listed_template

TOLD = {"type": "whatsapp", "name": "ready", "category": "utility", "status": "Approved", "content_type": "twilio/text"}
READ = Approval(status="approved", category="UTILITY", name="ready", content_type="twilio/text")


@pytest.mark.parametrize(
    "told", [TOLD, {"whatsapp": TOLD}, [TOLD], [{"type": "messenger"}, TOLD], {"whatsapp": [TOLD]}]
)
def test_an_approval_is_read_in_every_shape(told: Any) -> None:
    assert approval_of(told) == READ


@pytest.mark.parametrize("told", [None, {}, [], {"whatsapp": None}, {"whatsapp": {}}, "x", [{"type": "rcs"}]])
def test_what_was_never_submitted_has_none(told: Any) -> None:
    assert approval_of(told) == Approval()


@pytest.mark.parametrize("date", ["2026-11-02T09:00:00Z", "Mon, 02 Nov 2026 09:00:00 +0000"])
def test_times_are_read_in_both_spellings(date: str) -> None:
    row = listed_template({"sid": "HX" + "1" * 32, "date_created": date, "date_updated": "soon"})
    assert (row.created_at, row.updated_at) == (datetime(2026, 11, 2, 9, tzinfo=UTC), None)


@pytest.mark.parametrize("row", [None, [], {}, {"sid": "HX1"}, {"sid": "MM" + "1" * 32}])
def test_a_row_that_is_no_template_is_not_passed_over(row: Any) -> None:
    with pytest.raises(Unreadable):
        listed_template(row)
