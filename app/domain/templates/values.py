"""The values of a template's variables: what is wrong with one, and which ones a contact fills by themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.domain.templates import types
from app.domain.visible_text import has_text
from app.template_words import OWN_FIELD

MOST = 1600
Fault = Literal["missing", "line_end", "blanks", "too_long"]
# These and an empty value make the send fail or hang (docs/twilio.md#session-window-and-templates).
_LINE_END = re.compile("[\t\n\v\f\r\x85\u2028\u2029]")
_BLANKS = re.compile(" {5}")
# A greeting before a variable says that it is the person's name.
_GREETINGS = (
    "hi hello hey dear hola buenas olá oi ola bonjour salut cher chère hallo liebe lieber guten ciao salve gentile "
    "hoi beste hej hei cześć merhaba namaste नमस्ते مرحبا مرحبًا أهلا"
)
_GREETED = re.compile(rf"(?:^|[\s*_¡])(?:{'|'.join(_GREETINGS.split())})\s+[*_]?$", re.IGNORECASE)
_FIELDS: Mapping[str, str] = {
    **dict.fromkeys(("firstname", "givenname", "vorname", "prenom", "nombre"), "first_name"),
    **dict.fromkeys(
        ("name", "fullname", "customer", "customername", "client", "clientname", "contact", "contactname", "username"),
        "name",
    ),
    **dict.fromkeys(("phone", "phonenumber", "mobile", "number", "whatsapp", "tel"), "phone"),
    **dict.fromkeys(("country", "land", "pais"), "country"),
    **dict.fromkeys(("agent", "agentname", "yourname", "sendername"), "agent"),
    **dict.fromkeys(("business", "businessname", "company", "companyname", "store", "storename", "shop"), "business"),
}


@dataclass(frozen=True)
class About:
    """What is known of the person, and of who writes. `fields` are the person's own, by name."""

    name: str = ""
    phone: str = ""
    country: str = ""
    agent: str = ""
    business: str = ""
    last: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)

    def field(self, name: str, variable: str = "") -> str:
        """One field; '' where nobody knows it. `last` holds what each variable was when it was sent to them last."""
        if name.startswith(OWN_FIELD):
            return self.fields.get(name.removeprefix(OWN_FIELD), "")
        if name == "last":
            return self.last.get(variable, "")
        if name == "first_name":
            return self.name.split()[0] if self.name.split() else ""
        return str(getattr(self, name, ""))


def fault_of(value: str) -> Fault | None:
    """What is wrong with a value; None when it may be sent."""
    if not has_text(value):
        return "missing"
    if _LINE_END.search(value):
        return "line_end"
    if _BLANKS.search(value):
        return "blanks"
    return "too_long" if len(value) > MOST else None


def one_line(text: str) -> str:
    """A text as a variable takes it: without line ends, blanks in a row and what is too long."""
    return " ".join(text.split())[:MOST]


def filled_by(name: str, sample: str, before: str) -> str:
    """The field of a contact that fills a variable; '' where none does.

    Its name says so, or, of a number, the name that its sample stands for or the greeting `before` it.
    """
    if not name.isdecimal():
        return _FIELDS.get(_letters(name), "")
    if (
        sample
        and ("_" in sample or _letters(sample) in ("name", "firstname"))
        and (found := _FIELDS.get(_letters(sample)))
    ):
        return found
    return "first_name" if _GREETED.search(before) else ""


def fields_of(content_types: Mapping[str, object], samples: Mapping[str, object]) -> dict[str, str]:
    """The fields that fill variables of the text, as it is guessed."""
    body = types.body_of(content_types, types.richest(content_types))
    found: dict[str, str] = {}
    for match in types.PLACEHOLDER.finditer(body):
        guessed = filled_by(match[1], str(samples.get(match[1], "")), body[: match.start()])
        if guessed:
            found.setdefault(match[1], guessed)
    return found


def by_themselves(
    content_types: Mapping[str, object],
    samples: Mapping[str, object],
    about: About,
    chosen: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The values that are known of the person, by variable: by the fields that were `chosen`, else that are guessed."""
    fields = {**fields_of(content_types, samples), **(chosen or {})}
    known = {variable: one_line(about.field(name, variable)) for variable, name in fields.items()}
    return {variable: value for variable, value in known.items() if value}


def _letters(word: str) -> str:
    return re.sub(r"[^a-z]", "", word.casefold())
