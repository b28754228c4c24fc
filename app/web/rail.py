"""The links of the rail. A page that does not exist yet has no link."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import current_app, url_for

from app.web.texts import _, mark


@dataclass(frozen=True)
class Link:
    """One link: its name for `active`, where it goes, the letter after `g`, whether a phone hides it."""

    name: str
    endpoint: str
    icon: str
    label: str
    key: str = ""
    opt: bool = False

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
    return [replace(link, label=_(link.label), opt=link.opt or (crowded and link.name == "settings")) for link in shown]
