"""Twilio's resources as it writes them, through the part of its SDK that all of the SDK's own classes stand on.

The class for messages comes with those for all else in the same API: 82 modules that nothing here asks for, 6 MB.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from twilio.base.domain import Domain
from twilio.base.page import Page
from twilio.base.version import Version
from twilio.rest import Client

_JSON = {"Accept": "application/json"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded", **_JSON}


class Resources:
    """One API of Twilio's in one version. Raises whatever the SDK raises, of answers that it can't read too."""

    def __init__(self, client: Client, host: str, version: str) -> None:
        self._version = Version(Domain(client, host), version)

    def create(self, path: str, form: Mapping[str, Any]) -> Any:
        """Make one."""
        return self._version.create("POST", path, data=dict(form), headers=dict(_FORM))

    def fetch(self, path: str) -> Any:
        """The one at this path."""
        return self._version.fetch("GET", path, headers=dict(_JSON))

    def stream(self, path: str, params: Mapping[str, Any], most: int | None = None) -> Iterator[Any]:
        """One after the other, page after page, `most` at most."""
        first = self._version.page("GET", path, params=dict(params), headers=dict(_FORM))
        return self._version.stream(_Page(self._version, first), most)


class _Page(Page):
    def get_instance(self, payload: dict[str, Any]) -> Any:
        """The row as it came."""
        return payload


class Messages(Resources):
    """The account's messages."""

    def __init__(self, client: Client) -> None:
        super().__init__(client, "https://api.twilio.com", "2010-04-01")
        self.path = f"/Accounts/{client.account_sid}/Messages"
