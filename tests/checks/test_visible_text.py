"""The check that finds text which no translation can reach."""

from __future__ import annotations

import pytest

from bin.checks.visible_text import untranslated


@pytest.mark.parametrize(
    ("template", "line", "text"),
    [
        ("<p>Hello</p>", 1, "Hello"),
        ("<main>\n<p>{{ name }} wrote</p></main>", 2, "wrote"),
        ("{% trans %}Fine\nhere{% endtrans %}\n<b>Not here</b>", 3, "Not here"),
        ('<button aria-label="Send">{{ icon }}</button>', 1, "Send"),
        ('<input placeholder="Write {{ _("here") }}">', 1, "Write"),
        ('<input type="submit" value="Save">', 1, "Save"),
        ("{{ 'Hello' }}", 1, "Hello"),
        ("<code>a</code> b", 1, "b"),
        ("{% if a %}Yes{% else %}{{ _('No') }}{% endif %}", 1, "Yes"),
        ("<p>привет</p>", 1, "привет"),
    ],
)
def test_visible_words_are_found(template: str, line: int, text: str) -> None:
    assert list(untranslated(template)) == [(line, text)]


@pytest.mark.parametrize(
    "template",
    [
        "<p>{% trans %}Hello{% endtrans %}</p>",
        "<p>{%- trans n=count -%}one{% pluralize %}{{ n }} many{%- endtrans -%}</p>",
        "<p>{{ _('Hello') }}, 12:30 · {{ name }}</p>",
        '<input type="hidden" name="q" value="draft">',
        '<img alt="" src="{{ url }}"> <!-- Hello -->',
        "<script src='/static/x.js'></script><style>p { color: red }</style>",
        "<title>{{ _('Inbox') }} · Switchboard</title>",
        "<kbd>Ctrl</kbd><code>bin/demo <b>x</b></code>",
        '<p translate="no">Deutsch <b>Español</b></p>',
        "{# Hello #}",
        "<p class=\"m{{ ' m--out' if out }}{{ ' m--bad' if bad else 'm--good' }}\"></p>",
    ],
)
def test_what_is_translated_or_no_words_is_left_alone(template: str) -> None:
    assert list(untranslated(template)) == []
