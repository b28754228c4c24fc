"""The form for another text or a template: what stands in it, what is wrong with it, and the draft that it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count

from flask import request

from app.domain.gate.draft import Draft
from app.domain.gate.rules import MAX_BODY
from app.domain.media.files import referred
from app.store.tables import Message
from app.web.compose.picker import Picker
from app.web.compose.suggestions import Suggestion
from app.web.words.gettext import _
from app.web.words.refusals import Sentence

TEXT, TEMPLATE = "text", "template"
VALUE = "value-"


@dataclass(frozen=True)
class Typed:
    """The values of the fields. Each line of `variables` fills the variable of its place in `names`, else its number.

    `kind` is text or template; `files_with` says with which of them the files go. `values` are those of fields of their
    own, None where the form has none; they were made for the template `values_of`, and `seen` tells how it looked.
    """

    kind: str = TEMPLATE
    body: str = ""
    content_sid: str = ""
    variables: str = ""
    media_urls: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    files_with: str = TEXT
    values: tuple[tuple[str, str], ...] | None = None
    values_of: str = ""
    seen: str = ""
    remember: bool = False

    @property
    def how_filled(self) -> str:
        """Which line fills which variable. An earlier message may have had names, or other numbers than 1, 2, 3 …"""
        if any(name != str(number) for number, name in enumerate(self.names, start=1)):
            return _("The lines fill, in this order: %(names)s.", names=", ".join(map(braced, self.names)))
        filled = _("Line 1 fills %(first)s, line 2 fills %(second)s, and so on.", first=braced("1"), second=braced("2"))
        return filled + " " + _("Leave it empty for a template without variables.")

    @property
    def rows(self) -> int:
        """How many rows the variables' field has."""
        return min(max(3, self.variables.count("\n") + 2), 10)

    @property
    def kept(self) -> list[str]:
        """All that was typed, as text for a page that has no fields to keep it in."""
        of_own = [value for _name, value in self.values or ()]
        return [
            value for value in (self.body, self.content_sid, self.variables, *self.media_urls, *of_own) if value.strip()
        ]


@dataclass(frozen=True)
class DraftForm:
    """The form as a page shows it. `wrong` says by field what to mend; `refused` what is about no field.

    `first` is text or template; free text is there only when `free` is True.
    `file_names` names the files that are hosted here.
    """

    action: str
    back: str
    send: str
    typed: Typed
    suggestions: Sequence[Suggestion]
    free: bool = False
    first: str = TEMPLATE
    token: str = ""
    file_names: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    refused: Sentence | None = None
    most: int = MAX_BODY
    picker: Picker | None = None

    def field_attributes(self, name: str, hint: str) -> dict[str, str | None]:
        """The attributes by which a field tells what is wrong with it; the first wrong one has the focus."""
        wrong = name in self.wrong
        return {
            "aria-describedby": f"{name}_wrong {hint}" if wrong else hint,
            "aria-invalid": "true" if wrong else None,
            "autofocus": "autofocus" if name == next(iter(self.wrong), None) else None,
        }


def braced(name: str) -> str:
    """A variable as it stands in a template."""
    return "{{" + name + "}}"


def typed(earlier: Typed | None = None) -> Typed:
    """The fields as this request sent them; those that its form did not have are as in `earlier`.

    The variables' names are those of `earlier` while the template is the same.
    """
    before, form = earlier or Typed(), request.form
    content_sid = _text("content_sid", before.content_sid).strip()
    return replace(
        before,
        kind=TEXT if form.get("as") == TEXT else TEMPLATE,
        body=_text("body", before.body),
        content_sid=content_sid,
        variables=_text("variables", before.variables),
        media_urls=tuple(_file(url, before) for url in form.getlist("media_url"))
        if "media_url" in form or "files_shown" in form
        else before.media_urls,
        names=before.names if before.content_sid == content_sid else (),
        values=_values() if form.get("values_of") else None,
        values_of=form.get("values_of", ""),
        seen=form.get("seen", ""),
        remember=form.get("remember") == "on",
    )


def _values() -> tuple[tuple[str, str], ...]:
    """The fields for one variable each."""
    fields = [name for name in request.form if name.startswith(VALUE)]
    return tuple((name.removeprefix(VALUE), _said_plainly(request.form[name])) for name in fields)


def of_message(message: Message) -> Typed:
    """The fields filled with what a message held, to be changed."""
    values = Draft.of(message).content_variables
    if all(name.isdecimal() for name, _value in values):
        values = tuple(sorted(values, key=lambda pair: int(pair[0])))
    kind = TEMPLATE if message.content_sid else TEXT
    return Typed(
        kind=kind,
        body="" if message.content_sid else message.body,
        content_sid=message.content_sid,
        variables="\n".join(" ".join(value.splitlines()) for _name, value in values),
        media_urls=tuple(message.media_urls),
        names=tuple(name for name, _value in values),
        files_with=kind,
    )


def draft_of(typed: Typed) -> Draft:
    """The draft that the fields make: text, or a template with its values. Empty fields for files are left out."""
    urls = tuple(url for url in typed.media_urls if url) if typed.kind == typed.files_with else ()
    if typed.kind == TEXT:
        return Draft(body=typed.body, media_urls=urls)
    if typed.values is not None:
        return Draft(content_sid=typed.content_sid, content_variables=typed.values, media_urls=urls)
    lines = typed.variables.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    further = (str(number) for number in count(len(typed.names) + 1) if str(number) not in typed.names)
    values = tuple(zip(chain(typed.names, further), lines, strict=False))
    return Draft(content_sid=typed.content_sid, content_variables=values, media_urls=urls)


def _file(url: str, earlier: Typed) -> str:
    """An address as it was typed; a file that is hosted here only where the message had it."""
    said = _said_plainly(url).strip()
    return said if referred(said) is None or said in earlier.media_urls else ""


def _text(name: str, before: str) -> str:
    return _said_plainly(request.form.get(name, before))


def _said_plainly(text: str) -> str:
    """Browsers send line ends as two characters."""
    return text.replace("\r\n", "\n")
