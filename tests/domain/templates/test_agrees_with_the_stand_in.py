"""What is previewed is what the stand-in for WhatsApp shows, for any template and any values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.templates import rendering, types
from simulator import content_parts
from simulator.contents import Content

NAMES = st.sampled_from(["1", "2", "3", "10", "name", "order_id"])
VALUES = st.dictionaries(NAMES, st.text(min_size=1, max_size=12) | st.just("{{1}}"), max_size=6)
WORDS = st.text(st.sampled_from("ab <>&{}*_\u05d0\U0001f6b2\\$"), max_size=8)
SLOTS = st.builds("{{{{{1}{0}{2}}}}}".format, NAMES, st.sampled_from(["", " ", "  "]), st.sampled_from(["", " "]))
TEXTS = st.lists(WORDS | SLOTS, max_size=5).map("".join)
MEDIA = st.lists(TEXTS, max_size=1)
ACTIONS = st.lists(
    st.fixed_dictionaries(
        {"title": TEXTS},
        optional={
            "type": st.sampled_from(["URL", "PHONE_NUMBER", "QUICK_REPLY", "COPY_CODE"]),
            "url": TEXTS,
            "phone": TEXTS,
            "code": TEXTS,
            "id": TEXTS,
        },
    ),
    max_size=3,
)
CARD_PARTS = {"title": TEXTS, "body": TEXTS, "subtitle": TEXTS, "media": MEDIA, "actions": ACTIONS}
HELD = {
    "twilio/text": st.fixed_dictionaries({"body": TEXTS}),
    "twilio/media": st.fixed_dictionaries({"media": MEDIA}, optional={"body": TEXTS}),
    "twilio/location": st.fixed_dictionaries({"latitude": st.just(1.5), "label": TEXTS}, optional={"address": TEXTS}),
    "twilio/quick-reply": st.fixed_dictionaries({"body": TEXTS, "actions": ACTIONS}),
    "twilio/call-to-action": st.fixed_dictionaries({"body": TEXTS, "actions": ACTIONS}),
    "twilio/list-picker": st.fixed_dictionaries(
        {
            "body": TEXTS,
            "button": TEXTS,
            "items": st.lists(
                st.fixed_dictionaries({"id": TEXTS, "item": TEXTS}, optional={"description": TEXTS}), max_size=2
            ),
        }
    ),
    "twilio/card": st.fixed_dictionaries({}, optional=CARD_PARTS),
    "whatsapp/card": st.fixed_dictionaries({}, optional={**CARD_PARTS, "header_text": TEXTS, "footer": TEXTS}),
    "twilio/carousel": st.fixed_dictionaries(
        {
            "body": TEXTS,
            "cards": st.lists(st.fixed_dictionaries({"body": TEXTS, "media": TEXTS, "actions": ACTIONS}), max_size=2),
        }
    ),
    "twilio/flows": st.fixed_dictionaries({"body": TEXTS, "button_text": TEXTS}, optional={"subtitle": TEXTS}),
    "whatsapp/authentication": st.fixed_dictionaries(
        {"actions": st.just([{"type": "COPY_CODE", "copy_code_text": "Copy"}])},
        optional={"code_expiration_minutes": st.integers(1, 90), "add_security_recommendation": st.booleans()},
    ),
}
TYPES = st.sets(st.sampled_from(sorted(HELD)), min_size=1, max_size=3).flatmap(
    lambda kinds: st.fixed_dictionaries({kind: HELD[kind] for kind in kinds})
)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


@settings(max_examples=1000, deadline=None)
@given(held=TYPES, values=VALUES)
def test_rendering_agrees_with_the_stand_ins_own(held: dict[str, Any], values: dict[str, str]) -> None:
    values = {name: values.get(name, f"[{name}]") for name in {*rendering.needed(held), *values}}
    ours = _plain(asdict(rendering.render(held, values)))
    theirs = content_parts.shown(Content("HX", held, variables={"1": "Sample"}), values)
    assert ours == theirs
    assert types.richest(held) == theirs["kind"]


@settings(max_examples=100, deadline=None)
@given(held=TYPES, values=VALUES)
def test_what_is_called_missing_is_what_the_stand_in_fills_with_samples(
    held: dict[str, Any], values: dict[str, str]
) -> None:
    marks = {name: f"\x00{name}\x00" for name in ("1", "2", "3", "10", "name", "order_id")}
    sent = str(content_parts.shown(Content("HX", held, variables=marks), values))
    missing = rendering.missing(held, values)
    # A reply's id isn't shown, and needs its value all the same.
    assert {name for name, mark in marks.items() if repr(mark)[1:-1] in sent} <= set(missing)
    assert bool(missing) or rendering.render(held, values)
