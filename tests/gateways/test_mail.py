"""A checkpoint leaves the machine by mail: to a real server, inside TLS, and a refusal is a refusal without secrets."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.consent import checkpoints, seal
from app.environment import SettingsError
from app.gateways.checkpoint_drop import drop_for
from app.gateways.mail import MailServer
from app.settings import Settings
from app.store.database import Database
from app.store.tables import ConsentCheckpoint
from tests.domain.consent.sealing import add_records
from tests.gateways.certificates import certificate
from tests.gateways.smtp_server import SmtpServer
from tests.support.cast import ACCOUNT, only

NOTE = "switchboard/consent/AC1\n3\nroot\n\n— switchboard/consent/AC1 c2ln\n"


def test_the_note_arrives_byte_by_byte_inside_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    server = SmtpServer(made.context)
    with server.listen() as there:
        mail = MailServer(f"smtp://ada%40example.com:se%3Acret@localhost:{there.port}", "console@example.com")
        drop_for("mailto:audit@example.com", mail)("checkpoint-2026-11-27-3.txt", NOTE)
    (raw,) = server.mails
    message = email.message_from_bytes(raw, policy=email.policy.default)
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content().replace("\r\n", "\n")) == (
        "checkpoint-2026-11-27-3.txt",
        NOTE,
    )
    assert (message["From"], message["To"]) == ("console@example.com", "audit@example.com")
    assert message["Subject"] == "Switchboard checkpoint-2026-11-27-3"
    assert server.logins == ["\0ada@example.com\0se:cret"]
    assert [line.split()[0].upper() for line in server.said_in_the_clear] == ["EHLO", "STARTTLS"]


def test_a_server_with_a_certificate_of_nobody_gets_nothing(tmp_path: Path) -> None:
    server = SmtpServer(certificate(tmp_path).context)
    with server.listen() as there, pytest.raises(OSError, match="SSLCertVerificationError"):
        MailServer(f"smtp://ada:secret@localhost:{there.port}", "a@example.com").send("b@example.com", "x", "y", "z")
    assert (server.mails, server.logins) == ([], [])


def test_what_is_refused_is_tried_again(database: Database, make_settings: Callable[..., Settings]) -> None:
    settings, at = make_settings(TWILIO_ACCOUNT_SID=ACCOUNT), datetime(2026, 11, 20, 12, tzinfo=UTC)
    add_records(database, 1)
    seal.seal_new(database, ACCOUNT)
    checkpoints.write_where_due(database, ACCOUNT, checkpoints.signer(settings), at, True)
    server = SmtpServer(refusal="452 secret: no room")
    with server.listen() as there:
        drop = drop_for("mailto:audit@example.com", MailServer(f"smtp://127.0.0.1:{there.port}", "a@example.com"))
        checkpoints.send_due(database, ACCOUNT, drop, at)
        row = only(database, ConsentCheckpoint)
        assert (row.sent_at, row.trouble) == (None, "SMTP 452")
        server.refusal = ""
        checkpoints.send_due(database, ACCOUNT, drop, row.send_at or at)
    row = only(database, ConsentCheckpoint)
    assert (row.sent_at, row.trouble, len(server.mails)) == (row.sent_at, "", 2)
    assert row.sent_at is not None
    assert row.note.splitlines()[2] in server.mails[1].decode()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"CONSENT_CHECKPOINT_TO": "mailto:nobody"}, "CONSENT_CHECKPOINT_TO"),
        ({"CONSENT_CHECKPOINT_TO": "mailto:a@example.com"}, "SMTP_URL and MAIL_FROM"),
        ({"SMTP_URL": "http://mail.example.com"}, "SMTP_URL"),
        ({"MAIL_FROM": "Ada <ada@example.com>\nBcc: x@example.com"}, "MAIL_FROM"),
    ],
)
def test_settings_that_send_nothing_are_refused(
    given: dict[str, str], named: str, make_settings: Callable[..., Settings]
) -> None:
    with pytest.raises(SettingsError, match=named):
        make_settings(**given)
