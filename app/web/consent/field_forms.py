"""The forms of a person's fields: what was typed into which, what is wrong with it, or what was done."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.contacts.fields import NotKept
from app.web.words.fields import why

# The form for a field that isn't there yet, as a place for the focus.
NEW = ""
_OF_NAME = ("field_name_missing", "field_name_too_long", "field_there_already")
_OF_VALUE = ("field_value_missing", "field_value_too_long")


@dataclass(frozen=True)
class FieldForms:
    """What stands in the forms beside the fields themselves, and the `conversation` beside which they are shown.

    What is `wrong` with the `name` and `value` that were typed stands at one of the two inputs, or at '' for neither;
    with `adds`, in the form for a new field. With `gone`, the field isn't there any more. `there` is what it holds now.
    `done` says what was done, and the focus goes to the field named `focus`, or to the new one.
    """

    conversation: int | None = None
    name: str = ""
    value: str = ""
    adds: bool = False
    gone: bool = False
    wrong: str = ""
    at: str = ""
    there: str = ""
    done: str = ""
    focus: str | None = None

    def refused(self, error: NotKept) -> FieldForms:
        """The same with what is wrong, in the form where it can be mended."""
        at = "name" if error.reason in _OF_NAME else "value" if error.reason in _OF_VALUE else ""
        name = self.name if self.adds else error.name or self.name
        gone = error.reason == "field_gone"
        return replace(self, name=name, gone=gone, wrong=why(error), at=at, there=error.there)

    def went_well(self, done: str, focus: str) -> FieldForms:
        """Nothing typed any more, and what was done."""
        return FieldForms(self.conversation, done=done, focus=focus)
