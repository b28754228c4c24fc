"""What an opt-in form says, before it is published, and everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.consent_words import PURPOSES
from app.domain.contacts.addresses import is_address, phone_of
from app.domain.visible_text import has_text
from app.urls import split

MOST_LANGUAGES = 12
LONGEST_TEXT = 4_000
# It stands in links and QR codes.
LONGEST_TITLE = 200
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})?")
# Twilio knows this word in every country, whatever language the form is in.
_STOP = re.compile(r"\bSTOP\b", re.IGNORECASE)


@dataclass(frozen=True)
class Wording:
    """What the form says in one language: each purpose has a box with a text of its own, which is never ticked."""

    language: str
    title: str
    text: str
    boxes: Mapping[str, str]
    stop: str


@dataclass(frozen=True)
class Draft:
    """A form as somebody typed it."""

    slug: str
    business: str
    sender: str
    privacy_url: str
    purposes: tuple[str, ...]
    wordings: tuple[Wording, ...]
    double_opt_in: bool = False
    is_open: bool = True


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field; `code` is one of FAULTS."""

    field: str
    code: str


FAULTS = (
    "slug_invalid",
    "slug_taken",
    "business_missing",
    "sender_invalid",
    "privacy_not_https",
    "purposes_missing",
    "languages_missing",
    "languages_too_many",
    "language_invalid",
    "language_twice",
    "text_missing",
    "text_too_long",
    "title_too_long",
    "business_not_named",
    "box_missing",
    "box_twice",
    "stop_not_said",
)


def lint(draft: Draft) -> list[Fault]:
    """Every fault of a form, in the order of its fields; none for one that may be published."""
    return [*_of_the_form(draft), *_of_the_wordings(draft)]


def _of_the_form(draft: Draft) -> Iterator[Fault]:
    if not _SLUG.fullmatch(draft.slug) or len(draft.slug) > 60:
        yield Fault("slug", "slug_invalid")
    if not has_text(draft.business) or len(draft.business) > 200:
        yield Fault("business", "business_missing")
    if not is_address(draft.sender) or not phone_of(draft.sender):
        yield Fault("sender", "sender_invalid")
    url = split(draft.privacy_url)
    plain = draft.privacy_url.isprintable() and " " not in draft.privacy_url and len(draft.privacy_url) <= 500
    if url is None or url.scheme != "https" or not url.hostname or url.username or not plain:
        yield Fault("privacy_url", "privacy_not_https")
    if not draft.purposes or set(draft.purposes) - set(PURPOSES):
        yield Fault("purposes", "purposes_missing")


def _of_the_wordings(draft: Draft) -> Iterator[Fault]:
    if not draft.wordings:
        yield Fault("wording-0-language", "languages_missing")
    if len(draft.wordings) > MOST_LANGUAGES:
        yield Fault("wording-0-language", "languages_too_many")
    languages = [wording.language for wording in draft.wordings]
    for index, wording in enumerate(draft.wordings):
        name = f"wording-{index}"
        if not _LANGUAGE.fullmatch(wording.language):
            yield Fault(f"{name}-language", "language_invalid")
        elif wording.language in languages[:index]:
            yield Fault(f"{name}-language", "language_twice")
        yield from _of_the_texts(name, wording, draft.business)
        yield from _of_the_boxes(name, wording, draft.purposes)


def _of_the_texts(name: str, wording: Wording, business: str) -> Iterator[Fault]:
    for field in ("title", "text", "stop"):
        text = getattr(wording, field)
        if not has_text(text):
            yield Fault(f"{name}-{field}", "text_missing")
        elif field == "title" and len(text) > LONGEST_TITLE:
            yield Fault(f"{name}-{field}", "title_too_long")
        elif len(text) > LONGEST_TEXT:
            yield Fault(f"{name}-{field}", "text_too_long")
    if has_text(wording.text) and has_text(business) and business.casefold() not in wording.text.casefold():
        yield Fault(f"{name}-text", "business_not_named")
    if has_text(wording.stop) and not _STOP.search(wording.stop):
        yield Fault(f"{name}-stop", "stop_not_said")


def _of_the_boxes(name: str, wording: Wording, purposes: tuple[str, ...]) -> Iterator[Fault]:
    said: list[str] = []
    for purpose in purposes:
        text = wording.boxes.get(purpose, "")
        if not has_text(text):
            yield Fault(f"{name}-box-{purpose}", "box_missing")
        elif len(text) > LONGEST_TEXT:
            yield Fault(f"{name}-box-{purpose}", "text_too_long")
        elif text in said:
            yield Fault(f"{name}-box-{purpose}", "box_twice")
        said.append(text)
