"""Whether all text that a page shows goes through gettext: `{% trans %}` or `{{ _(…) }}`.

What is not words to translate stands in `<code>`, `<kbd>`, `<samp>`, `<pre>`, or below `translate="no"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from bin.checks.findings import ROOT, Finding, conclude, files_of

NAMES = ("Twilio-Request-Id", "Switchboard", "WhatsApp", "Twilio")
VISIBLE_ATTRIBUTES = {
    "alt",
    "aria-description",
    "aria-label",
    "aria-roledescription",
    "label",
    "placeholder",
    "title",
}
NOT_WORDS = {"code", "kbd", "pre", "samp", "script", "style"}
WITHOUT_END = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
}
TEMPLATE_SYNTAX = re.compile(
    r"\{#.*?#\}|\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}|\{\{.*?\}\}|\{%.*?%\}|<!--.*?-->", re.DOTALL
)
BARE_LITERAL = re.compile(r"\{\{-?\s*([\"'])((?:(?!\1).)*)\1\s*-?\}\}")


class _Page(HTMLParser):
    """Collects the words of one template that are shown as they stand there."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("translate") != "no":
            for name, value in attrs:
                if name in VISIBLE_ATTRIBUTES or (name == "value" and _is_button(tag, given)):
                    self._look_at(value or "")
        if tag in WITHOUT_END:
            return
        if self._silent or tag in NOT_WORDS or given.get("translate") == "no":
            self._silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            del self._silent[len(self._silent) - 1 - self._silent[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._look_at(data)

    def _look_at(self, text: str) -> None:
        words = text
        for name in NAMES:
            words = words.replace(name, "")
        if any(letter.isalpha() for letter in words):
            self.found.append((self.getpos()[0], " ".join(text.split())))


def _is_button(tag: str, attributes: dict[str, str | None]) -> bool:
    return tag == "input" and attributes.get("type") in ("submit", "button", "reset")


def untranslated(template: str) -> Iterator[tuple[int, str]]:
    """Line and text of every piece of a template's visible text that no translation can reach."""
    for literal in BARE_LITERAL.finditer(template):
        if any(letter.isalpha() for letter in literal[2]):
            yield template.count("\n", 0, literal.start()) + 1, literal[2]
    page = _Page()
    # The lines stay where they are, so that a finding names the right one.
    page.feed(TEMPLATE_SYNTAX.sub(lambda found: " " + "\n" * found[0].count("\n"), template))
    page.close()
    yield from page.found


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Every such piece in the product's templates."""
    for file in files_of(root, "templates/*.html"):
        for line, text in untranslated(file.read_text()):
            yield Finding(file.relative_to(root), line, f"not translatable: {text!r}")


if __name__ == "__main__":
    conclude(findings())
