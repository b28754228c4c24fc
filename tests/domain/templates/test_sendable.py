"""Whether a template may be sent, by its state, its category and its type."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.templates import sendable
from app.store.tables import Template
from tests.support.cast import ago


def why(window_open: bool = False, **columns: Any) -> str | None:
    made = {"kind": "twilio/text", "status": "approved", "category": "UTILITY", **columns}
    return sendable.why_not(Template(account_sid="", sid="", synced_at=ago(), **made), window_open=window_open)


@pytest.mark.parametrize("status", ["unsubmitted", "received", "pending", "rejected", "in_appeal", ""])
def test_what_is_not_approved_is_not_sent(status: str) -> None:
    assert why(status=status) == "template_not_approved"
    within = None if status in ("unsubmitted", "received", "pending") else "template_not_approved"
    assert why(window_open=True, status=status) == within


def test_paused_and_disabled_ones_go_at_no_time() -> None:
    for window_open in (False, True):
        assert why(window_open, status="paused") == "template_paused"
        assert why(window_open, status="disabled") == "template_disabled"


@pytest.mark.parametrize("kind", ["twilio/carousel", "twilio/flows", "whatsapp/authentication"])
def test_some_need_approval_within_the_window_too(kind: str) -> None:
    assert why(True, kind=kind, status="pending") == "template_not_approved"
    assert why(True, kind=kind) is None


@pytest.mark.parametrize("kind", ["twilio/list-picker", "twilio/location", "twilio/pay"])
def test_some_go_only_within_the_window(kind: str) -> None:
    assert why(kind=kind) == "template_needs_window"
    assert why(True, kind=kind, status="unsubmitted", category="") is None


def test_what_is_gone_or_not_understood_is_not_sent() -> None:
    assert why(gone_at=ago()) == "template_unknown"
    assert why(kind="twilio/hologram") == "template_type_unknown"
    assert why(category="LOYALTY") == "template_category_unknown"


@pytest.mark.parametrize(
    ("category", "purpose"),
    [("UTILITY", "service"), ("utility", "service"), ("TRANSACTIONAL", "service"), ("OTP", "authentication")]
    + [("AUTHENTICATION", "authentication"), ("MARKETING", "marketing"), ("SHIPPING_UPDATE", "marketing")]
    + [("LOYALTY", "marketing"), ("", "")],
)
def test_a_category_says_what_its_messages_are_for(category: str, purpose: str) -> None:
    assert sendable.purpose(category) == purpose
    assert (why(category=category) is None) == (category != "LOYALTY")
