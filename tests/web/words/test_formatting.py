"""WhatsApp's markup as elements: what it is, what it isn't, and that the text itself stays."""

from __future__ import annotations

import html
import random
import re

import pytest

from app.web.words import formatting
from app.web.words.formatting import formatted

LINK = '<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>'


def shown(text: str) -> str:
    """The markup without the signs, which nobody sees."""
    return re.sub(r'<span class="sign" aria-hidden="true">[^<]*</span>', "", str(formatted(text)))


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("*bold* _italic_ ~gone~", "<strong>bold</strong> <em>italic</em> <s>gone</s>"),
        ("`x` and ```y\nz```", "<code>x</code> and <code>y\nz</code>"),
        ("*two words*, (_one_)!", "<strong>two words</strong>, (<em>one</em>)!"),
        ("*_~all~_*", "<strong><em><s>all</s></em></strong>"),
        ("*a _b* c_", "<strong>a _b</strong> c_"),
        ("*a `b* c` d*", "<strong>a <code>b* c</code> d</strong>"),
        ("*ja* *ja*", "<strong>ja</strong> <strong>ja</strong>"),
        ("*نعم* _是_", "<strong>نعم</strong> <em>是</em>"),
        ("> *so* it was\nnot so", '<blockquote class="cite"><strong>so</strong> it was</blockquote>\nnot so'),
        ("first\n> then", 'first\n<blockquote class="cite">then</blockquote>'),
        ("*<b>* & `<i>`", "<strong>&lt;b&gt;</strong> &amp; <code>&lt;i&gt;</code>"),
    ],
)
def test_markup_is_shown_as_what_it_means(text: str, markup: str) -> None:
    assert shown(text) == markup


@pytest.mark.parametrize(
    "text",
    [
        "snake_case_name and file_a_.txt",
        "2*3*4 = 24",
        "* a list\n* of two",
        "- one\n- two",
        "** __ ~~ `` ``` ```",
        "*open",
        "open*",
        "* open *",
        "*over\ntwo lines*",
        "*half*way",
        "half*way*",
        "a@_b_.example #_c_",
        "a > b",
        ">no quote",
        "> ",
        "` ` and ``` ```",
    ],
)
def test_what_only_looks_like_it_stays_text(text: str) -> None:
    assert shown(text) == html.escape(text)


def test_links_are_left_alone_inside_and_may_stand_in_bold() -> None:
    address = "https://x.example/a_b_c/*d*/e"
    assert shown(f"_i_ {address} _j_") == f"<em>i</em> {LINK.format(address)} <em>j</em>"
    assert shown(f"*see {address} now*") == f"<strong>see {LINK.format(address)} now</strong>"
    assert shown(f"`{address}`") == f"<code>{address}</code>"
    assert shown("~https://x.example/a?b=1&c=2 gone~").startswith('<s><a href="https://x.example/a?b=1&amp;c=2" ')


def test_without_its_tags_it_is_what_was_written() -> None:
    drawn = random.Random(11)
    signs = [*"*_~`> \n\tab<&\"'é", "```", "https://x.example/_a_", "\u200e", "🙂"]
    for _ in range(3000):
        text = "".join(drawn.choice(signs) for _ in range(drawn.randrange(40)))
        assert html.unescape(re.sub(r"<[^>]*>", "", str(formatted(text)))) == text


def test_only_its_own_elements_are_ever_in_it() -> None:
    drawn = random.Random(12)
    signs = ["*", "_", "~", "`", "```", "> ", "<b>", '"', "onclick=", "javascript:", " ", "\n", "a"]
    allowed = r'</?(strong|em|s|code|span|blockquote|a)( (class|href|rel|target|aria-hidden)="[^"<>]*")*>'
    for _ in range(3000):
        text = "".join(drawn.choice(signs) for _ in range(drawn.randrange(40)))
        assert "<" not in re.sub(allowed, "", str(formatted(text)))


@pytest.mark.parametrize("piece", ["*a ", "*a_b~", "`", "```a", "*a_ b~ ", "*a* ", "*_~", "> *a"])
def test_it_takes_as_long_as_the_text_is(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    searched = list[int]()
    close = formatting._Line._close

    def counted(line: formatting._Line, at: int, end: int) -> int:
        found = close(line, at, end)
        searched.append((found if found > 0 else end) - at)
        return found

    monkeypatch.setattr(formatting._Line, "_close", counted)
    text = piece * 2000
    formatted(text)
    # Each of the three signs is looked for once in what it may stand around, which is three deep at most.
    assert sum(searched) <= 9 * len(text)
