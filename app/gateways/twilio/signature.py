"""Is a webhook signed by Twilio? The SDK's own check, kept from what makes it raise."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator, get_signature_algorithm

from app.settings import Settings

# Comes with what is signed by a shared key (Twilio's beta), and names the key and the algorithm.
SIGNATURE_SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
_ALGORITHMS = frozenset({HMAC_SHA1, HMAC_SHA256})
_MOST = 200


def secrets_of(settings: Settings, account_sid: str, by_shared_key: bool) -> tuple[str, ...]:
    """What may sign for an account: its shared keys, or its auth tokens, primary first; nothing for an unknown one."""
    if account_sid != settings.twilio_account_sid:
        return ()
    if by_shared_key:
        return tuple(settings.twilio_webhook_shared_keys.replace(",", " ").split())
    return tuple(token for token in (settings.twilio_auth_token, settings.twilio_auth_token_secondary) if token)


def is_signed(
    url: str, pairs: Sequence[tuple[str, str]], signature: str, secrets: Iterable[str], signed_by: str = ""
) -> bool:
    """True when one of the secrets signed `url` with these fields (docs/twilio.md#signatures).

    `signed_by` is the header that comes with a shared key; without it the secrets are auth tokens. An absent, oversized
    or non-ASCII signature is no signature; more than one secret may be valid during rotation.
    """
    algorithm = get_signature_algorithm(signed_by).upper()  # type: ignore[no-untyped-call]
    if not signature or len(signature) > _MOST or not signature.isascii() or algorithm not in _ALGORITHMS:
        return False
    fields = _Fields(pairs)
    return any(
        _agrees(_validator(secret), spelled, fields, signature, algorithm)
        for secret in secrets
        for spelled in _spellings(url)
    )


def _spellings(url: str) -> Iterator[str]:
    """The URL, and where its query has an apostrophe the other ways to spell it: one is sent, and one is signed."""
    path, mark, query = url.partition("?")
    yield from dict.fromkeys((url, path + mark + query.replace("%27", "'"), path + mark + query.replace("'", "%27")))


class _Fields(dict[str, list[str]]):
    """A form in which a name may stand more than once, as the SDK's check asks for it."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in pairs:
            self.setdefault(name, []).append(value)

    def getall(self, name: str) -> list[str]:
        """Every value of the field."""
        return self[name]


def _agrees(validator: RequestValidator, url: str, fields: _Fields, signature: str, algorithm: str) -> bool:
    # The SDK's `validate` signs twice, with the port and without: Twilio is not consistent. Mostly the first agrees.
    computed = str(validator.compute_signature(url, fields, algorithm))  # type: ignore[no-untyped-call]
    if hmac.compare_digest(computed, signature):
        return True
    return bool(validator.validate(url, fields, signature, algorithm))  # type: ignore[no-untyped-call]


@lru_cache(maxsize=100)
def _validator(secret: str) -> RequestValidator:
    return RequestValidator(secret)  # type: ignore[no-untyped-call]
