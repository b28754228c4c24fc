"""What customers do: they write, and what they wrote comes as Twilio's form, with its files to be fetched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.domain.media import inbound as inbound_media
from app.gateways.twilio.media import Fetched, TwilioMedia
from demo.pictures import picture
from demo.stage import Stage
from demo.story import Said
from simulator import forms, sids
from simulator.forms import Inbound
from simulator.samples import SAMPLES, sample

# A script's tag for a file that isn't drawn for it, by the name of the stand-in's sample.
_SAMPLES = ("voice", "video", "document", "card")
# Twilio's copy is there, and the worker looked for it.
_FETCHED_AFTER = timedelta(milliseconds=1400)
_AD = {
    "Body": "Spring service, 20 % off",
    "Headline": "Halden Cycles",
    "SourceId": "120210553948",
    "SourceType": "ad",
    "SourceUrl": "https://fb.me/halden-cycles",
    "MediaId": "9988",
    "MediaContentType": "image/jpeg",
    "MediaUrl": "https://example.com/spring-service.jpg",
    "CtwaClid": "ARAkLkHaldenCycles",
}


class Customers:
    """The customers, and what they sent last."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._files = _Files()
        self._last: dict[str, str] = {}

    def write(self, said: Said, answers: str) -> None:
        """A customer says their line; `answers` is the SID of our last message to them, which it may quote."""
        account_sid, file = self._stage.account_sid, _file(said)
        sid = self._last[said.customer.address] = sids.for_message(1 if file else 0)
        url = forms.media_url(account_sid, sid, sids.new("ME")) if file else ""
        media = ((url, file.content_type),) if file else ()
        self._stage.webhook("inbound", forms.inbound(self._stage.line, _message(said, sid, answers, media)))
        if file:
            self._files.by_url[url] = file
            self._stage.timeline.plan(self._stage.timeline.at + _FETCHED_AFTER, self._fetch)

    def last_sid(self, address: str) -> str:
        """The SID of the last message from there."""
        return self._last[address]

    def _fetch(self) -> None:
        inbound_media.fetch_wanted(self._stage.database, self._files, self._stage.store, self._stage.account_sid)


class _Files(TwilioMedia):
    """Twilio's copies of what customers sent."""

    def __init__(self) -> None:
        self.deletes = False
        self.by_url: dict[str, Fetched] = {}

    def fetch(self, url: str) -> Fetched:
        return self.by_url.pop(url)


def _file(said: Said) -> Fetched | None:
    """The file that comes with a line."""
    variant = len(said.customer.at + said.text) + said.at.day
    if "image" in said.tags:
        return Fetched(picture(said.tags["image"], variant), "image/jpeg")
    if "sticker" in said.tags:
        return Fetched(picture("", variant, "WEBP"), SAMPLES["sticker"][0])
    name = next((name for name in _SAMPLES if name in said.tags), "")
    return Fetched(*sample(name)[:2]) if name else None


def _message(said: Said, sid: str, answers: str, media: tuple[tuple[str, str], ...]) -> Inbound:
    tags, customer = said.tags, said.customer
    return Inbound(
        sender=customer.address,
        body=said.text,
        profile_name=customer.profile,
        kind=tags.get("unknown", ""),
        media=media,
        button=_pair(tags, "button", "text", "payload"),
        list_choice=_pair(tags, "list", "id", "title"),
        location=_location(tags),
        referral=_AD if "ad" in tags else None,
        reply_to=answers if {"quote", "button", "list"} & tags.keys() else "",
        sid=sid,
        extra=_extra(tags),
    )


def _pair(tags: Mapping[str, str], tag: str, first: str, second: str) -> dict[str, str] | None:
    if tag not in tags:
        return None
    before, _, after = tags[tag].partition(":")
    return {first: before, second: after}


def _location(tags: Mapping[str, str]) -> dict[str, str] | None:
    if "location" not in tags:
        return None
    place, label, address = tags["location"].split(";")
    latitude, longitude = place.split(",")
    return {"Latitude": latitude, "Longitude": longitude, "Label": label, "Address": address}


def _extra(tags: Mapping[str, str]) -> dict[str, str]:
    often = "often-forwarded" in tags
    forwarded = {"Forwarded": "true", "FrequentlyForwarded": str(often).lower()}
    return {
        **(forwarded if often or "forwarded" in tags else {}),
        **({"OrderItems": "[]"} if "unknown" in tags else {}),
        **({"ReferralNumMedia": "1"} if "ad" in tags else {}),
    }
