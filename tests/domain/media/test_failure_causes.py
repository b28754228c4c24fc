"""Why Twilio got no file of ours: each cause told from the file and from the receipts of its fetches."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.clock import now
from app.domain.media.failure_causes import cause_of
from app.store.tables import HostedFile, MediaFetch

HEAD, GET = {"method": "HEAD", "size": 0}, {"method": "GET", "size": 500}
GONE = {"method": "GET", "size": 90, "status": 404}


def hosted(**columns: Any) -> HostedFile:
    plain = {"name": "wheel.png", "content_type": "image/png", "size": 500, "key": "out/1", "author_kind": "agent"}
    return HostedFile(account_sid="AC1", created_at=now(), **{**plain, **columns})


def receipt(status: int = 200, **columns: Any) -> MediaFetch:
    return MediaFetch(account_sid="AC1", grant_id=1, status=status, occurred_at=now(), **columns)


@pytest.mark.parametrize(
    ("file", "receipts", "code"),
    [
        ({}, [], "never_fetched"),
        ({"size": 0}, [GET], "empty"),
        ({"content_type": "text/html"}, [GET], "wrong_type"),
        ({"name": "wheel.pdf"}, [GET], "wrong_type"),
        ({"size": 6 * 1024 * 1024}, [GET], "too_large"),
        ({}, [HEAD, {**GONE, "standing": "expired"}], "expired"),
        ({}, [{**GONE, "standing": "revoked"}], "expired"),
        ({}, [HEAD, {**GONE, "standing": "missing"}], "answered_error"),
        ({}, [{**GONE, "status": 503, "standing": "unavailable"}], "answered_error"),
        ({}, [HEAD], "not_whole"),
        ({}, [HEAD, {**GET, "status": 206, "size": 10}], "not_whole"),
        ({}, [HEAD, GET], "refused_after"),
    ],
)
def test_the_cause_is_told(file: dict[str, Any], receipts: list[dict[str, Any]], code: str) -> None:
    assert cause_of(hosted(**file), [receipt(**one) for one in receipts]).code == code
