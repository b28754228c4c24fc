"""The forms that Twilio would have posted, with its fields in its order."""

from __future__ import annotations

import json

from app.domain.webhooks.webhook import Pairs
from app.sample.files import FILES
from app.sample.sids import digest, sid
from app.sample.story import Said

_API = "https://api.twilio.com/2010-04-01/Accounts"
_AD = {
    "ReferralBody": "Spring service, 20 % off",
    "ReferralHeadline": "Halden Cycles",
    "ReferralSourceId": "120210553948",
    "ReferralSourceType": "ad",
    "ReferralSourceUrl": "https://fb.me/halden-cycles",
    "ReferralMediaId": "9988",
    "ReferralMediaContentType": "image/jpeg",
    "ReferralMediaUrl": "https://example.com/spring-service.jpg",
    "ReferralCtwaClid": "ARAkLkHaldenCycles",
}
_TYPES = {
    "image": "image",
    "voice": "audio",
    "video": "video",
    "document": "document",
    "sticker": "sticker",
    "card": "contacts",
    "location": "location",
    "button": "button",
    "list": "interactive",
}


def inbound(account_sid: str, sender: str, message_sid: str, said: Said, answers: str) -> Pairs:
    """The form of a customer's message. `answers` is the SID of our message that it may quote, or ''."""
    customer, tags = said.customer, said.tags
    number = customer.at.removeprefix("+") if customer.at.startswith("+") else ""
    context = {"ProfileName": customer.profile, "WaId": number}
    form = {
        "SmsMessageSid": message_sid,
        "NumMedia": "1" if file_of(tags) else "0",
        "ProfileName": customer.profile,
        "MessageType": tags.get("unknown") or next((word for tag, word in _TYPES.items() if tag in tags), "text"),
        "SmsSid": message_sid,
        "WaId": number,
        "SmsStatus": "received",
        "Body": said.text,
        "To": sender,
        "NumSegments": "1",
        "ReferralNumMedia": "1" if "ad" in tags else "0",
        "MessageSid": message_sid,
        "AccountSid": account_sid,
        "ChannelMetadata": json.dumps({"type": "whatsapp", "data": {"context": context}}),
        "From": customer.address,
        "ExternalUserId": f"whatsapp:{_without_number(customer.at)}",
        "ApiVersion": "2010-04-01",
        **_extra(account_sid, message_sid, tags),
    }
    if answers and ({"quote", "button", "list"} & tags.keys()):
        form |= {"OriginalRepliedMessageSid": answers, "OriginalRepliedMessageSender": sender}
    if not number:
        del form["WaId"]
    return tuple(form.items())


def file_of(tags: dict[str, str]) -> str:
    """The tag of the file that comes with a message, or ''."""
    return next((tag for tag in FILES if tag in tags), "")


def _without_number(at: str) -> str:
    if not at.startswith("+"):
        return at
    country = {"+44": "GB", "+1": "US", "+49": "DE", "+33": "FR"}
    letters = next((code for prefix, code in country.items() if at.startswith(prefix)), "NO")
    return f"{letters}.{int(digest(at)[:12], 16)}"


def _extra(account_sid: str, message_sid: str, tags: dict[str, str]) -> dict[str, str]:
    form: dict[str, str] = {}
    if tag := file_of(tags):
        url = f"{_API}/{account_sid}/Messages/{message_sid}/Media/{sid('ME', message_sid)}"
        form |= {"MediaContentType0": FILES[tag], "MediaUrl0": url}
    if "location" in tags:
        place, label, address = tags["location"].split(";")
        latitude, longitude = place.split(",")
        form |= {"Latitude": latitude, "Longitude": longitude, "Label": label, "Address": address}
    if "button" in tags:
        text, _, payload = tags["button"].partition(":")
        form |= {"ButtonText": text, "ButtonPayload": payload}
    if "list" in tags:
        item, _, title = tags["list"].partition(":")
        data = json.dumps({"type": "list_reply", "id": item})
        form |= {"ListId": item, "ListTitle": title, "InteractiveData": data}
    if "unknown" in tags:
        form |= {"OrderItems": "[]"}
    if "ad" in tags:
        form |= _AD
    if "forwarded" in tags or "often-forwarded" in tags:
        form |= {"Forwarded": "true", "FrequentlyForwarded": str("often-forwarded" in tags).lower()}
    return form


def status(account_sid: str, sender: str, to: str, message_sid: str, word: str, code: str = "", why: str = "") -> Pairs:
    """The form of a status callback."""
    form = {
        "ChannelPrefix": "whatsapp",
        "ApiVersion": "2010-04-01",
        "MessageStatus": word,
        "SmsSid": message_sid,
        "SmsStatus": word,
        "ChannelInstallSid": sid("XE", sender),
        "To": to,
        "From": sender,
        "MessageSid": message_sid,
        "AccountSid": account_sid,
        "ChannelToAddress": f"{to.removeprefix('whatsapp:')[:-4]}XXXX",
    }
    if word == "read":
        form |= {"EventType": "READ"}
    if code:
        form |= {"ErrorCode": code, "ErrorMessage": why, "ChannelStatusMessage": why}
    return tuple(form.items())
