"""Which report is asked for: so many days, and the filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.reports.performance import Wanted
from app.web.words.reports import UNKNOWN

PERIODS = (7, 30, 90)
FILTERS = ("template", "language", "country", "sender")
_LONGEST = 500


@dataclass(frozen=True)
class Asked:
    """The days, and the filters that are set, as they stand in an address."""

    days: int
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def wanted(self) -> Wanted:
        """The lines that it means."""
        return Wanted(**{name: "" if value == UNKNOWN else value for name, value in self.filters.items()})

    def fields(self, **changed: str | int) -> dict[str, str | int]:
        """The fields of its address, some of them changed."""
        return {"days": self.days, **self.filters, **changed}


def asked(fields: Mapping[str, str]) -> Asked:
    """What these fields ask for; what is no period of ours is the shortest."""
    days = fields.get("days", "")
    filters = {name: fields.get(name, "")[:_LONGEST] for name in FILTERS}
    period = int(days) if days in {str(period) for period in PERIODS} else PERIODS[0]
    return Asked(period, {name: value for name, value in filters.items() if value})
