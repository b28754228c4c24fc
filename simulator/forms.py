"""Webhook forms in the shape Twilio posts them, made without any server.

`inbound` and `status` return plain dicts of strings; `signing.signed_headers` makes them genuine. Field names
and shapes follow Twilio's "Receive WhatsApp messages" and "Track the status of messages" pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from simulator import sids

API_VERSION = "2010-04-01"
CHANNEL_INSTALL_SID = "XEc3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3"
KIND_OF_MEDIA = {"image": "image", "audio": "audio", "video": "video"}


@dataclass(frozen=True)
class Line:
    """Between whom a form travels: the account, the team's sender and, where one is used, the Messaging
    Service.
    """

    account_sid: str
    sender: str
    messaging_service_sid: str = ""


@dataclass(frozen=True)
class Inbound:
    """What a customer wrote; everything but `sender` may be left at its default.

    `media` holds pairs of URL and Content-Type. `extra` is laid over the finished form, and so can add a
    field nobody has heard of yet, or change any other.
    """

    sender: str
    body: str = ""
    profile_name: str = ""
    kind: str = ""
    media: tuple[tuple[str, str], ...] = ()
    button: Mapping[str, str] | None = None
    list_choice: Mapping[str, str] | None = None
    location: Mapping[str, str] | None = None
    referral: Mapping[str, str] | None = None
    reply_to: str = ""
    forwarded: bool = False
    opt_out_type: str = ""
    external_user_id: str = ""
    sid: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


def inbound(line: Line, message: Inbound) -> dict[str, str]:
    """The form of `POST /twilio/inbound` for one message of a customer."""
    sid = message.sid or sids.for_message(len(message.media))
    number = message.sender.removeprefix("whatsapp:+") if message.sender.startswith("whatsapp:+") else ""
    form = {
        "SmsMessageSid": sid,
        "NumMedia": str(len(message.media)),
        "ProfileName": message.profile_name,
        "MessageType": message.kind or _kind(message),
        "SmsSid": sid,
        "WaId": number,
        "SmsStatus": "received",
        "Body": message.body,
        "To": line.sender,
        "MessagingServiceSid": line.messaging_service_sid,
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": sid,
        "AccountSid": line.account_sid,
        "ChannelMetadata": _metadata(message, number),
        "From": message.sender,
        "ExternalUserId": message.external_user_id or _external_user_id(message.sender),
        "ApiVersion": API_VERSION,
    }
    for name in ("WaId", "MessagingServiceSid"):
        if not form[name]:
            del form[name]
    return {**form, **_media(message.media), **_particulars(line, message), **message.extra}


def status(
    line: Line,
    sid: str,
    to: str,
    word: str,
    *,
    error_code: str = "",
    error_message: str = "",
) -> dict[str, str]:
    """The form of a status callback: `word` is Twilio's status, `to` the customer's address."""
    form = {
        "ChannelPrefix": "whatsapp",
        "ApiVersion": API_VERSION,
        "MessageStatus": word,
        "SmsSid": sid,
        "SmsStatus": word,
        "ChannelInstallSid": CHANNEL_INSTALL_SID,
        "To": to,
        "From": line.sender,
        "MessageSid": sid,
        "AccountSid": line.account_sid,
        "ChannelToAddress": _masked(to),
    }
    if line.messaging_service_sid:
        form["MessagingServiceSid"] = line.messaging_service_sid
    if word == "read":
        form["EventType"] = "READ"
    if error_code:
        form["ErrorCode"] = error_code
    if error_message:
        form |= {"ErrorMessage": error_message, "ChannelStatusMessage": error_message}
    return form


def media_url(account_sid: str, message_sid: str, media_sid: str) -> str:
    """Where Twilio keeps a message's media, as its webhooks name it."""
    return f"https://api.twilio.com/{API_VERSION}/Accounts/{account_sid}/Messages/{message_sid}/Media/{media_sid}"


def _kind(message: Inbound) -> str:
    if message.media:
        content_type = message.media[0][1]
        if content_type == "text/vcard":
            return "contacts"
        if content_type == "image/webp":
            return "sticker"
        return KIND_OF_MEDIA.get(content_type.partition("/")[0], "document")
    if message.location:
        return "location"
    if message.list_choice:
        return "interactive"
    return "button" if message.button else "text"


def _metadata(message: Inbound, number: str) -> str:
    context = {"ProfileName": message.profile_name, "WaId": number}
    if message.button:
        context = {"ButtonText": message.button.get("text", ""), **context}
    return json.dumps({"type": "whatsapp", "data": {"context": context}}, separators=(",", ":"))


def _external_user_id(sender: str) -> str:
    if not sender.startswith("whatsapp:+"):
        return sender
    # The real identifier differs for each business and can't be derived from the number; here it only has
    # to be the same each time the same customer writes.
    return f"whatsapp:US.1349{sender[-9:]}"


def _media(media: Iterable[tuple[str, str]]) -> dict[str, str]:
    fields = {}
    for index, (url, content_type) in enumerate(media):
        fields[f"MediaContentType{index}"] = content_type
        fields[f"MediaUrl{index}"] = url
    return fields


def _particulars(line: Line, message: Inbound) -> dict[str, str]:
    fields: dict[str, str] = {}
    if message.location:
        fields |= {name: str(value) for name, value in message.location.items()}
    if message.button:
        text = message.button.get("text", "")
        fields |= {"ButtonText": text, "ButtonPayload": message.button.get("payload", text)}
    if message.list_choice:
        choice = message.list_choice
        fields |= {"ListId": choice.get("id", ""), "ListTitle": choice.get("title", "")}
        fields["InteractiveData"] = json.dumps({"type": "list_reply", "id": choice.get("id", "")})
    if message.reply_to:
        fields |= {"OriginalRepliedMessageSid": message.reply_to, "OriginalRepliedMessageSender": line.sender}
    if message.forwarded:
        fields |= {"Forwarded": "true", "FrequentlyForwarded": "true"}
    if message.referral:
        fields |= {f"Referral{name}": str(value) for name, value in message.referral.items()}
    if message.opt_out_type:
        fields["OptOutType"] = message.opt_out_type
    return fields


def _masked(to: str) -> str:
    bare = to.removeprefix("whatsapp:")
    return bare[:-4] + "XXXX"
