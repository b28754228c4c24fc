"""Mail by SMTP, to the server that SMTP_URL names."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import SplitResult, unquote, urlsplit

SECONDS = 20
_SCHEMES = {"smtp": 587, "smtps": 465}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class MailServer:
    """The server that takes mail, and whom it comes from.

    `smtps` is TLS from the first byte, `smtp` begins in the clear and changes to TLS before anything is said; only a
    server of this machine may do without.
    """

    url: str
    sender: str

    def send(self, recipient: str, subject: str, text: str, attachment: str) -> None:
        """Hand one mail over, its text as a file of this name too. Raises OSError when it is not taken."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, recipient, subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self.sender.rpartition("@")[2])
        message.set_content(text)
        charset = {"charset": "utf-8"}
        message.add_attachment(text.encode(), maintype="text", subtype="plain", filename=attachment, params=charset)
        try:
            self._hand_over(urlsplit(self.url), message)
        except smtplib.SMTPResponseException as error:
            # Its words may hold the login.
            raise OSError(f"SMTP {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise OSError(type(error).__name__) from None

    def _hand_over(self, server: SplitResult, message: EmailMessage) -> None:
        host, port, secured = (
            server.hostname or "",
            server.port or _SCHEMES[server.scheme],
            ssl.create_default_context(),
        )
        with (
            smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=secured)
            if server.scheme == "smtps"
            else smtplib.SMTP(host, port, timeout=SECONDS)
        ) as connection:
            connection.ehlo()
            if server.scheme == "smtp" and (connection.has_extn("starttls") or host not in _LOOPBACK):
                connection.starttls(context=secured)
            if server.username:
                connection.login(unquote(server.username), unquote(server.password or ""))
            connection.send_message(message)
