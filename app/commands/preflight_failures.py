"""Why a file can't be had at a URL, in a line."""

from __future__ import annotations

FAILURES = {
    "url_invalid": "The file's URL is none.",
    "name_unknown": "The host of the file's URL has no address: {seen}.",
    "address_not_public": "The file's URL leads to an address that isn't public: {seen}.",
    "unreachable": "Nobody answers at the file's URL.",
    "no_tls": "The file's URL has no TLS.",
    "tls_invalid": "The certificate at the file's URL isn't valid: {seen}.",
    "redirected": "The file's URL is redirected ({seen}).",
    "too_slow": "The file did not come within 15 seconds.",
    "cut": "The connection ended before the file was there.",
    "status": "The file's URL is answered with HTTP {seen} instead of 200.",
    "empty": "The file came without a byte.",
    "type_wrong": "The file came as another type: {seen}.",
    "type_not_accepted": "What stands at the file's URL is of a type that WhatsApp doesn't take: {seen}.",
    "extension_wrong": "The file's name does not end as its type asks for: {seen}.",
    "length_wrong": "The file did not come in its length, or came without one: {seen} bytes.",
    "too_large": "The file is too large: {seen} bytes and more.",
    "file_gone": "The file is not there any more.",
}
