"""The comparison for intake: a FastAPI handler that checks the signature and stores nothing.

Start it with `uvicorn --factory bench.bare:create`; BENCH_AUTH_TOKEN and BENCH_BASE_URL are what is signed with.
"""

from __future__ import annotations

import os

from fastapi import FastAPI, Request, Response
from twilio.request_validator import RequestValidator


def create() -> FastAPI:
    """The application, with one route."""
    app = FastAPI()
    validator = RequestValidator(os.environ["BENCH_AUTH_TOKEN"])  # type: ignore[no-untyped-call]
    url = f"{os.environ['BENCH_BASE_URL']}/twilio/inbound"

    @app.post("/twilio/inbound")
    async def inbound(request: Request) -> Response:
        form = await request.form()
        if not validator.validate(url, form, request.headers.get("X-Twilio-Signature", "")):  # type: ignore[no-untyped-call]
            return Response(status_code=403)
        return Response("<Response></Response>", media_type="text/xml")

    return app
