"""A run as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import phonenumbers

from app.domain.clock import now
from app.domain.contacts import fields
from app.domain.runs import daily_limit, prices, report
from app.domain.runs.daily_limit import Places
from app.domain.runs.prices import Cost
from app.domain.runs.report import Standing
from app.domain.runs.variable_columns import CONTACT_FIELDS, Filling, ListColumns
from app.domain.templates import rendering, types
from app.domain.templates.rendering import Rendered
from app.store.database import Session
from app.store.runs import recipients, rows
from app.store.tables import RunRecipient, Template, TemplateRun
from app.store.templates import rows as templates
from app.template_words import OWN_FIELD
from app.web.words.variable_fields import FIELD_NAMES

_FIRST = 5
_NOT_OVER = ("planned", "scheduled", "running", "paused")
WORKING = ("staging", "planning", "scheduled", "running")


@dataclass(frozen=True)
class Preview:
    """A line and what its person would get."""

    recipient: RunRecipient
    rendered: Rendered


@dataclass(frozen=True)
class Shown:
    """A run, its template, its first lines, and how it stands."""

    run: TemplateRun
    template: Template | None
    columns: ListColumns
    variables: tuple[str, ...]
    standing: Standing
    cost: Cost
    currency: str
    priced: bool
    places: Places | None
    first: Sequence[RunRecipient] = ()
    previews: Sequence[Preview] = ()
    countries: Sequence[str] = field(default_factory=lambda: sorted(phonenumbers.SUPPORTED_REGIONS))
    contact_fields: Sequence[tuple[str, str]] = tuple((name, FIELD_NAMES[name]) for name in CONTACT_FIELDS)
    known_fields: Sequence[str] = ()

    def own_fields(self, filling: Filling | None) -> list[str]:
        """The names of people's own fields to choose from, with the one that is chosen."""
        chosen = filling.contact if filling else ""
        more = {chosen.removeprefix(OWN_FIELD)} if chosen.startswith(OWN_FIELD) else set[str]()
        return sorted({*self.known_fields, *more})

    @property
    def working(self) -> bool:
        """Whether it changes by itself."""
        return self.run.state in WORKING

    @property
    def text(self) -> str:
        """The template's text, with its variables as people write them."""
        return str(types.plain(self.template.body)) if self.template else ""

    @property
    def amount(self) -> str:
        """What it costs, with the two decimals of money, and two more where a message costs less than a cent."""
        exact = f"{self.cost.amount:.4f}"
        return exact[:-2] if exact.endswith("00") else exact.rstrip("0")

    @property
    def share(self) -> int:
        """How far planning or sending is, in percent."""
        if self.run.state == "planning":
            return 100 * self.run.done // self.run.lines if self.run.lines else 0
        return self.standing.share


def of(session: Session, account_sid: str, number: int) -> Shown | None:
    """The account's run; None where there is none."""
    run = rows.get(session, account_sid, number)
    if run is None:
        return None
    template = templates.by_sid(session, account_sid, run.content_sid)
    chooses = run.state in ("staged", "planned")
    first = recipients.lines(session, account_sid, number, 0, _FIRST) if chooses else []
    planned = recipients.next_planned(session, account_sid, number, run.created_at, 3) if run.state == "planned" else []
    return Shown(
        run=run,
        template=template,
        columns=ListColumns.of(run.mapping),
        variables=rendering.needed(template.content_types) if template else (),
        standing=report.standing(session, account_sid, number),
        cost=report.estimate(session, run),
        currency=prices.in_force().currency,
        priced=bool(prices.in_force().by_category),
        places=daily_limit.places(session, account_sid, now()) if run.state in _NOT_OVER else None,
        first=first,
        known_fields=fields.offered(session, account_sid) if chooses else (),
        previews=[_preview(one, template) for one in planned if template is not None],
    )


def _preview(one: RunRecipient, template: Template) -> Preview:
    values = {name: str(value) for name, value in one.variables.items()}
    return Preview(one, rendering.render(template.content_types, values))
