"""Values that nobody means: as they stand, percent-encoded, in a path, a query or a form; and as headers."""

from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes

# Each by what it is. What is invalid as UTF-8 can be written in percents only.
ODD = {
    "empty": "",
    "blanks": quote(" \t "),
    "NUL": "a%00b",
    "a control character": "a%1b%5b31m%7f",
    "a line break": "x%0D%0ASet-Cookie:%20a=b",
    "a lone surrogate": "%ED%A0%80",
    "invalid UTF-8": "%FF%FE%C0%AF",
    "no percents": "%zz%",
    "ten to the 23rd": str(10**23),
    "just beyond a row": str(2**63),
    "five thousand digits": "9" * 5_000,
    "negative": "-1",
    "digits that are no number": quote("²"),
    "Arabic digits": quote("١٢"),
    "not a number": "NaN",
    "infinite": "1e400",
    "huge": "x" * 20_000,
    "no address": "//[",
    "a host that is none": quote("https://[/file.png"),
    "another's address": quote("https://evil.example:99999/"),
    "marks of direction": quote("\u202egpj.exe\u2066"),
    "JSON": quote('{"a": [null, "\\ud800"]}'),
    "deep JSON": quote("[") * 3_000,
    "a format": quote("%s %(x)s {0} {{ 7*7 }}"),
    "up and away": "..%2F..%2Fetc%2Fpasswd",
    "noncharacters": quote("\uffff\U0010ffff"),
}
# What a database may take in its own way: text that it can't hold or compare, numbers beyond a row's, and lengths.
AT_THE_DATABASE = (
    "NUL",
    "a control character",
    "a lone surrogate",
    "invalid UTF-8",
    "ten to the 23rd",
    "just beyond a row",
    "negative",
    "infinite",
    "huge",
    "deep JSON",
    "noncharacters",
)
# Read by us or by what we stand on. NUL and line breaks are not among their values: gunicorn refuses such a head.
HEADERS = (
    "Accept",
    "Accept-Language",
    "Authorization",
    "Cookie",
    "Host",
    "HX-Boosted",
    "HX-Current-URL",
    "HX-Request",
    "HX-Target",
    "HX-Trigger",
    "I-Twilio-Idempotency-Token",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "Last-Event-ID",
    "Origin",
    "Range",
    "Referer",
    "User-Agent",
    "X-CSRFToken",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Request-Id",
    "X-Switchboard-Background",
    "X-Twilio-Signature",
)
ODD_HEADERS = {what: as_header for what, value in ODD.items() if (as_header := unquote_to_bytes(value)[:4_000])} | {
    "a range": b"bytes=99999999999999999999-1,-0",
    "an octal NUL": b'switchboard_session="\\000"; switchboard_zone="\\000"; switchboard_form="\\377"; =; ;;',
    "a date": b"Mon, 99 Foo 99999 99:99:99 GMT",
    "weights": b"text/html;q=nan, */*;q=-1, ;;;===",
    "addresses": b"1.2.3.4:5, [::1%eth0]:80, unknown, _x, 999.1.1.1",
}
