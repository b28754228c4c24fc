"""What helps where a file can't be had goes by whose URL it is."""

from __future__ import annotations

import pytest

from app.domain.clock import now
from app.domain.media.files import reference
from app.domain.media.preflight import subject_of
from app.store.tables import MediaCheck, Message
from app.web.messages.failure_box import FailureBox, Known, failure_box_of
from tests.support.cast import ACCOUNT, AVA, SENDER

THEIRS, OURS = "https://files.example.com/wheel.png", reference(7)
# What a check of somebody else's URL may find.
FOUND_THERE = (
    *("url_invalid", "name_unknown", "address_not_public", "unreachable", "no_tls", "tls_invalid", "redirected"),
    *("too_slow", "cut", "status", "empty", "type_not_accepted", "length_wrong", "too_large"),
)


def box(url: str, state: str, *, failure: str = "", code: str = "") -> FailureBox:
    """The box of a message with a file there."""
    message = Message(
        id=1,
        account_sid=ACCOUNT,
        conversation_id=1,
        direction="outbound",
        kind="image",
        state=state,
        reason="preflight" if failure else "",
        error_code=code,
        from_address=SENDER,
        to_address=AVA,
        media_urls=[url],
    )
    at = now()
    check = MediaCheck(account_sid=ACCOUNT, subject=subject_of(url), state="failed", failure=failure, checked_at=at)
    found = failure_box_of(message, Known(check=check if failure else None, base_url="https://here.example.com"))
    assert found is not None
    return found


@pytest.mark.parametrize("failure", FOUND_THERE)
def test_no_setting_of_ours_is_blamed_for_somebody_elses_server(failure: str) -> None:
    todo = box(THEIRS, "held", failure=failure).todo
    assert not [word for word in ("PUBLIC_BASE_URL", "proxy", "this machine") if word in todo], todo


def test_where_our_own_url_is_not_reached_its_base_is_to_be_checked() -> None:
    assert "Check PUBLIC_BASE_URL" in box(OURS, "held", failure="status").todo
    assert "without a login" in box(THEIRS, "held", failure="status").todo
    # Also where it was given as any URL is.
    pasted = "https://here.example.com/media/temp/abc/wheel.png"
    assert "Check PUBLIC_BASE_URL" in box(pasted, "held", failure="status").todo
    assert "example.com" not in box(pasted, "failed", code="63019").todo


def test_what_twilio_did_not_get_is_said_by_whose_it_is() -> None:
    theirs = box(THEIRS, "failed", code="63019").todo
    assert "files.example.com, which isn't this installation" in theirs
    assert "re-host and resend" in theirs
    assert "example.com" not in box(OURS, "failed", code="63019").todo
    assert "example.com" not in box(THEIRS, "failed", code="63024").todo
