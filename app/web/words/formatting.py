"""WhatsApp's own markup: *bold*, _italic_, ~strike~, `code`, ```code``` and > quotes, shown as what they mean.

The signs stay in the page, where nobody sees them: what is copied out of a message is what was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from app.web.words.links import linked

_ELEMENTS = {"*": "strong", "_": "em", "~": "s"}
# Signs that join words, as in addresses and names of files: beside them nothing begins or ends.
_JOINING = "/\\@#&=%+:"
_CODE = re.compile(r"```(?=[^`]*[^\s`])([^`]+)```|(?<!`)`(?=[^`\n]*[^\s`])([^`\n]+)`(?!`)")
_LINK = re.compile(r"<a .*?</a>")
_QUOTED = "> "


def formatted(text: str) -> Markup:
    """The text, escaped, with links and with WhatsApp's markup as elements; without its tags it is the text again."""
    pieces, end = list[Markup](), 0
    line = _Line()
    for code in _CODE.finditer(text):
        _read(line, pieces, text[end : code.start()])
        line.add_whole(code[0], _code(code))
        end = code.end()
    _read(line, pieces, text[end:])
    pieces.append(line.shown())
    return Markup("").join(pieces)


@dataclass
class _Line:
    """One line's text, and by where they begin the parts that nothing is looked for in: links and code."""

    text: str = ""
    whole: dict[int, tuple[int, Markup]] = field(default_factory=dict)

    def add_whole(self, text: str, shown: Markup) -> None:
        self.whole[len(self.text)] = (len(self.text) + len(text), shown)
        self.text += text

    def shown(self) -> Markup:
        if self.text.startswith(_QUOTED) and self.text[len(_QUOTED) :].strip() and 0 not in self.whole:
            inner = self._between(len(_QUOTED), len(self.text))
            return Markup('<blockquote class="cite">{}{}</blockquote>').format(_sign(_QUOTED), inner)
        return self._between(0, len(self.text))

    def _between(self, start: int, end: int) -> Markup:
        """This part of the line with what stands in it as elements."""
        pieces, at, plain, endless = list[Markup](), start, start, set[str]()
        while at < end:
            found = self._element(at, end, endless)
            if found is None:
                at += 1
                continue
            pieces += [escape(self.text[plain:at]), found[0]]
            at = plain = found[1]
        return Markup("").join([*pieces, escape(self.text[plain:end])])

    def _element(self, at: int, end: int, endless: set[str]) -> tuple[Markup, int] | None:
        """What begins there and where it is over, or None. A sign without an end is looked for once."""
        if at in self.whole:
            after, shown = self.whole[at]
            return shown, after
        sign = self.text[at]
        if sign not in _ELEMENTS or sign in endless or not self._opens(at, end):
            return None
        close = self._close(at, end)
        if close < 0:
            endless.add(sign)
            return None
        return self._emphasis(at, close), close + 1

    def _emphasis(self, at: int, close: int) -> Markup:
        element, sign = _ELEMENTS[self.text[at]], _sign(self.text[at])
        inner = self._between(at + 1, close)
        return Markup(f"<{element}>{{}}{{}}{{}}</{element}>").format(sign, inner, sign)

    def _opens(self, at: int, end: int) -> bool:
        follows = self.text[at + 1 : at + 2] if at + 1 < end else ""
        return bool(follows.strip()) and follows != self.text[at] and self._is_apart(at - 1)

    def _close(self, at: int, end: int) -> int:
        """Where what begins there ends; -1 when nowhere."""
        sign, here = self.text[at], at + 1
        while here < end:
            if here in self.whole:
                here = self.whole[here][0]
            elif self.text[here] == sign and here > at + 1 and self._closes(here):
                return here
            else:
                here += 1
        return -1

    def _closes(self, at: int) -> bool:
        before = self.text[at - 1]
        return not before.isspace() and before != self.text[at] and self._is_apart(at + 1)

    def _is_apart(self, at: int) -> bool:
        """Whether no word, and nothing that joins words, is at this place."""
        if not 0 <= at < len(self.text):
            return True
        return not (self.text[at].isalnum() or self.text[at] in _JOINING)


def _read(line: _Line, pieces: list[Markup], text: str) -> None:
    """Go on with the line; what the text ends of lines goes to the pieces."""
    for number, part in enumerate(text.split("\n")):
        if number:
            pieces += [line.shown(), Markup("\n")]
            line.text, line.whole = "", {}
        _add_with_links(line, part)


def _add_with_links(line: _Line, text: str) -> None:
    html, end = linked(text), 0
    for link in _LINK.finditer(html):
        line.text += Markup(html[end : link.start()]).unescape()
        line.add_whole(Markup(link[0]).striptags(), Markup(link[0]))
        end = link.end()
    line.text += Markup(html[end:]).unescape()


def _code(code: re.Match[str]) -> Markup:
    content = code[1] if code[1] is not None else code[2]
    sign = _sign(code[0][: (len(code[0]) - len(content)) // 2])
    return Markup("<code>{}{}{}</code>").format(sign, content, sign)


def _sign(sign: str) -> Markup:
    return Markup('<span class="sign" aria-hidden="true">{}</span>').format(sign)
