"""The page's numbers: totals, days, and a table for each thing that templates are told apart by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.reports import performance
from app.domain.reports.performance import Counts, Line
from app.web.reports.asked import FILTERS, Asked
from app.web.reports.days_chart import DaysChart, days_chart
from app.web.words import reports as words


@dataclass(frozen=True)
class Row:
    """What one template, language, country or sender came to; `value` is it in an address."""

    value: str
    label: str
    counts: Counts


@dataclass(frozen=True)
class ReportView:
    """The page. `tables` and `choices` go by the names of the filters; `chart` is None when nothing was sent."""

    asked: Asked
    total: Counts
    days: Sequence[tuple[date, Counts]]
    chart: DaysChart | None
    tables: dict[str, list[Row]]
    choices: dict[str, list[tuple[str, str]]]

    @property
    def empty(self) -> bool:
        """Whether nothing was sent and nothing failed."""
        return self.total == Counts()


def of(lines: Sequence[Line], days: Sequence[date], asked: Asked) -> ReportView:
    """The report that is asked for, of all lines of its days."""
    wanted = [line for line in lines if asked.wanted.fits(line)]
    by_day = performance.by_day(wanted, days)
    total = performance.total(wanted)
    return ReportView(
        asked=asked,
        total=total,
        days=by_day,
        chart=days_chart(by_day) if total.sent else None,
        tables={name: _rows(wanted, name) for name in FILTERS},
        choices={name: _choices(lines, name, asked) for name in FILTERS},
    )


def _rows(lines: Sequence[Line], name: str) -> list[Row]:
    found = performance.by(lines, lambda line: str(getattr(line, name)))
    return [Row(value or words.UNKNOWN, words.label(name, value), counts) for value, counts in found]


def _choices(lines: Sequence[Line], name: str, asked: Asked) -> list[tuple[str, str]]:
    chosen = asked.filters.get(name)
    values = {getattr(line, name) or words.UNKNOWN for line in lines} | ({chosen} if chosen else set())
    found = [(value, words.label(name, "" if value == words.UNKNOWN else value)) for value in values]
    return sorted(found, key=lambda one: (one[0] == words.UNKNOWN, one[1].casefold()))
