"""The links of the rail. A page that does not exist yet has no link. Beside Failures stands how many there were."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Flask, current_app, g, request, url_for

from app.domain.moments import now
from app.store import failures
from app.store.database import DatabaseUnavailable
from app.web.parts import parts
from app.web.session import known_already
from app.web.texts import _, mark

# The number is not asked for anew within this.
FRESH_SECONDS = 5.0


@dataclass(frozen=True)
class Link:
    """One link: its name for `active`, where it goes, the letter after `g`, whether a phone hides it."""

    name: str
    endpoint: str
    icon: str
    label: str
    key: str = ""
    opt: bool = False
    count: int = 0

    @property
    def href(self) -> str:
        """The page's address."""
        return url_for(self.endpoint)


LINKS = (
    Link("inbox", "inbox.page", "inbox", mark("Inbox"), "i"),
    Link("feed", "feed.page", "feed", mark("Live feed"), "f"),
    Link("templates", "templates.page", "tpl", mark("Templates"), "t", opt=True),
    Link("media", "media.page", "media", mark("Media"), "m"),
    Link("consent", "consent.page", "consent", mark("Consent"), "c"),
    Link("failures", "failures.page", "fail", mark("Failures"), "x"),
    Link("reports", "reports.page", "chart", mark("Reports"), opt=True),
    Link("settings", "settings_page.page", "set", mark("Settings")),
)


def rail_links() -> list[Link]:
    """The links whose pages are there, in order, labelled in the request's language.

    Once there are more than a phone has room for, Settings goes behind "More" with them.
    """
    shown = [link for link in LINKS if link.endpoint in current_app.view_functions]
    crowded = any(link.opt for link in shown)
    failed: int = g.get("failed_lately", 0)
    return [
        replace(
            link,
            label=_(link.label),
            opt=link.opt or (crowded and link.name == "settings"),
            count=failed if link.name == "failures" else 0,
        )
        for link in shown
    ]


def install(app: Flask) -> None:
    """Count the failures of the last 24 hours before a page is built, so that templates ask no database."""
    app.extensions["failed_lately"] = {}

    @app.before_request
    def count() -> None:
        who = known_already()
        if who is not None and request.method == "GET" and "HX-Request" not in request.headers:
            g.failed_lately = _failed_lately(who.account_sid)


def _failed_lately(account_sid: str) -> int:
    kept: dict[str, tuple[float, int]] = current_app.extensions["failed_lately"]
    counted_at, count = kept.get(account_sid, (0.0, 0))
    if time.monotonic() - counted_at > FRESH_SECONDS:
        since = now() - timedelta(days=1)
        try:
            count = parts().database.read(lambda session: failures.count_since(session, account_sid, since))
        except DatabaseUnavailable:
            return count
        kept[account_sid] = (time.monotonic(), count)
    return count
