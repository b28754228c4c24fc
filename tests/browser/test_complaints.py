"""The browser's complaints reach the tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from harness.waiting import until
from tests.browser.accessibility import axe, axe_in_both_themes
from tests.browser.complaints import Complaints

PAGE = "<!doctype html><html lang=en><title>t</title><main><h1>t</h1>{}</main></html>"
POLICY = {"Content-Security-Policy": "default-src 'self'", "Content-Type": "text/html"}


@pytest.fixture
def show(page: Page) -> Callable[[str], None]:
    """Show a page with the given content, under the product's policy."""

    def show(content: str) -> None:
        def answer(route: Route) -> None:
            route.fulfill(body=PAGE.format(content), headers=POLICY)

        page.route("http://127.0.0.1:1/", answer)
        page.goto("http://127.0.0.1:1/")

    return show


def test_an_inline_script_is_refused_and_heard(page: Page, show: Callable[[str], None], complaints: Complaints) -> None:
    show("<script>document.title = 'ran'</script>")
    until(lambda: page.evaluate("1") and complaints.heard)
    assert page.title() == "t"
    assert "Content Security Policy" in complaints.heard[0]
    complaints.allow("Content Security Policy")


def test_an_error_in_a_script_is_heard(page: Page, show: Callable[[str], None], complaints: Complaints) -> None:
    show("")
    page.evaluate("() => { setTimeout(() => { throw new Error('broken') }) }")
    until(lambda: page.evaluate("1") and complaints.heard)
    complaints.allow("broken")


def test_axe_finds_a_button_without_a_name(page: Page, show: Callable[[str], None]) -> None:
    show("<button></button>")
    with pytest.raises(AssertionError, match="button-name"):
        axe(page)


def test_axe_has_nothing_against_a_named_one(page: Page, show: Callable[[str], None]) -> None:
    show("<button>Send</button>")
    axe(page)


def test_axe_finds_what_is_too_small_to_press(page: Page, show: Callable[[str], None]) -> None:
    show("<button>a</button><button>b</button>")
    page.evaluate("""() => {
      for (const button of document.querySelectorAll('button')) {
        button.style.cssText = 'inline-size:12px;block-size:12px;padding:0;border:0;margin:0';
      }
    }""")
    with pytest.raises(AssertionError, match="target-size"):
        axe(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_what_is_too_pale_in_either_theme(page: Page, show: Callable[[str], None], scheme: str) -> None:
    show("<p>Hello</p>")
    axe_in_both_themes(page)
    page.evaluate(
        """(scheme) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(`@media (prefers-color-scheme: ${scheme}) { p { color: #ccc; background: #ddd } }`);
          document.adoptedStyleSheets.push(sheet);
        }""",
        scheme,
    )
    with pytest.raises(AssertionError, match="color-contrast"):
        axe_in_both_themes(page)
