"""What became of a customer's file that isn't here, as sentences."""

from __future__ import annotations

from app.web.words.gettext import N_
from app.web.words.refusals import Sentence

_FILE_FAILURES = {
    "host_not_twilio": (
        N_("Not fetched: the file's address is not Twilio's."),
        N_("Ask the customer to send it again."),
    ),
    "path_not_media": (
        N_("Not fetched: the file's address is none of your account's files."),
        N_("Ask the customer to send it again."),
    ),
    "not_there_yet": (
        N_("Twilio never had the file ready."),
        N_("Ask the customer to send it again; if this happens often, tell Twilio's support the message's SID."),
    ),
    "too_large": (N_("The file is larger than 25 MB."), N_("Ask the customer for a smaller one.")),
    "too_slow": (N_("Twilio sent the file too slowly."), N_("Ask the customer to send it again.")),
    "empty": (N_("The file that Twilio sent was empty."), N_("Ask the customer to send it again.")),
    "disk": (
        N_("The file could not be stored here."),
        N_("Tell an admin: the disk or the bucket of MEDIA_STORE refuses to take files."),
    ),
    "http_401": (
        N_("Twilio refused our credentials for this file."),
        N_("Tell an admin: TWILIO_AUTH_TOKEN or the API key is wrong."),
    ),
    "http_403": (
        N_("Twilio refused our credentials for this file."),
        N_("Tell an admin: TWILIO_AUTH_TOKEN or the API key is wrong."),
    ),
    "http_408": (
        N_("Twilio took too long over this file."),
        N_("Try again; if it stays so, ask the customer to send it again."),
    ),
    "redirect_not_understood": (
        N_("Twilio sent us on to an address that is not known as its own."),
        N_("Try again, and tell an admin: a newer version may know it."),
    ),
    "too_many_redirects": (
        N_("Twilio sent us on from address to address."),
        N_("Try again; if it stays so, tell Twilio's support the message's SID."),
    ),
    "interrupted": (
        N_("Fetching this file was cut off again and again."),
        N_("Tell an admin, whose log says why. Then try again."),
    ),
    "deleted_here": (
        N_("Somebody here deleted the file."),
        N_("Upload it again to use it anew."),
    ),
    "deleted": (N_("The file was deleted after its time."), N_("MEDIA_DAYS says how long files are kept.")),
    "http_410": (N_("Twilio has deleted the file."), N_("Ask the customer to send it again.")),
}
_NETWORK = (N_("Twilio could not be reached for this file."), N_("Ask the customer to send it again."))
_OTHER_FILE_FAILURE = (N_("The file could not be fetched from Twilio."), N_("Ask the customer to send it again."))


def file_failure(reason: str) -> Sentence:
    """Why a customer's file is not here, and what to do."""
    if reason.startswith("network:"):
        return Sentence.of(_NETWORK)
    return Sentence.of(_FILE_FAILURES.get(reason, _OTHER_FILE_FAILURE))
