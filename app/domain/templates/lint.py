"""What WhatsApp would reject in a template, told while it is written (docs/twilio.md#templates)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.templates import lint_parts, rendering
from app.domain.templates.draft import CALL_TO_ACTION, TemplateDraft
from app.domain.templates.types import PLACEHOLDER, names_in
from app.store.tables import Template

MOST_VARIABLES = 100
LONGEST_SAMPLE = 1600
LONGEST_BODY, LONGEST_CALL = 1024, 640
_SLOT = PLACEHOLDER.pattern
_ADJACENT = re.compile(rf"{_SLOT}\s*{_SLOT}")
_FIRST, _LAST = re.compile(rf"\s*{_SLOT}"), re.compile(rf".*{_SLOT}\s*$", re.DOTALL)
# Braces that look like a variable and are none.
_BROKEN = re.compile(r"\{\{(?!\s*[A-Za-z0-9_]{1,16}\s*\}\})")
_NOT_IN_A_SAMPLE = re.compile("[\t\n\v\f\r\x85\u2028\u2029]| {5}")
_ADVERTISES = re.compile(r"\d ?%|\b(discount|sale|offer|voucher|coupon|promo\w*|free gift|buy now)\b", re.IGNORECASE)
_LOGS_IN = re.compile(r"\b(verification|login|one[- ]time|security) (code|password)\b|\bOTP\b", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2}|_[A-Z][a-z]{3})?")


@dataclass(frozen=True)
class Fault:
    """One thing: its code, the part of the form that it is in, and codes to say it with; a hint stops nothing."""

    code: str
    part: str
    detail: dict[str, Any] = field(default_factory=dict)
    hint: bool = False


def lint(draft: TemplateDraft, others: Sequence[Template] = ()) -> list[Fault]:
    """All that is wrong with a draft; `others` are the other languages of its name."""
    return [
        *_about(draft),
        *_body(draft),
        *_variables(draft),
        *lint_parts.parts(draft, Fault),
        *_languages(draft, others),
        *_hints(draft),
    ]


def stops(faults: Sequence[Fault]) -> bool:
    """Whether one of these is more than a hint."""
    return any(not fault.hint for fault in faults)


def _about(draft: TemplateDraft) -> Iterator[Fault]:
    if not draft.name.strip():
        yield Fault("name_missing", "name")
    elif not re.fullmatch(r"[a-z0-9_]{1,512}", draft.name):
        yield Fault("name_not_for_meta", "name", hint=True)
    if not _LANGUAGE.fullmatch(draft.language):
        yield Fault("language_invalid", "language")


def _body(draft: TemplateDraft) -> Iterator[Fault]:
    body, most = draft.body, LONGEST_CALL if draft.kind == CALL_TO_ACTION else LONGEST_BODY
    if not body.strip():
        yield Fault("body_missing", "body")
    if len(body) > most:
        yield Fault("body_too_long", "body", {"length": len(body), "most": most})
    if _BROKEN.search(PLACEHOLDER.sub("", body)):
        yield Fault("braces_broken", "body")
    if _ADJACENT.search(body):
        yield Fault("variables_adjacent", "body")
    if _FIRST.match(body):
        yield Fault("variable_first", "body")
    if _LAST.match(body):
        yield Fault("variable_last", "body")
    used = len(names_in(body))
    words = len(PLACEHOLDER.sub(" ", body).split())
    if used and words < 2 * used + 1:
        yield Fault("too_few_words", "body", {"words": words, "needed": 2 * used + 1})


def _variables(draft: TemplateDraft) -> Iterator[Fault]:
    names = rendering.needed(draft.content_types)
    odd = [name for name in names if not name.isdecimal() or str(int(name)) != name]
    if odd:
        yield Fault("variable_not_number", "body", {"names": ", ".join(odd)})
    numbers = {int(name) for name in names if name.isdecimal()}
    if gap := sorted(set(range(1, max(numbers, default=0) + 1)) - numbers):
        yield Fault("variable_gap", "body", {"names": ", ".join(map(str, gap))})
    if 0 in numbers:
        yield Fault("variable_gap", "body", {"names": "1"})
    if len(names) > MOST_VARIABLES:
        yield Fault("too_many_variables", "body", {"most": MOST_VARIABLES})
    for name in names:
        sample = draft.samples.get(name, "")
        if not sample.strip():
            yield Fault("sample_missing", f"sample-{name}", {"name": name})
        elif _NOT_IN_A_SAMPLE.search(sample) or len(sample) > LONGEST_SAMPLE:
            yield Fault("sample_invalid", f"sample-{name}", {"name": name})


def _languages(draft: TemplateDraft, others: Sequence[Template]) -> Iterator[Fault]:
    mine = set(rendering.needed(draft.content_types))
    for other in others:
        differs = mine ^ set(rendering.needed(other.content_types))
        if differs:
            detail = {"language": other.language, "names": ", ".join(sorted(differs))}
            yield Fault("languages_differ", "body", detail)
        if other.language == draft.language:
            yield Fault("language_taken", "language", {"language": other.language}, hint=True)
        if other.kind != draft.kind:
            yield Fault("kind_differs", "kind", {"language": other.language}, hint=True)


def _hints(draft: TemplateDraft) -> Iterator[Fault]:
    samples = {name: draft.samples.get(name, "") for name in rendering.needed(draft.content_types)}
    length = rendering.too_long(draft.content_types, samples)
    if length and len(draft.body) <= LONGEST_BODY:
        yield Fault("filled_too_long", "body", {"length": length, "most": rendering.LONGEST_TEXT}, hint=True)
    if draft.category == "UTILITY" and _ADVERTISES.search(draft.body):
        yield Fault("looks_like_marketing", "category", hint=True)
    if draft.category != "AUTHENTICATION" and _LOGS_IN.search(draft.body):
        yield Fault("looks_like_a_code", "category", hint=True)
    if draft.category == "AUTHENTICATION":
        yield Fault("code_has_its_own_type", "category", hint=True)
