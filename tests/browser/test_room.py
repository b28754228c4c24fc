"""Fields keep to their place and tables show all of their columns, however wide the window is."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from app.store.database import Database
from tests.browser.test_inbox_pages import database, open_inbox, pytestmark
from tests.browser.test_phone_and_zoom import go
from tests.support.cast import ago, asked_message
from tests.support.rewriting import rewrite
from tests.support.runs import listed, planned
from tests.support.templates import template

__all__ = ["database", "open_inbox", "pytestmark"]
WIDTHS = (1440, 1000, 901, 740, 620, 390)
# What is wider than the room that it has, of what nobody expects to scroll.
STICKS_OUT = """() => [...document.querySelectorAll('main .field, .report .scroll-x')]
  .filter((box) => box.clientWidth && box.scrollWidth > box.clientWidth + 1)
  .map((box) => box.outerHTML.slice(0, 120))"""
# Fields of one line of a form whose boxes do not stand in one line.
ASKEW = """() => [...document.querySelectorAll('.fields')].flatMap((form) => {
  const lines = new Map();
  for (const field of form.children) {
    const control = field.querySelector('.input, .select').getBoundingClientRect();
    const line = Math.round(field.getBoundingClientRect().top);
    lines.set(line, (lines.get(line) || new Set()).add(Math.round(control.top)));
  }
  return [...lines.values()].filter((tops) => tops.size > 1).map((tops) => [...tops].join(' and '));
})"""


def test_the_form_of_a_run_and_the_tables_of_reports_have_room(
    open_inbox: Callable[..., Page], database: Database
) -> None:
    run = planned(database, listed(database, 2))
    message = asked_message(database)
    rewrite(
        database,
        message,
        content_sid=template(database, friendly_name="a_rather_long_name").sid,
        state="accepted",
        status="delivered",
        occurred_at=ago(hours=1),
    )
    page = open_inbox()
    for path, seen in ((f"/runs/{run.id}", "Begin at"), ("/reports", "By template")):
        go(page, path)
        assert page.get_by_text(seen, exact=True).is_visible()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(STICKS_OUT) == [], (path, width)
            assert page.evaluate(ASKEW) == [], (path, width)
