"""The words of files; part of the vocabulary."""

from __future__ import annotations

from typing import Literal, get_args

# What a file of ours is listed under, what a grant to fetch one is for, and how a grant stood when it was asked for.
HOSTED_KINDS = ("image", "audio", "video", "document", "contact")
GRANT_PURPOSES = ("message", "link", "sample")
GrantStanding = Literal["live", "expired", "revoked", "deleted", "missing", "unavailable"]
GRANT_STANDINGS: tuple[str, ...] = get_args(GrantStanding)

# Why Twilio got no file of ours, as far as the file and the receipts of its fetches tell.
FetchCause = Literal[
    "never_fetched", "expired", "wrong_type", "too_large", "empty", "answered_error", "not_whole", "refused_after"
]
FETCH_CAUSES: tuple[str, ...] = get_args(FetchCause)

# What the preflight finds wrong with a file that a message is to take along, before Twilio would.
PREFLIGHT_FAILURES = (
    "url_invalid",
    "name_unknown",
    "address_not_public",
    "unreachable",
    "no_tls",
    "tls_invalid",
    "redirected",
    "too_slow",
    "cut",
    "status",
    "empty",
    "type_wrong",
    "type_not_accepted",
    "extension_wrong",
    "length_wrong",
    "too_large",
    "file_gone",
)
PREFLIGHT_WARNINGS = ("", "head_refused")

FILE_STATES = ("wanted", "fetched", "failed", "deleted")
# Why a file of ours can't be sent, asked before anything is queued.
FILE_REFUSALS = (
    "file_empty",
    "file_type_not_accepted",
    "file_codec_not_accepted",
    "file_too_large",
    "file_too_many_pixels",
)
