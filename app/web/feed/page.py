"""`/feed`: every message and status as it happens, newest first."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request

from app.domain.access import may
from app.domain.actor import Actor
from app.domain.auditing import bodies
from app.domain.clock import now
from app.domain.visible_text import seen
from app.store.database import Session
from app.store.feed import lines as feed_lines
from app.store.feed import pages as feed_pages
from app.store.feed.pages import FeedFilter
from app.store.journal import rows as journal
from app.web.feed.line import LineView, line_view
from app.web.shell.current_user import allowed
from app.web.shell.requests import row_number
from app.web.shell.services import services
from app.web.words.gettext import N_, _
from app.web.words.times import full as day_and_time

blueprint = Blueprint("feed", __name__)

PAGE = 100
LONGEST_QUERY = 80
# So many numbers are looked at in one search among lines that just came.
MOST_AMONG = 200
FILTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "all": (N_("All"), ()),
    "inbound": (N_("Inbound"), ("inbound",)),
    "outbound": (N_("Outbound"), ("outbound", "state")),
    "status": (N_("Status"), ("status",)),
    "media": (N_("Media"), ("media",)),
    "consent": (N_("Consent"), ("consent",)),
    "quarantine": (N_("Quarantined"), ("quarantine",)),
}


@dataclass(frozen=True)
class FeedView:
    """One page of lines as it was asked for; `more` is the next page's query, '' at the end.

    `within` says that they are what a frame left out, and end where it ended. `since` is the day that a search looked
    back to, where it left older events.
    """

    kind: str
    query: str
    chips: list[tuple[str, str, int, str]]
    lines: list[LineView]
    more: str
    kinds: str
    within: bool
    since: str


@dataclass(frozen=True)
class HourView:
    """The last hour: events a minute, oldest first, as (inbound, others); totals; the tallest minute."""

    minutes: list[tuple[int, int]]
    inbound: int
    others: int
    tallest: int


@blueprint.get("/feed")
def page() -> str:
    """The page."""
    who = allowed("feed.read")

    def read(session: Session) -> str:
        hour = _hour(session, who)
        return render_template("feed/page.html", feed=_feed(session, who, hour), hour=_bars(hour))

    return services().database.read(read)


@blueprint.get("/feed/more")
def more() -> str:
    """The lines that follow."""
    who = allowed("feed.read")
    return services().database.read(lambda session: render_template("feed/_more.html", feed=_feed(session, who, [])))


@blueprint.get("/feed/found")
def found() -> str:
    """Of the lines that just came, numbered in `among`, those that fit the search; without numbers the newest."""
    who = allowed("feed.read")
    return services().database.read(lambda session: render_template("feed/_found.html", feed=_feed(session, who, [])))


@blueprint.get("/feed/hour")
def hour() -> str:
    """The last hour's chart and counts as they are now."""
    who = allowed("feed.read")
    return services().database.read(lambda session: render_template("feed/_hour.html", hour=_bars(_hour(session, who))))


@blueprint.get("/feed/<int:event>")
def line(event: int) -> str:
    """The details of one feed line, and the raw form for those who may read the journal."""
    who = allowed("feed.read")

    opened: list[int] = []

    def read(session: Session) -> str:
        found = feed_lines.one(session, who.account_sid, event) or abort(404)
        raw = ""
        if found.event.journal_id and may(who, "journal.read"):
            row = journal.get(session, who.account_sid, found.event.journal_id)
            opened.append(found.event.journal_id)
            raw = "\n".join(f"{name}={value}" for name, value in journal.pairs_of(row)) if row else ""
        detail = json.dumps(found.event.detail, ensure_ascii=False, indent=1) if found.event.detail else ""
        return render_template("feed/_detail.html", line=line_view(found), found=found, raw=raw, detail=detail)

    shown = services().database.read(read)
    for number in opened:
        bodies.note_opened(services().database, who, "journal", number)
    return shown


def _feed(session: Session, who: Actor, hour: list[tuple[datetime, str]]) -> FeedView:
    kind = request.args.get("kind", "all")
    kind = kind if kind in FILTERS else "all"
    query = seen(" ".join(request.args.get("q", "").split())[:LONGEST_QUERY])
    wanted = FeedFilter(FILTERS[kind][1], query, *_range(), _among())
    found = feed_pages.page(session, who.account_sid, wanted, PAGE + 1)
    asked = {"kind": kind, "q": query, **({"since": wanted.since} if wanted.since else {})}
    last = found.lines[PAGE - 1].event.id if len(found.lines) > PAGE else found.end
    return FeedView(
        kind=kind,
        query=query,
        chips=_chips(hour, query),
        lines=[line_view(one) for one in found.lines[:PAGE]],
        more=urlencode({**asked, "before": last}) if last else "",
        kinds=" ".join(FILTERS[kind][1]),
        within=wanted.since is not None,
        since=day_and_time(found.since) if found.since else "",
    )


def _range() -> tuple[int | None, int | None]:
    """The numbers that the lines lie between."""
    return request.args.get("before", type=row_number), request.args.get("since", type=row_number)


def _among() -> tuple[int, ...]:
    numbers = request.args.get("among", "").split(",")[:MOST_AMONG]
    return tuple(int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 19)


def _chips(hour: list[tuple[datetime, str]], query: str) -> list[tuple[str, str, int, str]]:
    """The kinds, with how many lines of each came in the last hour; they keep what is searched for."""
    count = Counter(kind for _at, kind in hour)
    return [
        (
            code,
            _(name),
            sum(count[kind] for kind in kinds) if kinds else len(hour),
            "/feed?" + urlencode({"kind": code, "q": query} if query else {"kind": code}),
        )
        for code, (name, kinds) in FILTERS.items()
    ]


def _hour(session: Session, who: Actor) -> list[tuple[datetime, str]]:
    return feed_lines.times_since(session, who.account_sid, now() - timedelta(hours=1))


def _bars(hour: list[tuple[datetime, str]]) -> HourView:
    at = now()
    inbound, others = Counter[int](), Counter[int]()
    for when, kind in hour:
        minute = 59 - min(59, max(0, int((at - when).total_seconds() // 60)))
        (inbound if kind == "inbound" else others)[minute] += 1
    minutes = [(inbound[minute], others[minute]) for minute in range(60)]
    tallest = max(1, *(one + other for one, other in minutes))
    return HourView(minutes, inbound.total(), others.total(), tallest)
