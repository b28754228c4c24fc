"""What a form's answers become, whatever their shape."""

from __future__ import annotations

import json

import pytest

from app.store.tables import Message
from app.web.messages.content import interactive_reply_of

FORM_ANSWERS: list[tuple[object, list[tuple[str, str]]]] = [
    (
        {"q_all": ["A", "B"], "q_one": "C", "address": {"city": "Porto"}, "flow_token": "t"},
        [("q_all", "A, B"), ("q_one", "C"), ("address › city", "Porto")],
    ),
    ({"screen": "done", "data": {"size": "M", "flow_token": "t"}}, [("screen", "done"), ("size", "M")]),
    ({"data": "2026-11-30"}, [("data", "2026-11-30")]),
    ({"size": "M", "data": {"size": "L"}}, [("size", "M"), ("size", "L")]),
    (
        {"agreed": True, "news": False, "left": None, "none": [], "nothing": {}, "count": 0, "text": ""},
        [
            ("agreed", "Yes"),
            ("news", "No"),
            ("left", "–"),
            ("none", "–"),
            ("nothing", "–"),
            ("count", "0"),
            ("text", "–"),
        ],
    ),
    (
        {"guests": [{"name": "Ana", "ages": [3, 5]}, {"name": "Bo"}], "mixed": ["x", ["y", "z"]]},
        [
            ("guests › 1 › name", "Ana"),
            ("guests › 1 › ages", "3, 5"),
            ("guests › 2 › name", "Bo"),
            ("mixed › 1", "x"),
            ("mixed › 2", "y, z"),
        ],
    ),
    ({f"q{number}": str(number) for number in range(60)}, [(f"q{number}", str(number)) for number in range(60)]),
    (["A", "B"], [("Answer", "A, B")]),
    ("plain words", [("Answer", "plain words")]),
    (7, [("Answer", "7")]),
]


@pytest.mark.parametrize(("said", "expected"), FORM_ANSWERS)
def test_every_answer_is_shown_with_its_name(said: object, expected: list[tuple[str, str]]) -> None:
    for field in ("flow", "interactive"):
        reply = interactive_reply_of(Message.model_construct(details={field: said}))
        assert reply is not None
        assert reply.fields == expected
        assert json.loads(reply.raw) == said
