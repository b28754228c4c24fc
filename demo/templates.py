"""The workshop's templates at Twilio: those that the story sends, and some whose approval went otherwise."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from app.gateways.twilio.listed_template import Approval, ListedTemplate
from demo.story import Said

# What a line of the story is called, by something that it says; the first that fits.
_NAMES = (
    ("is ready to be picked up", "order_ready"),
    ("is waiting for you", "order_waiting"),
    ("How was your visit", "visit_review"),
    ("helmets", "helmet_week"),
    ("Herbst-Check", "season_offer"),
    ("-15 %", "season_offer"),
    ("15 % off", "season_offer"),
    ("", "service_reminder"),
)
_OFFERS = ("season_offer", "helmet_week")
_ENGLISH_ONLY = ("order_ready", "order_waiting", "visit_review", "helmet_week")
_SAMPLES = {"first": "Ava", "order": "18473", "day": "Friday", "time": "08:30"}
_FIELD = re.compile(r"\{(\w+)\}")
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class WorkshopTemplate:
    """A template in one language, as it is at the month's end; `before` is the category that it began with."""

    name: str
    types: dict[str, Any]
    language: str = "en"
    category: str = "UTILITY"
    before: str = ""
    status: str = "approved"
    reason: str = ""
    samples: dict[str, str] = field(default_factory=dict)

    @property
    def sid(self) -> str:
        """Its Content SID, the same in every demo."""
        return "HX" + hashlib.md5(f"{self.name} {self.language}".encode(), usedforsecurity=False).hexdigest()

    def listed(self, at: datetime) -> ListedTemplate:
        """The template as Twilio's list tells it; made at `at`."""
        submitted = self.status != "unsubmitted"
        kind = next(iter(self.types))
        approval = Approval(self.status, self.category, self.name, kind, self.reason) if submitted else Approval()
        return ListedTemplate(self.sid, self.name, self.language, self.types, self.samples, approval, at, at)


def of_line(said: Said) -> WorkshopTemplate:
    """The template that a line of the story is sent by."""
    text = said.line.text
    name = next(name for begins, name in _NAMES if begins in text)
    fields = list(dict.fromkeys(_FIELD.findall(text)))
    body = _FIELD.sub(lambda match: f"{{{{ {fields.index(match[1]) + 1} }}}}", text)
    samples = {str(number): _SAMPLES.get(each, each) for number, each in enumerate(fields, 1)}
    types: dict[str, Any] = {"twilio/text": {"body": body}}
    if name == "order_ready":
        actions = [{"title": "On my way", "id": "on_my_way"}, {"title": "Another day", "id": "another_day"}]
        types = {"twilio/quick-reply": {"body": body, "actions": actions}, **types}
    language = "en" if name in _ENGLISH_ONLY else said.customer.language
    made = WorkshopTemplate(name, types, language, samples=samples)
    # What reads like an offer was submitted as a service message, until Meta looked at it again.
    return replace(made, category="MARKETING", before="UTILITY") if name in _OFFERS else made


def values_of(said: Said) -> tuple[tuple[str, str], ...]:
    """The values with which the template reads what the line says."""
    fields = list(dict.fromkeys(_FIELD.findall(said.line.text)))
    parts = _FIELD.split(said.line.text)
    pattern, seen = "", set[str]()
    for number, part in enumerate(parts):
        if number % 2 == 0:
            pattern += re.escape(part)
        else:
            pattern += f"(?P={part})" if part in seen else f"(?P<{part}>.+)"
            seen.add(part)
    found = re.fullmatch(pattern, said.text, re.DOTALL)
    assert found is not None
    return tuple((str(number), found[each]) for number, each in enumerate(fields, 1))


def all_of(told: Iterable[Said]) -> list[WorkshopTemplate]:
    """Every template of the workshop."""
    sent = {made.sid: made for made in (of_line(said) for said in told if "template" in said.tags)}
    return [*sent.values(), *_OTHERS]


def at_first(templates: Iterable[WorkshopTemplate], at: datetime) -> list[ListedTemplate]:
    """Twilio's list as the month begins: what is stopped at its end is approved, what is new isn't there."""
    return [
        replace(made, category=made.before or made.category, status="approved", reason="").listed(at)
        for made in templates
        if made.status in ("approved", "paused")
    ]


def at_last(templates: Iterable[WorkshopTemplate], first: datetime, until: datetime) -> list[ListedTemplate]:
    """Twilio's list as the month ends."""
    return [made.listed(first if made.status in ("approved", "paused") else until - _HOUR) for made in templates]


_OTHERS = (
    WorkshopTemplate(
        "autumn_offer",
        {
            "whatsapp/card": {
                "header_text": "Autumn check",
                "body": "Hello {{ 1 }}, until {{ 2 }} the full check of your bicycle costs 39 £ at Halden Cycles.",
                "footer": "Reply STOP to opt out",
                "actions": [
                    {"type": "URL", "title": "Book a day", "url": "https://halden-cycles.example/book/{{ 3 }}"},
                    {"type": "PHONE_NUMBER", "title": "Call us", "phone": "+442079460018"},
                ],
            }
        },
        category="MARKETING",
        status="paused",
        samples={"1": "Ava", "2": "Sunday", "3": "autumn"},
    ),
    WorkshopTemplate(
        "invoice",
        {
            "twilio/media": {
                "body": "Hello {{ 1 }}, here is the invoice for your order {{ 2 }} at Halden Cycles.",
                "media": ["https://files.example.com/{{ 3 }}"],
            }
        },
        samples={"1": "Ava", "2": "18473", "3": "invoice-18473.pdf"},
    ),
    WorkshopTemplate(
        "deposit_returned",
        {"twilio/text": {"body": "Hello {{ 1 }}, your deposit of {{ 2 }} is on its way back to your account."}},
        status="pending",
        samples={"1": "Ava", "2": "50 £"},
    ),
    WorkshopTemplate(
        "winter_storage",
        {"twilio/text": {"body": "{{ 1 }}, we keep your bicycle dry and warm until spring."}},
        category="MARKETING",
        status="rejected",
        reason="INVALID_FORMAT: variables can't be at the start or at the end",
        samples={"1": "Ava"},
    ),
    WorkshopTemplate(
        "login_code",
        {
            "whatsapp/authentication": {
                "add_security_recommendation": True,
                "code_expiration_minutes": 10,
                "actions": [{"type": "COPY_CODE", "copy_code_text": "Copy code"}],
            }
        },
        category="AUTHENTICATION",
        samples={"1": "123456"},
    ),
    WorkshopTemplate(
        "rental_return",
        {
            "twilio/call-to-action": {
                "body": "Hello {{ 1 }}, the rented bicycle is due back on {{ 2 }} before we close.",
                "actions": [{"type": "URL", "title": "Keep it longer", "url": "https://halden-cycles.example/rental"}],
            }
        },
        status="unsubmitted",
        samples={"1": "Ava", "2": "Friday"},
    ),
)
