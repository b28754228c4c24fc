"""Is a webhook signed by Twilio? The SDK's own check, kept from what makes it raise."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from functools import lru_cache

from twilio.request_validator import RequestValidator

_MOST = 200


def is_signed(url: str, pairs: Sequence[tuple[str, str]], signature: str, tokens: Iterable[str]) -> bool:
    """True when one of the tokens signed `url` with these fields (HMAC-SHA1, Twilio's webhook security page).

    An absent, oversized or non-ASCII signature is no signature; more than one token may be valid during rotation.
    """
    if not signature or len(signature) > _MOST or not signature.isascii():
        return False
    fields = _Fields(pairs)
    return any(_agrees(_validator(token), url, fields, signature) for token in tokens)


class _Fields(dict[str, list[str]]):
    """A form in which a name may stand more than once, as the SDK's check asks for it."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in pairs:
            self.setdefault(name, []).append(value)

    def getall(self, name: str) -> list[str]:
        """Every value of the field."""
        return self[name]


def _agrees(validator: RequestValidator, url: str, fields: _Fields, signature: str) -> bool:
    # The SDK's `validate` signs twice, with the port and without: Twilio is not consistent. Mostly the first agrees.
    computed = str(validator.compute_signature(url, fields))  # type: ignore[no-untyped-call]
    if hmac.compare_digest(computed, signature):
        return True
    return bool(validator.validate(url, fields, signature))  # type: ignore[no-untyped-call]


@lru_cache(maxsize=100)
def _validator(token: str) -> RequestValidator:
    return RequestValidator(token)  # type: ignore[no-untyped-call]
