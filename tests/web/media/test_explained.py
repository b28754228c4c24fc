"""A 63019 says why on the bubble and on the failures page, and is sent again under a URL of its own."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from app.store.tables import HostedFile, MediaFetch, MediaGrant, Message
from app.web.shell.services import services
from harness.waiting import until
from tests.support.cast import hear, only, rows
from tests.support.hosted import claimed_with_key, with_picture
from tests.support.office import Office
from tests.support.rewriting import rewrite


def test_it_is_explained_from_the_receipts_and_sent_again(office: Office) -> None:
    hear(office.database)
    settings = services(office.application).settings
    with_picture(office.database, Path(settings.media.removeprefix("file:")))
    path = urlsplit(claimed_with_key(office.database, settings.secret_key).media_urls[0]).path
    rewrite(office.database, only(office.database, MediaGrant), revoked_at=only(office.database, MediaGrant).created_at)
    assert office.application.test_client().get(path).status_code == 404
    # It is written down after the answer.
    assert until(lambda: rows(office.database, MediaFetch))[0].status == 404
    message = only(office.database, Message, direction="outbound")
    rewrite(office.database, message, state="accepted", status="failed", error_code="63019")
    browser = office.browser("kim")
    for page in (f"/conversations/{message.conversation_id}", "/failures/63019", f"/messages/{message.id}/again"):
        assert "and got 404: the file&#39;s URL was over by then" in browser.get(page).text
    shown = browser.get(f"/conversations/{message.conversation_id}").text
    assert "Re-host and resend" in shown
    browser.post(f"/messages/{message.id}/send-again", {"from": "thread"})
    new = rows(office.database, Message, direction="outbound")[-1]
    assert (new.resend_of, new.hosted_file_id) == (message.id, only(office.database, HostedFile).id)
