"""Addresses at which the preflight asks for a file of ours: as those that Twilio gets, but for nobody's message."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from itsdangerous import BadSignature, Signer

_LIVES = timedelta(minutes=2)
_PREFIX = "probe-"


@dataclass(frozen=True)
class ProbeLinks:
    """Makes such addresses and reads them: `base` is PUBLIC_BASE_URL, `key` the installation's secret."""

    base: str
    key: str = field(repr=False)

    def address(self, file_id: int, name: str, at: datetime) -> str:
        """The address of a file; it lives for two minutes."""
        until = int((at + _LIVES).timestamp())
        return f"{self.base}/media/temp/{self._signer().sign(f'{_PREFIX}{file_id}-{until}').decode()}/{name}"

    def file_of(self, token: str, at: datetime) -> int | None:
        """The file that a token of ours names while it lives; None for any other."""
        # Twilio's have none of it, and needn't be unsigned twice.
        if not token.startswith(_PREFIX):
            return None
        try:
            number, until = self._signer().unsign(token.encode()).decode().removeprefix(_PREFIX).split("-")
        except (BadSignature, ValueError):
            return None
        return int(number) if at.timestamp() < int(until) else None

    def _signer(self) -> Signer:
        return Signer(self.key, salt="media-probe", key_derivation="hmac", digest_method=hashlib.sha256)
