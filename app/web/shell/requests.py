"""The request that is being answered, and what is made of it at the edge: text that can be kept, numbers of rows.

`request.htmx` is what htmx says of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, cast

from flask import Flask
from flask import request as any_request
from htmx_flask.requests import HtmxAwareRequest
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items
from werkzeug.routing import IntegerConverter, PathConverter, UnicodeConverter, ValidationError

from app.domain.storable_text import storable

# As `htmx_flask.request`, whose type is lost on the way: to mypy that one is Flask's.
request = cast(HtmxAwareRequest, any_request)
LARGEST_ROW = 2**63 - 1
# A little more than the file itself, for what stands around it.
_LARGEST_UPLOADS = {
    "consent_import.upload": 51 * 1024 * 1024,
    "new_run.create": 51 * 1024 * 1024,
    "media_upload.upload": 105 * 1024 * 1024,
}


class StorableFields(ImmutableMultiDict[str, Any]):
    """The fields of a query or a form, whose text both databases can keep."""

    def __init__(self, fields: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        pairs = iter_multi_items(cast(Any, fields or ()))
        super().__init__([(storable(name), _kept(value)) for name, value in pairs])


class StorableRequest(HtmxAwareRequest):
    """A request whose fields can be kept. The body as it came, which a signature covers, stays as it is."""

    parameter_storage_class = StorableFields

    @property
    def max_content_length(self) -> int | None:
        """The most that a body may have. Doors that take files are listed: the form is read for its key before them."""
        return _LARGEST_UPLOADS.get(self.endpoint or "") or super().max_content_length

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value


class RowConverter(IntegerConverter):
    """A row's number in a path; one that is too large for any row is no address of ours."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        """The number."""
        return _row_of(value)


class TextConverter(UnicodeConverter):
    """Text in a path; with line breaks, NUL or marks of direction in it, it is no address of ours."""

    def to_python(self, value: str) -> str:
        """The text."""
        return _plain(value)


class LongTextConverter(PathConverter):
    """As TextConverter, with slashes."""

    def to_python(self, value: str) -> str:
        """The text."""
        return _plain(value)


def install(app: Flask) -> None:
    """Read requests so; call it before any blueprint is registered."""
    app.request_class = StorableRequest
    app.url_map.converters.update(int=RowConverter, default=TextConverter, string=TextConverter, path=LongTextConverter)


def row_number(text: str) -> int:
    """For `get(…, type=row_number)`: the number of a row. Raises ValueError for what can't be one."""
    number = _row_of(text)
    if number < 1:
        raise ValueError(text)
    return number


def row_numbers(text: str) -> list[int]:
    """The numbers of rows among what stands between commas."""
    found = []
    for part in text.split(","):
        with suppress(ValueError, ValidationError):
            found.append(row_number(part))
    return found


def _row_of(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ROW))) or int(text) > LARGEST_ROW:
        raise ValidationError
    return int(text)


def _plain(text: str) -> str:
    if not text.isprintable():
        raise ValidationError
    return text


def _kept(value: Any) -> Any:
    return storable(value) if isinstance(value, str) else value
