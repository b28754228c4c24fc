"""Twilio, as the story wants it: it answers the sender's calls, fetches files, and tells what became of a message."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import partial

from app.domain.sending import fetch_evidence
from app.domain.sending.fetch_evidence import Fetch
from app.gateways.twilio.listed import Listed
from app.gateways.twilio.outcomes import Answer, Outgoing
from app.gateways.twilio.records import TwilioRecords
from app.store.media import hosted as hosted_files
from demo import outcomes
from demo.outcomes import Status
from demo.stage import Stage
from demo.story import Said
from simulator import errors, forms, sids

_FETCHES_AFTER = timedelta(milliseconds=250)
# An address that is kept for documentation (RFC 5737).
_ITS_ADDRESS, _ITS_NAME = "203.0.113.24", "TwilioProxy/1.1"


class Twilio:
    """The stand-in for the calls of the story's month."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._said: dict[int, Said] = {}
        self._calls: Counter[int] = Counter()
        self._last: dict[str, str] = {}

    def expect(self, message_id: int, said: Said) -> None:
        """The message will be this line of the story."""
        self._said[message_id] = said

    def last_sid(self, address: str) -> str:
        """The SID of the last message that it took for this address, or ''."""
        return self._last.get(address, "")

    def create(self, outgoing: Outgoing) -> tuple[Answer, datetime]:
        """The answer to a call that begins now, and when it comes; what follows from it is planned."""
        began, said = self._stage.timeline.at, self._said[outgoing.message_id]
        self._calls[outgoing.message_id] += 1
        sid = sids.for_message(len(outgoing.media_urls))
        call = outcomes.called(said, sid, self._calls[outgoing.message_id])
        if call.delivers_after is not None:
            self._last[outgoing.to] = sid
            self._deliver(outgoing, said, sid, began + call.delivers_after)
        return call.answer, began + call.takes

    def _deliver(self, outgoing: Outgoing, said: Said, sid: str, at: datetime) -> None:
        plan = self._stage.timeline.plan
        for url in outgoing.media_urls:
            plan(at + _FETCHES_AFTER, partial(self._fetch, url))
        for status in outcomes.statuses(said, at):
            plan(status.at, partial(self._call_back, outgoing, sid, status))

    def _call_back(self, outgoing: Outgoing, sid: str, status: Status) -> None:
        why = errors.FAILURES.get(status.code, "")
        form = forms.status(self._stage.line, sid, outgoing.to, status.word, error_code=status.code, error_message=why)
        self._stage.webhook("status", form, f"/twilio/status/{outgoing.message_id}/{outgoing.attempt_id}")

    def _fetch(self, url: str) -> None:
        """Fetch a file of ours; what others host is none of our business."""
        grant_id = self._stage.links.grant_of(url.split("/")[-2])
        if grant_id is None:
            return
        account_sid, at = self._stage.account_sid, self._stage.timeline.at
        granted = self._stage.database.read(lambda session: hosted_files.granted(session, account_sid, grant_id))
        assert granted is not None
        fetch = Fetch("GET", 200, granted.size, _ITS_ADDRESS, _ITS_NAME)
        self._stage.database.write(lambda session: fetch_evidence.record(session, granted, fetch, at))


class NothingNew(TwilioRecords):
    """Twilio's list, for who asks about what it told nothing more of: it knows nothing new."""

    def __init__(self) -> None:
        pass

    def one(self, sid: str) -> Listed | None:
        return None

    def to_recipient(self, address: str, since: datetime) -> list[Listed]:
        return []
