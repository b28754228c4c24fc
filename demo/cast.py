"""Who takes part: the workshop's people, and its customers, who are all made up.

Numbers are of ranges that are kept for fiction (Ofcom's 020 7946 0 and 07700 900, 555-01 in North America, BNetzA's
030 23125 and 0171 39200, ARCEP's 06 39 98, ComReg's 020 91, PTS' 070-174 06), or begin in a way that no number of
their country does.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Colleague:
    """Somebody at the workshop."""

    login: str
    name: str
    role: str

    @property
    def first(self) -> str:
        """What customers call them."""
        return self.name.split()[0]


# `bin/demo` prints the admin's login.
TEAM = (
    Colleague("demo", "Ana Souza", "admin"),
    Colleague("ravi", "Ravi Menon", "agent"),
    Colleague("ingrid", "Ingrid Dahl", "auditor"),
)
ANA, RAVI = "demo", "ravi"


@dataclass(frozen=True)
class Customer:
    """A customer.

    `at` is a number in E.164, or CC.<id> where WhatsApp hides it. `profile` is the name WhatsApp tells, `name` the
    one the team gave. `share` is how talkative they are. The conversation ends with the script `ending` ('': any),
    `minutes` ago; `desk` is the login of who looks after it.
    """

    language: str
    at: str
    profile: str
    share: int
    minutes: int
    ending: str = ""
    desk: str = ""
    name: str = ""
    closed: bool = False
    read: bool = False

    @property
    def address(self) -> str:
        """Where WhatsApp reaches them."""
        return f"whatsapp:{self.at}"

    @property
    def first(self) -> str:
        """What the team calls them."""
        return (self.name or self.profile).split()[0]


_HOUR, _DAY = 60, 24 * 60

CUSTOMERS = (
    # The session window is open.
    Customer("en", "+442079460018", "Amelia Frost", 84, 4, "talking now", ANA),
    Customer("de", "+493023125410", "Jonas Lindner", 62, 26, "offen", RAVI),
    Customer("en", "+447700900142", "tom.w", 78, 55, "waiting for twilio", ANA, name="Tom Whitfield"),
    Customer("ar", "+971105550147", "ليلى حداد", 46, 2 * _HOUR + 10, "الآن", RAVI),
    Customer("en", "+14155550123", "Ava", 80, 3 * _HOUR + 40, "just delivered", RAVI, name="Ava Castillo"),
    Customer("pt", "+351555010118", "Inês Carvalho", 52, 5 * _HOUR + 20, "a decorrer", ANA),
    Customer("fr", "+33639980127", "Camille Girard", 60, 8 * _HOUR, "en attente"),
    Customer("en", "GB.13490801221918", "Noor K.", 74, 11 * _HOUR, "asks twice"),
    Customer("uk", "+380105550163", "Оксана Мельник", 44, 14 * _HOUR + 30, "зараз", RAVI),
    Customer("es", "+34555010131", "Lucía Ortega", 50, 17 * _HOUR, "a la espera"),
    Customer("nl", "+31605550109", "Sanne de Wit", 44, 19 * _HOUR + 45, "loopt", ANA, read=True),
    Customer("no", "NO.40771250098112", "Eirik Nygård", 44, 21 * _HOUR + 15, "venter"),
    Customer("en", "+447700900357", "Priya", 72, 22 * _HOUR + 50, "picture waiting", name="Priya Raman"),
    # The window has closed.
    Customer("en", "+442079460233", "Marcus Bell", 76, 26 * _HOUR, "unconfirmed", RAVI),
    Customer("de", "+491713920014", "Sabine Kolb", 58, 28 * _HOUR, "wartet"),
    Customer("en", "+14155550178", "Dana Okafor", 70, 30 * _HOUR, "too late", ANA),
    Customer("ja", "+811055500126", "佐藤 美咲", 42, 31 * _HOUR, "進行中", RAVI),
    Customer("pl", "+48115550112", "Agnieszka Zawada", 46, 2 * _DAY, "teraz", ANA, read=True),
    Customer("sw", "+254300555014", "Baraka Mwangi", 36, 2 * _DAY + 300, "sasa"),
    Customer("en", "+353209112017", "Siobhán Keane", 72, 2 * _DAY + 90, "on hold", RAVI),
    Customer("es", "+34555010162", "Mateo", 48, 3 * _DAY, "en curso", ANA, name="Mateo Rivas"),
    Customer("en", "+442079460384", "G. Harcourt", 68, 3 * _DAY + 200, "window missed", ANA),
    Customer("pt", "+5510955500141", "Thiago Moura", 48, 3 * _DAY + 500, "à espera", read=True),
    Customer("no", "+447700900419", "Kari Solheim", 44, 4 * _DAY, "nå", RAVI),
    # Opted out, and come back.
    Customer("en", "+447700900266", "Leo Marsh", 60, 6 * _HOUR + 15, "stop", RAVI),
    Customer("en", "+14155550196", "Renee", 62, 4 * _DAY + 100, "stop and blocked", ANA, name="Renee Abbott"),
    Customer("de", "+493023125733", "Dieter Hahn", 54, 6 * _DAY, "Abmeldung", RAVI, closed=True),
    Customer("fr", "+33639980154", "Hugo Lemaire", 56, 8 * _DAY, "plus de messages", ANA, closed=True),
    Customer("en", "+442079460571", "Will Ashdown", 66, 2 * _DAY + 840, "back again", RAVI),
    Customer("es", "MX.77201934450017", "Ximena", 46, 5 * _DAY, "volver", ANA),
    # Done with, for now.
    Customer("en", "+353209118842", "Aoife Brennan", 64, 5 * _DAY + 300, "gave up", ANA, closed=True),
    Customer("en", "+46701740612", "Nils Ekberg", 62, 6 * _DAY + 120, "withdrawn", RAVI, closed=True),
    Customer("en", "+14155550109", "Jess", 60, 7 * _DAY, "cancelled", ANA, closed=True, name="Jessica Tran"),
    Customer("no", "NO.40771250100733", "Silje", 40, 2 * _DAY + 400, "refused:en", RAVI),
    Customer("de", "+491713920071", "Yusuf Aydın", 54, 4 * _DAY + 600, "", RAVI, closed=True),
    Customer("fr", "FR.66012288190045", "Maëlle", 52, 5 * _DAY + 800, "", ANA, closed=True, name="Maëlle Perrin"),
    Customer("uk", "UA.20881734410926", "Тарас", 40, 6 * _DAY + 300, "", ANA, closed=True),
    Customer("nl", "+31605550187", "Bram Hoekstra", 42, 7 * _DAY + 60, "", RAVI, closed=True),
    Customer("pl", "+48115550139", "Marek Sowa", 42, 3 * _DAY + 900, "", ANA, closed=True),
    Customer("sw", "TZ.51190046627301", "Neema", 34, 5 * _DAY + 500, "", RAVI, closed=True),
)
