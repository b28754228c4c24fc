"""Files that a reply takes along, as its composer shows them."""

from __future__ import annotations

from collections.abc import Sequence

from app.store.database import Session
from app.store.media import hosted as hosted_files
from app.web.media.view import FileView, file_view
from app.web.shell.requests import request, row_number

MOST_NAMED = 40


def named(name: str) -> list[int]:
    """The numbers of files that a request names so, in their order."""
    return request.values.getlist(name, type=row_number)[:MOST_NAMED]


def attached(session: Session, account_sid: str, numbers: Sequence[int]) -> list[FileView]:
    """These files in this order; those that are gone are left out."""
    known = hosted_files.files(session, account_sid, set(numbers))
    there = [known[number] for number in numbers if number in known]
    return [file_view(file) for file in there if file.deleted_at is None]
