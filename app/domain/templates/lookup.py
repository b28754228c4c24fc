"""Look templates up while a decision is made, each once."""

from __future__ import annotations

from app.store.database import Session
from app.store.tables import Template
from app.store.templates import rows


class Lookup:
    """The account's templates by content SID, within one transaction."""

    def __init__(self, session: Session, account_sid: str) -> None:
        self._session = session
        self._account_sid = account_sid
        self._found: dict[str, Template | None] = {}
        self._listed: bool | None = None

    def find(self, sid: str) -> Template | None:
        """The template with this SID; None where there is none."""
        if sid not in self._found:
            self._found[sid] = rows.by_sid(self._session, self._account_sid, sid)
        return self._found[sid]

    @property
    def listed(self) -> bool:
        """Whether the account's templates were ever read to their end, so that one that isn't here isn't there."""
        if self._listed is None:
            self._listed = rows.listed_at(self._session, self._account_sid) is not None
        return self._listed
