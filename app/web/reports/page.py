"""`/reports`: what became of the templates of some days, drawn and as CSV."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from app.domain.clock import now
from app.domain.reports import export, performance
from app.web.reports import view
from app.web.reports.asked import FILTERS, PERIODS, asked
from app.web.shell.current_user import allowed
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.words import reports as words
from app.web.words.times import zone

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


@blueprint.get("")
def page() -> str:
    """The page, for the last 7, 30 or 90 days of the viewer's zone."""
    who, wanted, here = allowed("report.read"), asked(request.args), zone()
    days = performance.days_until(now(), wanted.days, here)
    found = services().database.read(lambda session: performance.lines(session, who, days, here))
    return render_template(
        "reports/page.html",
        view=view.of(found, days, wanted),
        periods=PERIODS,
        filters=FILTERS,
        words=words,
        here=str(here),
    )


@blueprint.post("/export")
def export_csv() -> Response:
    """What the page shows, a line for each day, template, country and sender, as CSV; it is audited."""
    who, wanted, here = allowed("report.export"), asked(request.form), zone()
    days = performance.days_until(now(), wanted.days, here)
    table = export.as_csv(services().database, who, days, here, wanted.wanted)
    # Spreadsheets take it for UTF-8 by its first sign.
    answer = Response("\ufeff" + table, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f"attachment; filename=templates-{days[0]}-{days[-1]}.csv"
    answer.headers["Cache-Control"] = "no-store"
    return answer
