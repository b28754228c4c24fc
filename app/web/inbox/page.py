"""`/`: the inbox."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from app.store.database import Session
from app.web.inbox.first_steps import FirstStepsView, first_steps_view
from app.web.inbox.list import TAB_COOKIE, TAB_NAMES, ListView, asked_filter, asked_key, counts_view, list_view
from app.web.shell.current_user import allowed
from app.web.shell.services import services

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/")
def page() -> Response:
    """The list, and room for a conversation beside it."""
    listed = _asked()
    return _remembering(render_template("inbox/page.html", inbox=listed, thread=None, first_steps=_first_steps(listed)))


@blueprint.get("/inbox/list")
def listing() -> Response:
    """Tabs and rows, for a change of tab or search."""
    return _remembering(render_template("inbox/_list.html", inbox=_asked()))


@blueprint.get("/inbox/more")
def more() -> str:
    """The rows that follow."""
    return render_template("inbox/_more.html", inbox=_asked())


@blueprint.get("/inbox/counts")
def counts() -> str:
    """What the list's tabs, and its words where it is empty, say of counts, as they are now."""
    who = allowed("conversation.read")
    wanted = asked_filter(who)
    found = services().database.read(lambda session: counts_view(session, who.account_sid, wanted))
    return render_template("inbox/_counts.html", inbox=found)


@blueprint.get("/inbox/nothing-open")
def nothing_open() -> str:
    """What stands where no conversation is open: in an empty installation the first steps."""
    return render_template("inbox/_nothing_open.html", first_steps=_first_steps(_asked()))


def _first_steps(listed: ListView) -> FirstStepsView | None:
    if not listed.nobody_yet:
        return None
    held = services()
    return held.database.read(lambda session: first_steps_view(session, held.settings))


def _asked() -> ListView:
    who = allowed("conversation.read")
    wanted, after = asked_filter(who), asked_key()

    def read(session: Session) -> ListView:
        return list_view(session, who.account_sid, wanted, after)

    return services().database.read(read)


def _remembering(body: str) -> Response:
    """The tab comes back with the next page that names none."""
    response = make_response(body)
    tab = request.args.get("tab", "")
    if tab in TAB_NAMES:
        response.set_cookie(TAB_COOKIE, tab, samesite="Lax", httponly=True, secure=request.is_secure)
    return response
