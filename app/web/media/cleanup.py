"""`/media/cleanup`: what the last run of the clean-up removed, what it kept and why, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.actor import Actor
from app.domain.media.cleanup import clean_up
from app.gateways.media_store import StoreDown
from app.store.media import cleanups
from app.store.tables import MediaCleanup
from app.web.shell.current_user import actor, allowed
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.words.cleanup import KEPT, REMOVED, STARTED_BY
from app.web.words.gettext import _, ngettext

blueprint = Blueprint("media_cleanup", __name__, url_prefix="/media/cleanup")
_RUNS = 10


@dataclass(frozen=True)
class RunView:
    """A run as its page shows it; `missing` are files of ours by number, `missing_theirs` customers'."""

    at: datetime
    ended: datetime | None
    by: str
    removed: list[tuple[str, int]]
    kept: list[tuple[str, int]]
    missing: list[int]
    missing_theirs: list[int]
    missing_count: int
    trouble: str
    total: int


@blueprint.get("")
def page() -> str:
    """The last run, and in short those before."""
    who = allowed("conversation.read")
    return render_template("media/cleanup.html", **_shown(who))


@blueprint.get("/last")
def last() -> str:
    """The runs alone, for a page that is open."""
    return render_template("media/_cleanup.html", **_shown(allowed("conversation.read")))


@blueprint.post("")
def run() -> Response:
    """Run it now."""
    who, held = actor(), services()
    try:
        done = clean_up(held.database, held.media_store, who, held.settings.media_unused_days)
    except StoreDown:
        told = _("The place where files are kept can't be reached. What was removed before stays removed.")
    else:
        removed = done.removed.total() if done else 0
        told = ngettext("%(num)d was removed.", "%(num)d were removed.", removed) if done else _("It runs already.")
    if request.htmx:
        return Response(render_template("media/_cleanup.html", told=told, **_shown(who)), mimetype="text/html")
    flash(told)
    return redirect(url_for("media_cleanup.page"), 303)


def _shown(who: Actor) -> dict[str, object]:
    found = services().database.read(lambda session: cleanups.newest(session, who.account_sid, _RUNS))
    return {"runs": [_view(row) for row in found], "days": services().settings.media_unused_days}


def _view(row: MediaCleanup) -> RunView:
    removed = _counted(row.removed, REMOVED)
    return RunView(
        at=row.started_at,
        ended=row.ended_at,
        by=_(STARTED_BY.get(row.actor_kind, row.actor_kind)),
        removed=removed,
        kept=_counted(row.kept, KEPT),
        missing=list(row.missing.get("sent_file", ())),
        missing_theirs=list(row.missing.get("file", ())),
        missing_count=int(row.missing.get("count", 0)),
        trouble=row.trouble,
        total=sum(count for _word, count in removed),
    )


def _counted(counts: Mapping[str, int], words: Mapping[str, str]) -> list[tuple[str, int]]:
    return [(_(words[name]), counts.get(name, 0)) for name in words]
