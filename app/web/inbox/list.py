"""The list of conversations as one person asked for it: tab, search, page. One function builds its context."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlencode

from flask import request

from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.contacts.session_window import MARGIN, WINDOW
from app.domain.visible_text import seen
from app.store.conversations import inbox, search
from app.store.conversations.inbox import InboxFilter, InboxPosition, InboxRow, Tab
from app.store.database import Session
from app.web.inbox.hit import HitView, hit_view
from app.web.inbox.row import RowView, row_view
from app.web.words.gettext import N_, _
from app.web.words.reply_window import LOW

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
    """One tab: its name, how many conversations are in it, whether it is shown, and its address."""

    code: Tab
    name: str
    count: int
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
    """The list: its tabs, one page of rows, and the next page's query ('' at the end)."""

    rows: list[RowView]
    more: str
    filter: InboxFilter


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


def list_view(session: Session, account_sid: str, wanted: InboxFilter, after: InboxPosition | None = None) -> ListView:
    """The list, from two queries whatever its length, and one more for what a search found in messages."""
    found = inbox.rows(session, account_sid, wanted, after, PAGE + 1)
    more = _more(wanted, inbox.order_of(found[PAGE - 1], wanted)) if len(found) > PAGE else ""
    at, hits = now(), _hits(session, account_sid, wanted, found[:PAGE])
    return ListView(
        **vars(counts_view(session, account_sid, wanted)),
        rows=[row_view(row, at, hits.get(row.id)) for row in found[:PAGE]],
        more=more,
        filter=wanted,
    )


def counts_view(session: Session, account_sid: str, wanted: InboxFilter) -> CountsView:
    """The tabs with their counts, from one query."""
    counts = inbox.counts(session, account_sid, wanted)
    tabs = [
        TabView(tab, _(name), counts[tab], tab == wanted.tab and not wanted.query, f"/?tab={tab}")
        for tab, name in TAB_NAMES.items()
    ]
    return CountsView(wanted.tab, wanted.query, tabs)


def _hits(session: Session, account_sid: str, wanted: InboxFilter, rows: list[InboxRow]) -> dict[int, HitView]:
    if not wanted.query or not rows:
        return {}
    shown = [row.id for row in rows]
    found = search.hits(session, account_sid, wanted.query, shown)
    return {number: hit_view(message, wanted.query) for number, message in found.items()}


def _more(wanted: InboxFilter, key: InboxPosition) -> str:
    micros = int(key.at.timestamp()) * 1_000_000 + key.at.microsecond
    after = f"{micros}-{key.conversation_id}"
    named = {"tab": wanted.tab, "q": wanted.query, "after": after}
    return "?" + urlencode({name: value for name, value in named.items() if value})
