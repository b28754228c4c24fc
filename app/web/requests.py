"""The request that is being answered, with what htmx says of it as `request.htmx`."""

from __future__ import annotations

from typing import cast

from flask import request as any_request
from htmx_flask.requests import HtmxAwareRequest

# As `htmx_flask.request`, whose type is lost on the way: to mypy that one is Flask's.
request = cast(HtmxAwareRequest, any_request)
