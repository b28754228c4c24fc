"""`/settings/retention`: what is deleted after its time, and what the last runs did. For admins and auditors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template

from app.domain.clock import now
from app.domain.retention.kinds import SETTINGS, days_of
from app.store.database import Session
from app.store.retention import runs
from app.store.tables import RetentionRun
from app.web.shell.current_user import allowed
from app.web.shell.services import services
from app.web.words.gettext import _
from app.web.words.retention import KEPT_FOR_EVER, KIND_NAMES, days_words, kept_because, took_words

blueprint = Blueprint("retention", __name__, url_prefix="/settings/retention")
_RUNS = 10


@dataclass(frozen=True)
class KindView:
    """One kind: how long it is kept, by which setting, and what the last run deleted and kept of it.

    `count` is None before the first run.
    """

    name: str
    hint: str
    setting: str
    kept_for: str
    count: int | None
    oldest: datetime | None
    kept: list[str]


@dataclass(frozen=True)
class RunView:
    """A run: when, how long, and how many rows it deleted. `ended` is False for one that goes on."""

    at: datetime
    ended: bool
    took: str
    deleted: int


@blueprint.get("")
def page() -> str:
    """How long each kind is kept, and what the last runs did."""
    account_sid = allowed("retention.read").account_sid

    def read(session: Session) -> str:
        done = runs.newest(session, account_sid, _RUNS)
        return render_template(
            "retention/page.html",
            kinds=_kinds_of(done[0] if done else None),
            runs=[_run(run) for run in done],
            for_ever=[(_(name), _(why)) for name, why in KEPT_FOR_EVER],
        )

    return services().database.read(read)


def _kinds_of(run: RetentionRun | None) -> list[KindView]:
    did = run.did if run else {}
    found = []
    for name in SETTINGS:
        told = did.get(name)
        oldest = datetime.fromisoformat(told["oldest"]) if told and told["oldest"] else None
        found.append(_kind(name, told["deleted"] if told else 0 if run else None, oldest, told["kept"] if told else {}))
    return found


def _kind(name: str, count: int | None, oldest: datetime | None, kept: dict[str, int]) -> KindView:
    title, hint = KIND_NAMES[name]
    setting = SETTINGS[name]
    days = days_of(services().settings, name)
    reasons = [kept_because(reason, number) for reason, number in kept.items() if number]
    return KindView(_(title), _(hint), setting.upper(), days_words(days), count, oldest, reasons)


def _run(run: RetentionRun) -> RunView:
    took = (run.ended_at or now()) - run.began_at
    deleted = sum(told["deleted"] for told in run.did.values())
    return RunView(run.began_at, run.ended_at is not None, took_words(took), deleted)
