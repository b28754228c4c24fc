"""What a process loads and never uses would be memory for nothing: a test for each process."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

# Migrations, buckets, the other database, and what the Twilio SDK has for everything else that Twilio does.
NOBODYS = ("alembic", "boto3", "botocore", "psycopg", "twilio.rest.api", "twilio.rest.messaging")
UNUSED = {
    "app.application": (*NOBODYS, "apscheduler", "app.worker"),
    "app.worker.process": (*NOBODYS, "flask", "werkzeug", "jinja2", "wtforms", "app.web", "app.commands"),
}
# It opens a SQLite file, and asks a Twilio that nobody answers for.
_RUN = """
import importlib, json, os, sys
from contextlib import suppress
from datetime import UTC, datetime

importlib.import_module(sys.argv[1])
from app.environment import load
from app.gateways.twilio.listed import ListUnavailable
from app.gateways.twilio.outcomes import Outgoing
from app.gateways.twilio.records import TwilioRecords
from app.gateways.twilio.send import TwilioMessages
from app.gateways.twilio.senders import SendersUnavailable, TwilioSenders
from app.store.database import connect
from app.store.feed.notifications import changes_of

settings = load(json.loads(sys.argv[2]), os.devnull)
database = connect(settings.database)
changes_of(database).close()
database.close()
TwilioMessages(settings).create(
    Outgoing("", 1, 1, "whatsapp:+1", "", "", "Hello", (), "", {}, "", "", start_before=float("inf"))
)
with suppress(ListUnavailable):
    TwilioRecords(settings).received_by("whatsapp:+1", datetime.now(UTC))
with suppress(SendersUnavailable):
    TwilioSenders(settings).all()
print(json.dumps(sorted(set(sys.modules) & set(json.loads(sys.argv[3])))))
"""


@pytest.mark.parametrize("process", UNUSED)
def test_a_process_loads_nothing_that_it_never_uses(process: str, environment: dict[str, str]) -> None:
    settings = json.dumps({**environment, "TWILIO_API_BASE_URL": "http://127.0.0.1:1"})
    command = [sys.executable, "-c", _RUN, process, settings, json.dumps(UNUSED[process])]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == []
