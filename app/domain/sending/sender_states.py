"""What WhatsApp thinks of our senders: their quality, and how many different people they may begin with a day."""

from __future__ import annotations

import re
from datetime import datetime

from app.domain.clock import now
from app.domain.storable_text import storable
from app.gateways.twilio.senders import ListedSender, TwilioSenders
from app.store import sender_states
from app.store.database import Database, Session

UNLIMITED = 0
_LONGEST = 200
# The first number that is no span of hours or days, with its thousands: `10K Customers/24hr`, `TIER_1K`, `2,000`.
_PEOPLE = re.compile(r"(?<![\d.,])(\d[\d,. ]*)\s*([km]\b)?(?![\w.,])(?!\s*-?(?:h|days?\b))", re.IGNORECASE)
_DECIMAL = re.compile(r"\d+[.,]\d{1,2}")
_THOUSANDS = {"": 1, "k": 1_000, "m": 1_000_000}
_MOST = 10_000_000


def people_in(text: str) -> int | None:
    """How many people a day Twilio's text means, UNLIMITED for any number; None where it can't be told."""
    if "unlimited" in text.lower().replace(" ", "").replace("_", ""):
        return UNLIMITED
    found = _PEOPLE.search(text)
    if found is None:
        return None
    number, times = found[1].strip(" .,"), _THOUSANDS[(found[2] or "").lower()]
    if times > 1 and _DECIMAL.fullmatch(number):
        count = float(number.replace(",", ".")) * times
    else:
        count = int(re.sub(r"\D", "", number)[:10]) * times
    return int(count) if 0 < count <= _MOST else None


def read(database: Database, senders: TwilioSenders, account_sid: str) -> int:
    """Keep what Twilio tells of the senders now. Returns how many there are. Raises SendersUnavailable."""
    listed = {one.address: one for one in senders.all()}
    at = now()
    database.write(lambda session: _keep(session, account_sid, list(listed.values()), at))
    return len(listed)


def _keep(session: Session, account_sid: str, listed: list[ListedSender], at: datetime) -> None:
    rows = [
        {
            "account_sid": account_sid,
            "sender": storable(one.address)[:160],
            "status": storable(one.status)[:40],
            "quality": storable(one.quality)[:40],
            "limit_text": storable(one.limit)[:_LONGEST],
            "people": people_in(one.limit),
            "offline_reasons": storable(one.offline_reasons),
            "read_at": at,
        }
        for one in listed
    ]
    sender_states.replace(session, account_sid, rows)
