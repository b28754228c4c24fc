"""The request that is being answered, with what htmx says of it as `request.htmx`; and how its path names rows."""

from __future__ import annotations

from typing import cast

from flask import request as any_request
from htmx_flask.requests import HtmxAwareRequest

# As `htmx_flask.request`, whose type is lost on the way: to mypy that one is Flask's.
request = cast(HtmxAwareRequest, any_request)
# The largest number a row can have; a larger one is no row's.
ROW = "int(max=9223372036854775807)"
