"""What is wrong with what was typed in the form, said at its fields."""

from __future__ import annotations

from app.domain.gate import rules as gate
from app.domain.gate.decision import Decision
from app.domain.media.files import referred
from app.domain.templates.values import fault_of
from app.domain.twilio_ids import CONTENT_SID, is_file_url
from app.web.compose.form import TEMPLATE, TEXT, VALUE, Typed, draft_of
from app.web.words.gettext import _
from app.web.words.refusals import refusal
from app.web.words.template_choice import fault_text

_FIELDS = {"body_empty": "body", "body_too_long": "body", "variable_invalid": "variables"}


def wrong_in(typed: Typed) -> dict[str, str]:
    """The faults by field, in the fields' order, whoever the message is for; {} when there are none."""
    wrong = {}
    if typed.kind == TEMPLATE and not CONTENT_SID.fullmatch(typed.content_sid):
        wrong["content_sid"] = _("A Content SID is HX and 32 characters of 0–9 and a–f. Copy it from Twilio's console.")
    wrong.update(wrong_values(typed))
    refused = gate.content_violation(draft_of(typed)) if typed.kind == TEXT or typed.values is None else None
    if refused is not None:
        wrong.update(wrong_by(refused))
    for number, url in enumerate(typed.media_urls if typed.kind == typed.files_with else ()):
        if url and referred(url) is None and not is_file_url(url):
            wrong[f"media_url_{number}"] = _("This is no web address. Write it whole, beginning with https://.")
    return wrong


def wrong_values(typed: Typed) -> dict[str, str]:
    """The faults of the variables that have a field of their own, by its name."""
    if typed.kind != TEMPLATE:
        return {}
    faults = {name: fault_of(value) for name, value in typed.values or ()}
    return {VALUE + name: fault_text(fault) for name, fault in faults.items() if fault}


def wrong_by(refused: Decision) -> dict[str, str]:
    """The fault of a field that the gate's refusal names; {} when it names none."""
    if refused.rule == "variable_invalid":
        name = refused.evidence.get("variable", "")
        text = _(
            "Variable %(name)s is empty, or holds a tab or more than four spaces in a row. Mend its line.", name=name
        )
        return {"variables": text}
    why = refusal(refused.rule)
    return {_FIELDS[refused.rule]: f"{why.what} {why.todo}"} if refused.rule in _FIELDS else {}
