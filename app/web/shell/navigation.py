"""The links of the rail. A page that does not exist yet has no link. Beside Failures stands what is to look after."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Flask, current_app, g, url_for

from app.domain.clock import now
from app.store.errors import DatabaseUnavailable
from app.store.failures import by_code
from app.store.failures.by_code import Tally
from app.web.shell.current_user import known_already
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.words.gettext import N_, _, ngettext

# The number is not asked for anew within this.
FRESH_SECONDS = 5.0


@dataclass(frozen=True)
class Link:
    """One link: its name for `active`, where it goes, the letter after `g`, whether a phone hides it.

    `counts` says what the number beside it counts.
    """

    name: str
    endpoint: str
    icon: str
    label: str
    key: str = ""
    opt: bool = False
    count: int = 0
    counts: str = ""

    @property
    def href(self) -> str:
        """The page's address."""
        return url_for(self.endpoint)


LINKS = (
    Link("inbox", "inbox.page", "inbox", N_("Inbox"), "i"),
    Link("feed", "feed.page", "feed", N_("Live feed"), "f"),
    Link("templates", "templates.page", "tpl", N_("Templates"), "t", opt=True),
    Link("media", "media.page", "media", N_("Media"), "m"),
    Link("consent", "consent.page", "consent", N_("Consent"), "c"),
    Link("failures", "failures.page", "fail", N_("Failures"), "x"),
    Link("reports", "reports.page", "chart", N_("Reports"), opt=True),
    Link("settings", "settings_page.page", "set", N_("Settings")),
)


def rail_links() -> list[Link]:
    """The links whose pages are there, in order, labelled in the request's language.

    Once there are more than a phone has room for, Settings goes behind "More" with them.
    """
    shown = [link for link in LINKS if link.endpoint in current_app.view_functions]
    crowded = any(link.opt for link in shown)
    tally: Tally = g.get("tally", Tally())
    return [
        replace(
            link,
            label=_(link.label),
            opt=link.opt or (crowded and link.name == "settings"),
            count=tally.failed + tally.unconfirmed if link.name == "failures" else 0,
            counts=tally_words(tally) if link.name == "failures" else "",
        )
        for link in shown
    ]


def tally_words(tally: Tally) -> str:
    """The words for what the number beside Failures counts; '' when there is nothing."""
    failed = ngettext("%(num)d failed in 24 h", "%(num)d failed in 24 h", tally.failed) if tally.failed else ""
    if not tally.unconfirmed:
        return failed
    unsure = ngettext("%(num)d is not confirmed", "%(num)d are not confirmed", tally.unconfirmed)
    return f"{failed}, {unsure}" if failed else unsure


def install(app: Flask) -> None:
    """Count what is to look after before a page is built, so that templates ask no database."""
    app.extensions["tallies"] = {}

    @app.before_request
    def count() -> None:
        who = known_already()
        if who is not None and request.method == "GET" and not request.htmx:
            g.tally = _tally(who.account_sid)


def _tally(account_sid: str) -> Tally:
    kept: dict[str, tuple[float, Tally]] = current_app.extensions["tallies"]
    counted_at, tally = kept.get(account_sid, (0.0, Tally()))
    if time.monotonic() - counted_at > FRESH_SECONDS:
        since = now() - timedelta(days=1)
        try:
            tally = services().database.read(lambda session: by_code.tally(session, account_sid, since))
        except DatabaseUnavailable:
            return tally
        kept[account_sid] = (time.monotonic(), tally)
    return tally
