"""The field of one variable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.templates import values
from app.store.tables import Template
from app.web.words.template_choice import fault_text


@dataclass(frozen=True)
class VariableField:
    """One variable's field; `by_itself` where its value came from the contact.

    One that ends a file's address has the hosted files that fit, or says with `prefix` what stands before it.
    """

    name: str
    value: str
    sample: str
    wrong: str = ""
    by_itself: bool = False
    numbered: bool = False
    files: tuple[tuple[str, str], ...] = ()
    prefix: str = ""

    @property
    def id(self) -> str:
        """The field's name in the form, and its id."""
        return f"value-{self.name}"

    def asks(self, audience: str) -> dict[str, str | None]:
        """The attributes by which it tells what is wrong with it, and is answered while one types."""
        by_itself = f" {self.id}_hint" if self.by_itself else ""
        return {
            "aria-describedby": f"{self.id}_wrong{by_itself}",
            "aria-invalid": "true" if self.wrong else None,
            # Of several the first on the page has the focus.
            "autofocus": "autofocus" if self.wrong else None,
            "hx-post": f"/compose/template/check?for={audience}",
            "hx-trigger": "change" if self.files else "input changed delay:120ms",
            "hx-include": "closest form",
            "hx-target": "#template_answer",
            "hx-swap": "outerHTML",
            "hx-sync": "closest form:queue last",
        }


def variable_field(
    template: Template, name: str, value: str, by_itself: Mapping[str, str], wrong: Mapping[str, str]
) -> VariableField:
    """The field as it stands, with what is wrong in it: what was typed, and an empty one where `wrong` tells it."""
    sample: Any = template.variables.get(name, "")
    fault = wrong.get(f"value-{name}", "")
    if not fault and value and (code := values.fault_of(value)):
        fault = fault_text(code)
    return VariableField(
        name=name,
        value=value,
        sample=str(sample)[:100],
        wrong=fault,
        by_itself=bool(value) and by_itself.get(name) == value,
        numbered=name.isdecimal(),
    )
