"""Twilio's REST errors, in Twilio's own shape."""

from __future__ import annotations

from dataclasses import dataclass

MORE_INFO = "https://www.twilio.com/docs/errors/"

MESSAGES = {
    20003: (401, "Authenticate"),
    20009: (409, "Cannot delete this resource before it is complete"),
    20404: (404, "The requested resource {detail} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    21211: (400, "Invalid 'To' Phone Number: {detail}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21609: (400, "The 'StatusCallback' URL {detail} is not a valid URL."),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21620: (400, "Invalid media URL(s)"),
    21654: (400, "ContentSid Required"),
    21655: (400, "The ContentSid is Invalid"),
    21656: (400, "The Content Variables parameter is invalid."),
    21701: (400, "The Messaging Service does not exist."),
    21910: (400, "Invalid From and To pair. From and To should be of the same channel"),
    30400: (400, "Parameters are not valid"),
    30409: (409, "This message cannot be canceled"),
    63007: (400, "Twilio could not find a Channel with the specified From address"),
    63030: (400, "Unsupported parameter for type of channels message"),
    63031: (400, "Channels message cannot have same From and To"),
}

# What a status callback says beside the code of a message that was accepted and failed later.
FAILURES = {
    "12300": "Invalid Content-Type",
    "21610": "Attempt to send to unsubscribed recipient",
    "63013": "Channel policy violation",
    "63016": "Outside messaging window",
    "63018": "Rate limit exceeded for Channel",
    "63019": "Media failed to download",
    "63021": "Channel invalid content error",
    "63024": "Invalid message recipient",
    "63040": "WhatsApp template rejected",
    "63041": "WhatsApp template paused",
    "63042": "WhatsApp template disabled",
}


@dataclass
class TwilioError(Exception):
    """A refusal as Twilio answers it: its code, its HTTP status and its words."""

    code: int
    status: int
    message: str

    def body(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"{MORE_INFO}{self.code}",
            "status": self.status,
        }


def error(code: int, detail: str = "") -> TwilioError:
    """The refusal with this code; KeyError for a code that is not in the table."""
    status, message = MESSAGES[code]
    return TwilioError(code, status, message.format(detail=detail))
