"""The domain's codes as sentences: why something was refused, and what a message is."""

from __future__ import annotations

from dataclasses import dataclass

from app.web.words.gettext import N_, _
from app.web.words.template_refusals import TEMPLATE_REFUSALS


@dataclass(frozen=True)
class Sentence:
    """A refusal in words: what happened, in bold, and then why and what to do."""

    what: str
    todo: str

    @classmethod
    def of(cls, pair: tuple[str, str]) -> Sentence:
        """Both halves in the request's language."""
        return cls(_(pair[0]), _(pair[1]))


_REFUSALS = {
    "address_invalid": (
        N_("This contact's address can't be sent to."),
        N_("Ask them to write from WhatsApp once more; their new message opens a conversation that works."),
    ),
    "sender_invalid": (
        N_("There is no sender to write from."),
        N_("Ask an admin to set TWILIO_WHATSAPP_FROM."),
    ),
    "recipient_is_sender": (N_("This contact's address is our own sender."), N_("Write to the customer's number.")),
    "country_unroutable": (
        N_("WhatsApp does not deliver to this contact's country."),
        N_("Reach them another way."),
    ),
    "blocked_at_twilio": (
        N_("This contact stopped our messages at Twilio or in WhatsApp, which hold them back too."),
        N_("Only they can end it, by writing START."),
    ),
    "suppressed": (
        N_("This contact has opted out, so nothing may be sent."),
        N_("They can come back by writing START."),
    ),
    "consent_missing": (
        N_("There is no opt-in for such messages, as the rules of this contact's country ask for it."),
        N_("Record their opt-in for this purpose, with how they gave it. Their next message may be answered too."),
    ),
    "consent_stale": (
        N_("This contact's opt-in is too old, or was not used for too long."),
        N_("Ask them anew, and record it as renewed."),
    ),
    "quiet_hours": (
        N_("It is a quiet hour where this contact is."),
        N_("Send it in their daytime. An answer to a message of theirs may go at any hour."),
    ),
    "marketing_not_delivered": (
        N_("WhatsApp delivers no marketing templates to this contact's country."),
        N_("Send a service template, or reach them another way."),
    ),
    "window_closed": (
        N_("The reply window is closed."),
        N_("Send an approved template, or wait: the customer's next message opens the window again."),
    ),
    **TEMPLATE_REFUSALS,
    "body_empty": (N_("There is nothing to send."), N_("Write a message first.")),
    "body_too_long": (
        N_("The message is longer than 1,600 characters."),
        N_("Shorten it, or send it as two messages."),
    ),
    "variable_invalid": (
        N_("A variable of the template is empty, or holds a line break, a tab or more than four spaces in a row."),
        N_("Change the variables: each takes one line of text."),
    ),
    "template_not_alone": (
        N_("A template goes alone: Twilio refuses a text or a file beside it."),
        N_("Leave them out. What is to change belongs into the template's variables."),
    ),
    "too_many_files": (
        N_("WhatsApp takes one file in a message; Twilio would drop the others without a word."),
        N_("Send each file in a message of its own."),
    ),
    "conversation_unknown": (
        N_("This conversation is not there."),
        N_("Start again from the inbox; your text is kept here until you close the page."),
    ),
    "text_deleted": (N_("Its text was deleted after its time."), N_("Write a new message.")),
    "not_to_be_sent_again": (
        N_("This message can't be sent again: it arrived, or is under way."),
        N_("Write a new one where that is what you want."),
    ),
    "earlier_arrived": (
        N_("Not sent: the first one had arrived after all."),
        N_("Send it again only if it is to arrive twice."),
    ),
    "sent_again": (
        N_("Not sent: it was sent anew meanwhile."),
        N_("What became of the new one is shown with it."),
    ),
    "window_open": (
        N_("They have written meanwhile: the reply window is open again."),
        N_("Your text is still here. Read what they wrote, and send it now if it still fits."),
    ),
    "reply_kept_already": (
        N_("Another reply waits for their answer already."),
        N_("Only one can wait. Replace it with this text, or leave it as it is."),
    ),
    "file_gone": (
        N_("A file is not here any more: somebody deleted it."),
        N_("Take it out, and attach another. Your text is still here."),
    ),
    "too_many_at_once": (
        N_("These are more than 10 files."),
        N_("Send ten now and the others after them. Your text is still here."),
    ),
    "undone": (N_("Cancelled before it left."), N_("Somebody here took it back; the customer never got it.")),
    "called_off": (
        N_("Cancelled: it was not sent."),
        N_("It waited, and somebody here called it off."),
    ),
    "erased": (N_("Not sent: the person was erased."), N_("There is nothing left to send.")),
    "run_stopped": (
        N_("Cancelled: it was not sent."),
        N_("The run that it belongs to was stopped before its turn came."),
    ),
    "replaced": (N_("Not sent: another reply was kept in its place."), N_("The newer one goes out when they answer.")),
    "template_changed": (
        N_("The template was changed since you looked at it."),
        N_("Look at it as it is now, and send it again if it still fits."),
    ),
    "form_stale": (
        N_("This page was not loaded by you, or too long ago."),
        N_("Your text is still here. Send it again now."),
    ),
}
# What somebody typed as the recipient, where there is no contact yet.
_RECIPIENT_REFUSALS = {
    "address_invalid": (
        N_("This is neither a whole number nor a WhatsApp id."),
        N_("Write the number with + and a country code that exists."),
    ),
    "recipient_is_sender": (N_("This is our own sender."), N_("Write the customer's number.")),
    "sender_invalid": (
        N_("There is no sender to write from."),
        N_("Ask an admin to set TWILIO_WHATSAPP_FROM."),
    ),
    "country_unroutable": (
        N_("WhatsApp does not deliver to this country."),
        N_("Reach them another way."),
    ),
}
_UNKNOWN_REFUSAL = (
    N_("A rule stopped this message."),
    N_("Ask an admin; the rule's name is in the message's timeline."),
)

KIND_NAMES = {
    "erased": N_("Erased"),
    "image": N_("Photo"),
    "audio": N_("Voice note"),
    "video": N_("Video"),
    "document": N_("Document"),
    "sticker": N_("Sticker"),
    "contact_card": N_("Contact card"),
    "location": N_("Location"),
    "button": N_("Button reply"),
    "list_reply": N_("List reply"),
    "interactive": N_("Interactive reply"),
    "flow": N_("Form answer"),
    "template": N_("Template"),
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


def kind_name(kind: str) -> str:
    """The name of a message's kind; '' for plain text."""
    return _(KIND_NAMES[kind]) if kind in KIND_NAMES else ""
