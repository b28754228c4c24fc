"""The form of a template as it was typed."""

from __future__ import annotations

import itertools
from dataclasses import replace

from werkzeug.datastructures import MultiDict

from app.domain.templates import media_variables, rendering
from app.domain.templates.draft import KINDS, MEDIA, TARGETS, DraftButton, TemplateDraft
from app.domain.templates.sendable import CATEGORIES
from app.domain.templates.types import PLACEHOLDER

MOST_BUTTONS = 10
_LONGEST = 4000


def own_media(draft: TemplateDraft, host: str) -> str:
    """The address of a file of ours, with a variable of its own: a hosted file's address fits in it."""
    number = len(rendering.needed(replace(draft, media="").content_types)) + 1
    return f"{host}/media/temp/{{{{{number}}}}}"


def typed_draft(form: MultiDict[str, str], host: str) -> TemplateDraft:
    """The draft that a form holds; what can't be chosen is taken as the first that can.

    A media template for which no address was written is one for files of ours, at `host`.
    """
    kind, category = form.get("kind", ""), form.get("category", "")
    draft = TemplateDraft(
        name=_line(form, "name"),
        language=_line(form, "language"),
        kind=kind if kind in KINDS else KINDS[0],
        body=form.get("body", "").replace("\r\n", "\n").strip()[:_LONGEST],
        header=_line(form, "header"),
        footer=_line(form, "footer"),
        media=_line(form, "media"),
        buttons=tuple(_buttons(form)),
        category=category if category in CATEGORIES else CATEGORIES[0],
    )
    if draft.kind == MEDIA and not draft.media:
        draft = replace(draft, media=own_media(draft, host))
    names = rendering.needed(draft.content_types)
    # Of a file's whole URL, pasted, what stands before the variable is there already.
    before = media_variables.prefixes(draft.content_types)
    samples = {name: _line(form, f"sample-{name}").removeprefix(before.get(name, "")) for name in names}
    return replace(draft, samples={name: sample for name, sample in samples.items() if sample})


def _line(form: MultiDict[str, str], name: str) -> str:
    return PLACEHOLDER.sub(r"{{\1}}", form.get(name, "").strip())[:_LONGEST]


def _buttons(form: MultiDict[str, str]) -> list[DraftButton]:
    names = (f"button-{number}" for number in range(MOST_BUTTONS + 1))
    found = []
    for name in itertools.takewhile(lambda name: f"{name}-title" in form, names):
        kind = form.get(f"{name}-kind", "")
        button = DraftButton(
            kind if kind in TARGETS else "QUICK_REPLY", _line(form, f"{name}-title"), _line(form, f"{name}-target")
        )
        if button.title or button.target:
            found.append(button)
    return found
