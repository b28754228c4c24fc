"""The list of conversations as one person asked for it: tab, search, page. One function builds its context."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlencode

from flask import request

from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.contacts.session_window import MARGIN, WINDOW
from app.domain.visible_text import seen
from app.store.conversations import inbox, search
from app.store.conversations.inbox import InboxFilter, InboxPosition, Tab
from app.store.conversations.search import Below, Found
from app.store.database import Session
from app.web.inbox.hit import hit_view
from app.web.inbox.row import RowView, row_view
from app.web.shell.requests import row_number
from app.web.words.counts import counted
from app.web.words.gettext import N_, _
from app.web.words.reply_window import LOW
from app.web.words.times import day

PAGE = 50
TAB_COOKIE = "switchboard_tab"
TAB_NAMES: dict[Tab, str] = {
    "mine": N_("Mine"),
    "unassigned": N_("Unassigned"),
    "all": N_("All"),
    "closing": N_("Closing soon"),
    "closed": N_("Closed"),
}


@dataclass(frozen=True)
class TabView:
    """One tab: its name, how many conversations are in it, whether it is shown, and its address.

    `shown` is the count as people read it, "99+" for many.
    """

    code: Tab
    name: str
    count: int
    shown: str
    selected: bool
    href: str


@dataclass(frozen=True)
class CountsView:
    """The tabs with their counts, as a list was asked for; `asked` is its query, by which they are asked for anew."""

    tab: Tab
    query: str
    tabs: list[TabView]

    @property
    def asked(self) -> str:
        """The list's query."""
        return "?" + urlencode({"tab": self.tab, "q": self.query})

    @property
    def nobody_yet(self) -> bool:
        """Whether there is no conversation at all, open or closed."""
        return not any(tab.count for tab in self.tabs if tab.code in ("all", "closed"))


@dataclass(frozen=True)
class ListView(CountsView):
    """The list: its tabs, one page of rows, and the next page's query ('' at the end).

    Of a search, `older` is the query that goes on where this one stopped looking ('' when all was looked at), `since`
    the day that it looked back to, and `is_older` says that it began there itself.
    """

    rows: list[RowView]
    more: str
    filter: InboxFilter
    older: str = ""
    since: str = ""
    is_older: bool = False


def asked_filter(actor: Actor) -> InboxFilter:
    """The filter in the request's address; without one the tab used last, else the person's own conversations."""
    at = now()
    usual = "all" if actor.role == "auditor" else "mine"
    named = request.args.get("tab") or request.cookies.get(TAB_COOKIE, "")
    tab = cast(Tab, named if named in TAB_NAMES else usual)
    query = seen(" ".join(request.args.get("q", "").split())[: search.LONGEST_QUERY])
    begin = at - WINDOW + MARGIN
    return InboxFilter(tab, actor.id, begin, begin + LOW, query)


def asked_key() -> InboxPosition | None:
    """The position at which the page before ended, from the request's address; None for the first page or nonsense."""
    moment, _dot, number = request.args.get("after", "").partition("-")
    if not (moment.isdigit() and number.isdigit() and len(moment) < 18 and len(number) < 19):
        return None
    try:
        seconds, micros = divmod(int(moment), 1_000_000)
        return InboxPosition(datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros), int(number))
    except (OverflowError, ValueError, OSError):
        return None


def asked_below() -> Below | None:
    """Where the search before stopped looking, from the request's address; None for a new search or nonsense."""
    try:
        return Below(*(row_number(number) for number in request.args.get("older", "").split("-", 1)))
    except (TypeError, ValueError):
        return None


def list_view(session: Session, account_sid: str, wanted: InboxFilter, after: InboxPosition | None = None) -> ListView:
    """The list, from a handful of queries whatever its length."""
    looked = search.look(session, account_sid, wanted.query, asked_below()) if wanted.query else None
    there = looked.conversations if looked else ()
    found = inbox.rows(session, account_sid, wanted, after, PAGE + 1, there)
    shown, hits = found[:PAGE], looked.hits if looked else {}
    numbers = [hits[row.id] for row in shown if row.id in hits]
    at, messages = now(), search.hits(session, account_sid, numbers)
    told = {number: hit_view(message, wanted.query) for number, message in messages.items()}
    more = (
        _query(wanted, looked.begin if looked else None, inbox.order_of(shown[-1], wanted)) if len(found) > PAGE else ""
    )
    return ListView(
        **vars(counts_view(session, account_sid, wanted)),
        rows=[row_view(row, at, told.get(row.id)) for row in shown],
        more=more,
        filter=wanted,
        **_searched(wanted, looked),
    )


def _searched(wanted: InboxFilter, looked: Found | None) -> dict[str, Any]:
    if looked is None:
        return {}
    older = _query(wanted, looked.end) if looked.end else ""
    since = day(looked.since) if looked.since else ""
    return {"older": older, "since": since, "is_older": asked_below() is not None}


def counts_view(session: Session, account_sid: str, wanted: InboxFilter) -> CountsView:
    """The tabs with their counts, from one query."""
    counts = inbox.counts(session, account_sid, wanted)
    tabs = [
        TabView(tab, _(name), count, counted(count), tab == wanted.tab and not wanted.query, f"/?tab={tab}")
        for tab, name, count in ((tab, name, counts[tab]) for tab, name in TAB_NAMES.items())
    ]
    return CountsView(wanted.tab, wanted.query, tabs)


def _query(wanted: InboxFilter, below: Below | None, after: InboxPosition | None = None) -> str:
    """The address of the rows that follow, or of a search that looks below."""
    named = {"tab": wanted.tab, "q": wanted.query}
    if below:
        named["older"] = f"{below.message_id}-{below.contact_id}"
    if after:
        micros = int(after.at.timestamp()) * 1_000_000 + after.at.microsecond
        named["after"] = f"{micros}-{after.conversation_id}"
    return "?" + urlencode({name: value for name, value in named.items() if value})
