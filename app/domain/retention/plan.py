"""What a run would delete now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.retention.kinds import SETTINGS, kinds
from app.gateways.media_store import MediaStore
from app.settings import Settings
from app.store.database import Database


@dataclass(frozen=True)
class Planned:
    """What would be deleted of one kind. `oldest` is when the oldest of it was recorded; 0 `days` are for ever."""

    kind: str
    setting: str
    days: int
    count: int = 0
    oldest: datetime | None = None
    kept: Mapping[str, int] | None = None


def plan(database: Database, settings: Settings, store: MediaStore, at: datetime) -> list[Planned]:
    """By kind, how much would be deleted now and how much would stay. It reads all of that, and changes nothing."""
    found = []
    for kind in kinds(database, settings, store):
        before, count, oldest, kept = kind.before(at), 0, None, Counter[str]()
        looked = kind.look(before, None) if before else None
        while before and looked:
            count += len(looked.old)
            oldest = min(filter(None, (oldest, looked.oldest)), default=None)
            kept.update(looked.kept)
            looked = kind.look(before, looked.end) if looked.end is not None else None
        found.append(Planned(kind.name, SETTINGS[kind.name].upper(), kind.days, count, oldest, kept))
    return found
