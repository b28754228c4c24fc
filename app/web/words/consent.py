"""Consent in plain words: what was expressed, how, and what was wrong with what somebody wanted to record."""

from __future__ import annotations

from app.domain.consent.not_counting import NotCounting
from app.store.tables import ConsentRecord
from app.web.words.gettext import N_, _
from app.web.words.times import date

PURPOSE_NAMES = {
    "service": N_("Service"),
    "marketing": N_("Marketing"),
    "authentication": N_("Authentication"),
    "all": N_("Everything"),
}
PURPOSE_HINTS = {
    "service": N_("answers, appointments, orders"),
    "marketing": N_("offers and news"),
    "authentication": N_("one-time codes"),
}
STATE_NAMES = {
    "requested": N_("Asked, not confirmed yet"),
    "refused": N_("Refused"),
    "given": N_("Opted in"),
    "renewed": N_("Opted in again"),
    "withdrawn": N_("Opted out"),
    "invalidated": N_("Corrected"),
    "expired": N_("Expired"),
}
SOURCE_NAMES = {
    "keyword": N_("Keyword"),
    "twilio_keyword": N_("Keyword that Twilio answered"),
    "twilio_error_21610": N_("Twilio's error 21610"),
    "twilio_error_63014": N_("WhatsApp's error 63014"),
    "whatsapp_preference": N_("Marketing turned off in WhatsApp"),
    "button": N_("Button"),
    "link": N_("Link or QR code"),
    "form": N_("Web form"),
    "api": N_("Other system"),
    "paper": N_("On paper"),
    "phone": N_("By phone"),
    "mail": N_("By mail"),
    "in_person": N_("In person"),
    "import": N_("Import"),
    "agent": N_("Somebody here"),
    "kept_opt_out": N_("Kept when they were erased"),
    "kept_block": N_("Kept when they were erased, also at Twilio or WhatsApp"),
}
# How somebody did it, in a sentence.
_BY = {
    "twilio_error_21610": N_("as Twilio told (error 21610)"),
    "twilio_error_63014": N_("as WhatsApp told (error 63014)"),
    "whatsapp_preference": N_("in WhatsApp's own settings"),
    "button": N_("with a button"),
    "link": N_("by a link or QR code"),
    "form": N_("on a web form"),
    "api": N_("in another system"),
    "paper": N_("on paper"),
    "phone": N_("by phone"),
    "mail": N_("by mail"),
    "in_person": N_("in person"),
    "import": N_("elsewhere (as an imported file says)"),
    "agent": N_("in their own words"),
    # The day is that of the erasure.
    "kept_opt_out": N_("before somebody at this address was erased"),
    "kept_block": N_("before somebody at this address was erased"),
}
# The forms of an export, and who reads them.
EXPORT_FORMATS = {
    "csv": (N_("CSV"), N_("for a spreadsheet")),
    "json": (N_("JSON"), N_("for other programs")),
    "iso27560": (N_("ISO/IEC TS 27560"), N_("for an auditor")),
}
BASIS_NAMES = {
    "express": N_("Express consent"),
    "double": N_("Double opt-in"),
    "implied_purchase": N_("Implied by a purchase"),
    "implied_inquiry": N_("Implied by an inquiry"),
    "soft_opt_in": N_("Soft opt-in"),
    "service_reply": N_("Answer to a question"),
}
_ACTORS = {
    "webhook": N_("Twilio's webhook"),
    "clock": N_("this program"),
    "command": N_("the command line"),
    "token": N_("another system"),
}
LINK_NAMES = {
    "": N_("wrote to us, or was entered here"),
    "spelling": N_("the other spelling of a mobile"),
    "signed": N_("signed by Twilio together with the others"),
    "agent": N_("joined by somebody here"),
}
JOIN_NAMES = {
    "spelling": N_("two spellings of one mobile"),
    "signed": N_("Twilio signed both together"),
    "agent": N_("joined by somebody here"),
}
FAULTS = {
    "address_unknown": N_("This contact has no address any more. Search for the person again."),
    "address_invalid": N_("This is neither a whole number nor a WhatsApp id."),
    "purpose_missing": N_("Choose what it is about."),
    "purpose_unknown": N_("Choose one of these purposes."),
    "purpose_all": N_("An opt-in names its purposes one by one."),
    "source_unknown": N_("Choose how they said it."),
    "moment_to_come": N_("This lies in the future. Enter when they said it."),
    "moment_unknown": N_("Enter a day and a time."),
    "proof_missing": N_("Write down how we know: who heard it, where a paper lies."),
    "wording_missing": N_("Write down what they were shown or told. An opt-in is only worth its wording."),
    "text_too_long": N_("This is too long. Shorten it, and name where the rest is kept."),
    "blocked_at_twilio": N_(
        "They opted out at Twilio or WhatsApp itself. Only their own START ends that; nobody here can opt them in."
    ),
    "record_unknown": N_("This record is not there."),
    "reason_missing": N_("Say what is wrong with the record."),
    "corrected_already": N_("This record was corrected already."),
    "import_not_applied": N_("This record doesn't count: the import that it came by isn't applied."),
    "join_with_itself": N_("These are one contact already."),
    "join_unknown": N_("This was taken back already."),
    "join_built_upon": N_("A later join rests on this one. Take that back first."),
    "contact_unknown": N_("This contact is not there."),
    "region_unknown": N_("Choose one of these countries."),
}
NO_SHEET = N_(
    "There is no evidence sheet of this person: they were erased, and nothing of what it would show is left. "
    "Their records stay in the ledger, empty, and the ledger still proves that none was changed."
)


def purpose_name(purpose: str) -> str:
    """Service, Marketing, Authentication or Everything."""
    return _(PURPOSE_NAMES[purpose])


def state_name(state: str) -> str:
    """What a record's state is called."""
    return _(STATE_NAMES[state])


def source_name(source: str) -> str:
    """How it came to us."""
    return _(SOURCE_NAMES[source])


def fault(code: str) -> str:
    """What is wrong, and what to do."""
    return _(FAULTS[code])


def by_what(record: ConsentRecord) -> str:
    """How somebody said it, as the end of a sentence."""
    if record.keyword and record.source in ("keyword", "twilio_keyword"):
        return _("by writing %(word)s", word=record.keyword.upper())
    return _(_BY[record.source]) if record.source in _BY else ""


def what(record: ConsentRecord) -> str:
    """What a record says, in plain words."""
    if record.state == "invalidated":
        return _("Correction") if record.supersedes is not None else _("Opt-outs ended")
    return state_name(record.state)


def not_counting(out: NotCounting) -> str:
    """Why a record doesn't count."""
    if out.taken_back_at is None:
        return _("Doesn't count yet: its import is being applied")
    day = date(out.taken_back_at)
    if not out.taken_back_by:
        return _("Doesn't count: its import was taken back on %(day)s", day=day)
    return _("Doesn't count: %(who)s took its import back on %(day)s", who=out.taken_back_by, day=day)


def recorded_by(record: ConsentRecord, people: dict[int, str]) -> str:
    """Who wrote a record down."""
    if record.actor_id is not None:
        return people.get(record.actor_id, "")
    return _(_ACTORS[record.actor_kind]) if record.actor_kind in _ACTORS else record.actor_kind
