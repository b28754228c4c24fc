"""A part of a transaction that may be undone alone, for two plain statements, or for none while nothing fails."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlmodel import Session

from app.store.errors import is_the_databases_fault
from app.store.prepared import command

_WITHOUT = "without_savepoints"


class SavepointWanted(BaseException):
    """A part failed in a run without savepoints: nothing of the work is kept, and it has to run again with them.

    No Exception, for the work itself must not take it for one of its own.
    """


def leave_out(session: Session) -> None:
    """Make no savepoints in this run of the work: hardly a part ever fails. Who runs it minds SavepointWanted."""
    session.info[_WITHOUT] = True


@contextlib.contextmanager
def savepoint(session: Session) -> Iterator[None]:
    """Undo what the block did when it raises, and let its error out; the rest of the transaction stands.

    Not `begin_nested`, which numbers each savepoint anew and compiles its statements each time: it took a tenth
    of a webhook's time. Objects that the block loaded are forgotten with what it did. Savepoints may be nested.
    """
    if session.info.get(_WITHOUT):
        try:
            yield
            session.flush()
        except Exception as error:
            if is_the_databases_fault(error):
                raise
            raise SavepointWanted from error
        return
    command(session, "SAVEPOINT part")
    try:
        yield
        session.flush()
    except BaseException:
        session.expunge_all()
        command(session, "ROLLBACK TO SAVEPOINT part")
        command(session, "RELEASE SAVEPOINT part")
        raise
    command(session, "RELEASE SAVEPOINT part")
