"""The links of the rail, and the numbers beside them: what waits for this person, and what is to look after.

A page that does not exist yet has no link.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Blueprint, Flask, current_app, g, render_template, url_for

from app.domain.actor import Actor
from app.domain.clock import now
from app.store.conversations import inbox
from app.store.counts import MOST_COUNTED
from app.store.database import Session
from app.store.errors import DatabaseUnavailable
from app.store.failures import by_code
from app.store.failures.by_code import Tally
from app.web.shell.current_user import actor, known_already
from app.web.shell.error_pages import wants_page
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.words.counts import counted
from app.web.words.gettext import N_, _, ngettext

blueprint = Blueprint("navigation", __name__)


@dataclass(frozen=True)
class Numbers:
    """How many conversations wait for this person or for nobody yet, and what failed or isn't confirmed."""

    waiting: int = 0
    tally: Tally = Tally()


@dataclass(frozen=True)
class Link:
    """One link: its name for `active`, where it goes, the letter after `g`, whether a phone hides it.

    `count` is the number beside it, '' for none, and `counts` says what it counts.
    """

    name: str
    endpoint: str
    icon: str
    label: str
    key: str = ""
    opt: bool = False
    count: str = ""
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
    numbers: Numbers = g.get("numbers", Numbers())
    counts = {"inbox": numbers.waiting, "failures": numbers.tally.failed + numbers.tally.unconfirmed}
    says = {"inbox": waiting_words(numbers.waiting), "failures": tally_words(numbers.tally)}
    return [
        replace(
            link,
            label=_(link.label),
            opt=link.opt or (crowded and link.name == "settings"),
            count=counted(counts[link.name]) if counts.get(link.name) else "",
            counts=says.get(link.name, ""),
        )
        for link in shown
    ]


def tally_words(tally: Tally) -> str:
    """The words for what the number beside Failures counts; '' when there is nothing."""
    failed = ngettext("%(num)d failed in 24 h", "%(num)d failed in 24 h", tally.failed) if tally.failed else ""
    if tally.failed > MOST_COUNTED:
        failed = _("more than %(number)d failed in 24 h", number=MOST_COUNTED)
    if not tally.unconfirmed:
        return failed
    unsure = ngettext("%(num)d is not confirmed", "%(num)d are not confirmed", tally.unconfirmed)
    if tally.unconfirmed > MOST_COUNTED:
        unsure = _("more than %(number)d are not confirmed", number=MOST_COUNTED)
    return f"{failed}, {unsure}" if failed else unsure


def waiting_words(count: int) -> str:
    """What the number beside Inbox counts; '' when there is nothing."""
    if not count:
        return ""
    if count > MOST_COUNTED:
        return _("More than %(number)d open and yours or nobody's", number=MOST_COUNTED)
    return ngettext("%(num)d open and yours or nobody's", "%(num)d open and yours or nobody's", count)


def install(app: Flask) -> None:
    """Count before a page is built, so that templates ask no database."""

    @app.before_request
    def count() -> None:
        who = known_already()
        if who is not None and request.method in ("GET", "POST") and wants_page() and not request.htmx:
            with suppress(DatabaseUnavailable):
                g.numbers = _count(who)


@blueprint.get("/navigation")
def numbers() -> str:
    """The numbers beside the links as they are now."""
    g.numbers = _count(actor())
    return render_template("_navigation_numbers.html")


def _count(who: Actor) -> Numbers:
    since = now() - timedelta(days=1)

    def read(session: Session) -> Numbers:
        waiting = inbox.waiting(session, who.account_sid, who.id)
        return Numbers(waiting, by_code.tally(session, who.account_sid, since))

    return services().database.read(read)
