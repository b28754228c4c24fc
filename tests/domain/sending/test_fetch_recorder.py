"""Receipts of fetches, written behind the answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.clock import now
from app.domain.media import grants
from app.domain.sending.fetch_evidence import Fetch, Receipt
from app.domain.sending.fetch_recorder import FetchRecorder
from app.store.database import Database
from app.store.media import hosted as hosted_files
from app.store.tables import MediaFetch
from tests.support.cast import ACCOUNT, CALLBACK_BASE, rows
from tests.support.hosted import KEY, claimed_with_key, with_picture

FETCH = Fetch("GET", 200, 70, "203.0.113.9", "TwilioProxy/1.1")


@pytest.fixture
def receipt(database: Database, tmp_path: Path) -> Receipt:
    """One fetch of a file whose message is under way."""
    with_picture(database, tmp_path)
    token = claimed_with_key(database).media_urls[0].split("/")[-2]
    number = grants.MediaLinks(CALLBACK_BASE, KEY).grant_of(token) or 0
    granted = database.read_once(lambda session: hosted_files.granted(session, ACCOUNT, number))
    assert granted is not None
    return Receipt(granted, FETCH, now())


def test_one_receipt_that_cant_be_written_is_no_loss_of_the_others(database: Database, receipt: Receipt) -> None:
    of_nothing = receipt._replace(granted=receipt.granted._replace(grant_id=0))
    recorder = FetchRecorder(database)
    for each in (receipt, of_nothing, receipt._replace(fetch=replace(FETCH, method="HEAD"))):
        recorder.take(each)
    recorder.finish()
    assert [row.method for row in rows(database, MediaFetch)] == ["GET", "HEAD"]
    recorder.take(receipt)
    recorder.finish()
    assert len(rows(database, MediaFetch)) == 3
