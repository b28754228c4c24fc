"""The form that says what fills a template's variables by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.template_words import OWN_FIELD
from app.web.shell.requests import request

_FILLS, _OWN = "fills-", "own-"


@dataclass(frozen=True)
class Filled:
    """What was chosen for each variable, what is the trouble with the one that is `wrong`, and fields to offer."""

    by: Mapping[str, str]
    trouble: str
    wrong: str
    known: Sequence[str]

    def own(self, variable: str) -> str | None:
        """The name of the person's own field that fills a variable; None where something else does."""
        chosen = self.by.get(variable, "")
        return chosen.removeprefix(OWN_FIELD) if chosen.startswith(OWN_FIELD) else None


def chosen() -> dict[str, str]:
    """What the form that was sent says, by variable."""
    form = request.form
    told = {name.removeprefix(_FILLS): value for name, value in form.items() if name.startswith(_FILLS)}
    return {
        name: OWN_FIELD + form.get(_OWN + name, "") if value == OWN_FIELD else value for name, value in told.items()
    }
