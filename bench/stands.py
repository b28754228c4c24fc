"""The product's real processes on a fresh database, for the length of one run."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.databases import fresh_database
from bench.load import Outcome, open_loop
from bench.posts import Writer
from harness.processes import Stand

LAST_LINES = 5


def product(engine: str, *programs: str, **settings: str) -> contextlib.AbstractContextManager[Stand]:
    """The product with production's settings, started; when the run fails, the end of each log is shown."""
    return filled_product(engine, lambda _stand: None, *programs, **settings)


@contextlib.contextmanager
def filled_product(engine: str, fill: Callable[[Stand], None], *programs: str, **settings: str) -> Iterator[Stand]:
    """The same, after `fill` was called with the migrated database."""
    with tempfile.TemporaryDirectory(prefix="switchboard-bench-") as name, fresh_database(engine, Path(name)) as url:
        stand = Stand(Path(name), url, **settings)
        try:
            # The account's row is there from the release phase on.
            stand.command("db", "upgrade")
            fill(stand)
            with stand.start(*programs):
                yield stand
        except Exception:
            for log in sorted((Path(name) / "log").glob("*.log")):
                lines = log.read_text(errors="replace").splitlines()
                print(f"{log.name}:", *lines[-LAST_LINES:], sep="\n  ", file=sys.stderr)
            raise


def writer(stand: Stand, contacts: int = 2000) -> Writer:
    """What writes webhooks that this stand accepts."""
    env = stand.env
    return Writer(
        account_sid=env["TWILIO_ACCOUNT_SID"],
        auth_token=env["TWILIO_AUTH_TOKEN"],
        base_url=env["PUBLIC_BASE_URL"],
        sender=env["TWILIO_WHATSAPP_FROM"],
        contacts=contacts,
    )


def webhooks_at(stand: Stand, rate: float, seconds: float) -> Outcome:
    """Customers' messages at fixed times, `rate` a second for so long."""
    posts = writer(stand, 200)
    count = int(rate * seconds)
    return open_loop(int(stand.env["PORT"]), [(number / rate, posts.inbound()) for number in range(count)])
