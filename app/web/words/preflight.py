"""Why a message is held because of its file, and what to change, as sentences."""

from __future__ import annotations

from app.web.words.gettext import N_, _
from app.web.words.refusals import Sentence

_PROXY = N_("Look at the proxy in front of this installation: it must hand on answers as they are.")
_BASE = N_("Check PUBLIC_BASE_URL, and that it leads here from the internet.")
# A failure of the preflight; `%(seen)s` is what came instead.
PREFLIGHT = {
    "url_invalid": (N_("The file's URL is none."), N_("Write it anew, beginning with https://.")),
    "name_unknown": (N_("The host of the file's URL has no address: %(seen)s."), _BASE),
    "address_not_public": (
        N_("The file's URL leads to an address that isn't public: %(seen)s."),
        N_("Twilio can't reach it. Upload the file here instead."),
    ),
    "unreachable": (N_("Nobody answers at the file's URL."), _BASE),
    "no_tls": (N_("The file's URL has no TLS."), N_("Use an https:// URL, or upload the file here.")),
    "tls_invalid": (
        N_("The certificate at the file's URL isn't valid: %(seen)s."),
        N_("Renew it, with all intermediate certificates, for the name in the URL."),
    ),
    "redirected": (
        N_("The file's URL is redirected (%(seen)s)."),
        N_("Set PUBLIC_BASE_URL to where it leads: the same scheme, host and path."),
    ),
    "too_slow": (
        N_("The file did not come within 15 seconds."),
        N_("Twilio gives up after 30. Look at the proxy, and at this machine's load and upload speed."),
    ),
    "cut": (N_("The connection ended before the file was there."), _PROXY),
    "status": (
        N_("The file's URL is answered with HTTP %(seen)s instead of 200."),
        N_("Check PUBLIC_BASE_URL, the proxy, and whether the media store answers."),
    ),
    "empty": (N_("The file came without a byte."), _PROXY),
    "type_wrong": (N_("The file came as another type: %(seen)s."), _PROXY),
    "type_not_accepted": (
        N_("What stands at the file's URL is of a type that WhatsApp doesn't take: %(seen)s."),
        N_("Often it is a page that asks for a login. Upload the file here instead."),
    ),
    "extension_wrong": (
        N_("The file's name does not end as its type asks for: %(seen)s."),
        N_("Upload it again, and send that."),
    ),
    "length_wrong": (
        N_("The file did not come in its length, or came without one: %(seen)s bytes."),
        N_("Let the proxy neither compress nor change files at /media/temp."),
    ),
    "too_large": (N_("The file is too large: %(seen)s bytes and more."), N_("Send a smaller one.")),
    "file_gone": (N_("The file is not there any more."), N_("Call this message off, and send the file anew.")),
}
# What helps where the file is on somebody else's server, whom no setting and no proxy of ours concerns.
_SPELLING = N_("Check how the URL is written, or upload the file here and send that.")
_LOGIN = N_(
    "Check that it opens without a login, in a private window of a browser; or upload the file here and send that."
)
_THEIR_SERVER = N_("Ask whoever runs that server, or upload the file here and send that.")
THEIRS = {
    "url_invalid": _SPELLING,
    "name_unknown": _SPELLING,
    "unreachable": _THEIR_SERVER,
    "tls_invalid": _THEIR_SERVER,
    "redirected": N_("Give the URL that it leads to in the end, or upload the file here and send that."),
    "too_slow": N_("Twilio gives up after 30. Upload the file here and send that."),
    "cut": _THEIR_SERVER,
    "status": _LOGIN,
    "empty": _LOGIN,
    "length_wrong": _THEIR_SERVER,
}
_NOT_FETCHED = N_(
    "Twilio asked for the file at %(host)s, which isn't this installation, and did not get it. Check that its URL "
    "opens without a login, and that WhatsApp takes its type and size; or re-host and resend: that brings it here."
)

WARNINGS = {
    "head_refused": (
        N_("The host of its file answers GET, but refuses HEAD."),
        N_(
            "Should WhatsApp refuse it, “Re-host and resend” brings it here and sends that. "
            "With MEDIA_URLS=rehost such files are brought here first."
        ),
    ),
}


def preflight_warning(warning: str) -> Sentence:
    """What the preflight warns of, and what helps."""
    what, todo = WARNINGS[warning]
    return Sentence(_(what), _(todo))


def theirs_failure(failure: str, seen: str) -> Sentence:
    """Why a file could not be brought here from somebody else's URL, and what helps."""
    what, _todo = PREFLIGHT[failure]
    return Sentence(_(what, seen=seen), _("Nothing was sent. Upload the file here, and send that."))


def preflight_failure(failure: str, seen: str, *, theirs: bool) -> Sentence:
    """What the preflight found, and what to change: here, or with `theirs` on somebody else's server."""
    what, todo = PREFLIGHT[failure]
    return Sentence(_(what, seen=seen), _(THEIRS.get(failure, todo) if theirs else todo))


def not_fetched_from(host: str) -> str:
    """Why Twilio got no file from somebody else's server, and what to do."""
    return _(_NOT_FETCHED, host=host)
