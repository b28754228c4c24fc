"""The domain's codes as sentences: why something was refused, what became of a file, what a message is."""

from __future__ import annotations

from dataclasses import dataclass

from app.web.words.gettext import _, mark


@dataclass(frozen=True)
class Sentence:
    """What happened, in bold, and then why and what to do."""

    what: str
    todo: str

    @classmethod
    def of(cls, pair: tuple[str, str]) -> Sentence:
        """Both halves in the request's language."""
        return cls(_(pair[0]), _(pair[1]))


_REFUSALS = {
    "address_invalid": (
        mark("This contact's address can't be sent to."),
        mark("Ask them to write from WhatsApp once more; their new message opens a conversation that works."),
    ),
    "suppressed": (
        mark("This contact has opted out, so nothing may be sent."),
        mark("They can come back by writing START."),
    ),
    "window_closed": (
        mark("The reply window is closed."),
        mark("Send an approved template, or wait: the customer's next message opens the window again."),
    ),
    "body_empty": (mark("There is nothing to send."), mark("Write a message first.")),
    "body_too_long": (
        mark("The message is longer than 1,600 characters."),
        mark("Shorten it, or send it as two messages."),
    ),
    "variable_invalid": (
        mark("A variable of the template is empty, or holds a line break, a tab or more than four spaces in a row."),
        mark("Change the variables: each takes one line of text."),
    ),
    "conversation_unknown": (
        mark("This conversation is not there."),
        mark("Start again from the inbox; your text is kept here until you close the page."),
    ),
    "not_to_be_sent_again": (
        mark("This message can't be sent again: it arrived, or is under way."),
        mark("Write a new one where that is what you want."),
    ),
    "earlier_arrived": (
        mark("Not sent: the first one had arrived after all."),
        mark("Send it again only if it is to arrive twice."),
    ),
    "sent_again": (
        mark("Not sent: it was sent anew meanwhile."),
        mark("What became of the new one is shown with it."),
    ),
    "form_stale": (
        mark("This page was not loaded by you, or too long ago."),
        mark("Your text is still here. Send it again now."),
    ),
}
# What somebody typed as the recipient, where there is no contact yet.
_RECIPIENT_REFUSALS = {
    "address_invalid": (
        mark("This is neither a whole number nor a WhatsApp id."),
        mark("Write the number with + and a country code that exists."),
    ),
    "recipient_is_sender": (mark("This is our own sender."), mark("Write the customer's number.")),
    "sender_invalid": (
        mark("There is no sender to write from."),
        mark("Ask an admin to set TWILIO_WHATSAPP_FROM."),
    ),
    "country_unroutable": (
        mark("WhatsApp does not deliver to this country."),
        mark("Reach them another way."),
    ),
}
_UNKNOWN_REFUSAL = (
    mark("A rule stopped this message."),
    mark("Ask an admin; the rule's name is in the message's timeline."),
)

_FILE_FAILURES = {
    "host_not_twilio": (
        mark("Not fetched: the file's address is not Twilio's."),
        mark("Ask the customer to send it again."),
    ),
    "not_there_yet": (
        mark("Twilio never had the file ready."),
        mark("Ask the customer to send it again; if this happens often, tell Twilio's support the message's SID."),
    ),
    "too_large": (mark("The file is larger than 25 MB."), mark("Ask the customer for a smaller one.")),
    "too_slow": (mark("Twilio sent the file too slowly."), mark("Ask the customer to send it again.")),
    "empty": (mark("The file that Twilio sent was empty."), mark("Ask the customer to send it again.")),
    "disk": (
        mark("The file could not be stored here."),
        mark("Tell an admin: the disk or the bucket of MEDIA_STORE refuses to take files."),
    ),
    "http_401": (
        mark("Twilio refused our credentials for this file."),
        mark("Tell an admin: TWILIO_AUTH_TOKEN or the API key is wrong."),
    ),
    "http_403": (
        mark("Twilio refused our credentials for this file."),
        mark("Tell an admin: TWILIO_AUTH_TOKEN or the API key is wrong."),
    ),
    "http_410": (mark("Twilio has deleted the file."), mark("Ask the customer to send it again.")),
}
_NETWORK = (mark("Twilio could not be reached for this file."), mark("Ask the customer to send it again."))
_OTHER_FILE_FAILURE = (mark("The file could not be fetched from Twilio."), mark("Ask the customer to send it again."))

KIND_NAMES = {
    "image": mark("Photo"),
    "audio": mark("Voice note"),
    "video": mark("Video"),
    "document": mark("Document"),
    "sticker": mark("Sticker"),
    "contact_card": mark("Contact card"),
    "location": mark("Location"),
    "button": mark("Button reply"),
    "list_reply": mark("List reply"),
    "interactive": mark("Interactive reply"),
    "flow": mark("Form answer"),
    "template": mark("Template"),
}
KIND_ICONS = {
    "image": "media",
    "audio": "mic",
    "video": "play",
    "document": "file",
    "sticker": "media",
    "contact_card": "user",
    "location": "pin",
    "button": "check",
    "list_reply": "check",
    "interactive": "check",
    "flow": "check",
    "unknown": "info",
}


def refusal(rule: str) -> Sentence:
    """Why the gate refused, and the way out."""
    return Sentence.of(_REFUSALS.get(rule, _UNKNOWN_REFUSAL))


def recipient_refusal(rule: str) -> Sentence:
    """Why nothing may be sent to what somebody typed as the recipient, and the way out."""
    return Sentence.of(_RECIPIENT_REFUSALS[rule]) if rule in _RECIPIENT_REFUSALS else refusal(rule)


def file_failure(reason: str) -> Sentence:
    """Why a customer's file is not here, and what to do."""
    if reason.startswith("network:"):
        return Sentence.of(_NETWORK)
    return Sentence.of(_FILE_FAILURES.get(reason, _OTHER_FILE_FAILURE))


def kind_name(kind: str) -> str:
    """What kind of message it is; '' for plain text."""
    return _(KIND_NAMES[kind]) if kind in KIND_NAMES else ""
