"""The lint of what stands around a template's text: header, footer, file and buttons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from app.domain.contacts import addresses
from app.domain.templates.draft import CALL_TO_ACTION, CARD, MEDIA, QUICK_REPLY, TARGETS, TemplateDraft
from app.domain.templates.types import PLACEHOLDER, names_in
from app.urls import split

LONGEST_HEADER, LONGEST_FOOTER, LONGEST_TITLE = 60, 60, 20
MOST_BUTTONS, MOST_WITHOUT_APPROVAL, MOST_URLS, MOST_PHONES = 10, 3, 2, 1
FILE_ENDS = (".pdf", ".jpg", ".jpeg", ".png", ".mp4")
_HOST_FIRST = re.compile(r"https?://[^/{}\s]+/")
F = TypeVar("F")
Make = Callable[..., F]


def parts(draft: TemplateDraft, fault: Make[F]) -> Iterator[F]:
    """What is wrong around the text, each made by `fault(code, part, detail, hint)`."""
    yield from _texts(draft, fault)
    yield from _media(draft, fault)
    yield from _buttons(draft, fault)


def _texts(draft: TemplateDraft, fault: Make[F]) -> Iterator[F]:
    if draft.kind != CARD:
        return
    for part, text, most in (("header", draft.header, LONGEST_HEADER), ("footer", draft.footer, LONGEST_FOOTER)):
        if len(text) > most:
            yield fault(f"{part}_too_long", part, {"length": len(text), "most": most})
    if names_in(draft.footer):
        yield fault("footer_has_variable", "footer")
    if draft.header and draft.media:
        yield fault("header_twice", "header")
    if not (draft.header or draft.footer or draft.media or draft.buttons):
        yield fault("card_has_only_text", "kind")


def _media(draft: TemplateDraft, fault: Make[F]) -> Iterator[F]:
    if draft.kind not in (MEDIA, CARD):
        return
    url = draft.media
    if not url:
        if draft.kind == MEDIA:
            yield fault("media_missing", "media")
        return
    parts_of = split(url)
    if not _HOST_FIRST.match(url) or parts_of is None or not parts_of.hostname:
        yield fault("media_host_not_fixed", "media")
        return
    names = names_in(url)
    if len(names) > 1:
        yield fault("media_many_variables", "media")
    filled = PLACEHOLDER.sub(lambda slot: draft.samples.get(slot[1], ""), url)
    ends = filled.partition("?")[0].lower().endswith(FILE_ENDS)
    if not ends and (not names or draft.samples.get(names[0], "").strip()):
        yield fault("media_not_taken", "media", {"ends": ", ".join(FILE_ENDS)})


def _buttons(draft: TemplateDraft, fault: Make[F]) -> Iterator[F]:
    if draft.kind not in (QUICK_REPLY, CALL_TO_ACTION, CARD):
        return
    if not draft.buttons and draft.kind != CARD:
        yield fault("buttons_missing", "buttons")
    if len(draft.buttons) > MOST_BUTTONS:
        yield fault("too_many_buttons", "buttons", {"most": MOST_BUTTONS})
    elif len(draft.buttons) > MOST_WITHOUT_APPROVAL:
        yield fault("many_buttons", "buttons", {"most": MOST_WITHOUT_APPROVAL}, hint=True)
    titles = Counter(button.title.strip() for button in draft.buttons)
    if any(title and times > 1 for title, times in titles.items()):
        yield fault("button_titles_alike", "buttons")
    kinds = Counter(button.kind for button in draft.buttons)
    for kind, most, code in (("URL", MOST_URLS, "too_many_urls"), ("PHONE_NUMBER", MOST_PHONES, "too_many_phones")):
        if kinds[kind] > most:
            yield fault(code, "buttons", {"most": most})
    for number, button in enumerate(draft.buttons, 1):
        yield from _button(draft.kind, number, button, fault)


def _button(kind: str, number: int, button: Any, fault: Make[F]) -> Iterator[F]:
    part, detail = f"button-{number - 1}", {"number": number}
    if not button.title.strip():
        yield fault("button_title_missing", part, detail)
    if len(button.title) > LONGEST_TITLE:
        yield fault("button_title_too_long", part, {**detail, "length": len(button.title), "most": LONGEST_TITLE})
    if names_in(button.title):
        yield fault("button_title_has_variable", part, detail)
    if kind == QUICK_REPLY:
        return
    if button.kind not in TARGETS or (kind == CALL_TO_ACTION and button.kind == "QUICK_REPLY"):
        yield fault("button_kind_not_taken", part, detail)
    elif button.kind == "URL" and not _HOST_FIRST.match(button.target):
        yield fault("button_url_invalid", part, detail)
    elif button.kind == "PHONE_NUMBER" and not addresses.is_address(f"whatsapp:{button.target}"):
        yield fault("button_phone_invalid", part, detail)
    elif button.kind == "COPY_CODE" and not button.target.strip():
        yield fault("button_code_missing", part, detail)
