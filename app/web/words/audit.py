"""The audit's rows in plain words: who, what they did, and to what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.gate_words import GATE_RULES
from app.web.words.agents import ROLE_NAMES
from app.web.words.gettext import N_, _
from app.web.words.refusals import refusal

KINDS = {
    "consent": N_("Consent and people"),
    "messages": N_("Messages"),
    "runs": N_("Runs of templates"),
    "conversations": N_("Conversations"),
    "senders": N_("Senders"),
    "templates": N_("Templates"),
    "agents": N_("Agents"),
    "logins": N_("Logins"),
    "settings": N_("Settings and rules"),
    "exports": N_("Exports"),
    "reading": N_("Reading"),
    "webhooks": N_("Webhooks"),
}
SUBJECTS = {
    "conversation": N_("Conversation"),
    "contact": N_("Person"),
    "address": N_("Address"),
    "consent_record": N_("Consent record"),
    "opt_in_form": N_("Opt-in form"),
    "token": N_("API token"),
    "message": N_("Message"),
    "agent": N_("Agent"),
    "session": N_("Session"),
    "sender": N_("Sender"),
    "template": N_("Template"),
    "journal": N_("Webhook"),
    "file": N_("Customer's file"),
    "sent_file": N_("File of ours"),
    "setting": N_("Setting"),
    "rule": N_("Rule"),
    "route": N_("Route"),
    "audit": N_("Audit"),
    "import": N_("Import"),
    "run": N_("Run"),
    "account": N_("Account"),
}
# Who has no name of their own.
ACTORS = {
    "clock": N_("The worker"),
    "webhook": N_("Twilio"),
    "command": N_("The command line"),
    "token": N_("An API token"),
    "visitor": N_("Somebody not logged in"),
    "form": N_("An opt-in page"),
    "agent": N_("An agent"),
}
# `%(subject)s` is what it was done to, with a link on the page; the rest are the row's codes, in words.
VERBS = {
    "consent.record": N_("recorded consent, or an opt-out, of %(subject)s"),
    "consent.correct": N_("corrected a consent record of %(subject)s"),
    "consent.undo": N_("undid %(subject)s, which was no opt-out"),
    "consent.dismiss": N_("said that %(subject)s is no opt-out"),
    "consent.export": N_("exported consent: %(subject)s, as %(format)s"),
    "consent.import": N_("imported consents from a file as %(subject)s: %(good)s lines, %(bad)s left out"),
    "consent.import_taken_back": N_("took %(subject)s back"),
    "contact.language": N_("chose %(after)s as the language of templates for %(subject)s"),
    "contact.field": N_("wrote down a field of %(subject)s"),
    "contact.field_removed": N_("removed a field of %(subject)s"),
    "contact.label": N_("gave %(subject)s a label"),
    "contact.unlabel": N_("took a label from %(subject)s"),
    "contact.region": N_("set %(after)s as the country whose rules hold for %(subject)s, instead of %(before)s"),
    "contact.region_by_number": N_(
        "let the number's country, %(after)s, hold for %(subject)s again, instead of %(before)s"
    ),
    "contact.joined": N_("joined person %(other)s to %(subject)s as one"),
    "contact.parted": N_("parted person %(other)s from %(subject)s again"),
    "message.send": N_("asked to send %(subject)s"),
    "message.keep": N_("kept %(subject)s until the customer answers"),
    "message.call_off": N_("called %(subject)s off"),
    "message.check_again": N_("asked Twilio again about %(subject)s"),
    "message.it_arrived": N_("said that %(subject)s arrived"),
    "message.not_sure": N_("took back that %(subject)s arrived"),
    "run.create": N_("brought a list of %(lines)s lines for %(subject)s"),
    "run.start": N_("let %(subject)s go out"),
    "run.pause": N_("paused %(subject)s"),
    "run.resume": N_("let %(subject)s go on"),
    "run.stop": N_("stopped %(subject)s"),
    "run.drop": N_("dropped %(subject)s before it began"),
    "run.export": N_("exported the results of %(subject)s"),
    "report.export": N_("exported what became of the templates of %(days)s days"),
    "message.try_again": N_("asked to check the files of %(subject)s again"),
    "message.undo": N_("cancelled %(subject)s before it left"),
    "media.host": N_("uploaded %(subject)s"),
    "media.fetch_again": N_("asked Twilio again for the files of %(subject)s"),
    "media.link": N_("made a temporary URL of %(subject)s"),
    "media.extend": N_("extended a temporary URL of %(subject)s"),
    "media.revoke": N_("revoked a temporary URL of %(subject)s"),
    "media.clean_up": N_("had files cleaned up"),
    "media.delete": N_("deleted %(subject)s"),
    "conversation.read": N_("marked %(subject)s as read"),
    "conversation.assigned": N_("assigned %(subject)s to %(agent)s"),
    "conversation.unassigned": N_("took %(subject)s from its owner"),
    "conversation.closed": N_("closed %(subject)s"),
    "conversation.reopened": N_("reopened %(subject)s"),
    "sender.go_on": N_("let the paused sender %(subject)s go on"),
    "template.sync": N_(
        "read the templates of %(subject)s: %(total)s, of them %(new)s new, %(changed)s changed, %(gone)s gone"
    ),
    "template.changed": N_("saw that %(subject)s changed at Twilio (%(what)s): %(before)s, now %(after)s"),
    "template.create": N_("made %(subject)s"),
    "template.edit": N_("changed %(subject)s"),
    "template.submit": N_("submitted %(subject)s for approval as %(category)s"),
    "template.delete": N_("deleted %(subject)s at Twilio"),
    "template.fill": N_("chose what fills the variables of %(subject)s"),
    "template.group": N_("put %(subject)s under the name %(after)s"),
    "agent.add": N_("added %(subject)s as %(role)s"),
    "agent.disable": N_("disabled %(subject)s"),
    "agent.enable": N_("enabled %(subject)s"),
    "agent.role": N_("changed the role of %(subject)s from %(before)s to %(after)s"),
    "password.change": N_("changed the password of %(subject)s"),
    "password.link": N_("made a link for %(subject)s to set a password"),
    "password.reset": N_("set the password of %(subject)s by a link"),
    "token.create": N_("made %(subject)s"),
    "token.revoke": N_("revoked %(subject)s"),
    "session.begin": N_("logged in from %(ip)s"),
    "session.end": N_("ended %(subject)s"),
    "session.refused": N_("gave a wrong password for %(subject)s, from %(ip)s"),
    "settings.changed": N_("changed %(subject)s from %(before)s to %(after)s, seen at a start"),
    "rules.changed": N_("changed %(subject)s from %(before)s to %(after)s, seen at a start"),
    "routes.changed": N_("changed %(subject)s from %(before)s to %(after)s, seen at a start"),
    "sample.load": N_("loaded the sample into %(subject)s"),
    "audit.export": N_("exported the audit"),
    "privacy.erase": N_("erased %(subject)s"),
    "privacy.export": N_("exported everything about %(subject)s"),
    "opt_in_form.save": N_("published a version of %(subject)s"),
    "conversation.opened": N_("opened and read %(subject)s"),
    "journal.opened": N_("opened and read %(subject)s"),
    "file.opened": N_("opened %(subject)s"),
    "contact.opened": N_("opened and read the page of %(subject)s"),
    "run.opened": N_("opened and read %(subject)s"),
    "journal.replay": N_("applied %(subject)s again"),
}
_STOPPED = N_("asked to send %(subject)s, which was stopped: %(why)s")
_UNKNOWN = N_("did %(verb)s to %(subject)s")


class Values(dict[str, Any]):
    """A row's codes; what an older version didn't write is a dash."""

    def __missing__(self, name: str) -> str:
        return "–"


def template(verb: str, detail: Mapping[str, Any]) -> str:
    """The sentence for this verb, with `%(subject)s` and codes to be filled in."""
    if verb == "message.send" and detail.get("rule") in GATE_RULES:
        return _(_STOPPED)
    return _(VERBS.get(verb, _UNKNOWN))


def values(verb: str, detail: Mapping[str, Any]) -> Values:
    """The codes of a row in words."""
    said = Values({name: value if value not in ("", None) else _("nothing") for name, value in detail.items()})
    if verb.startswith("agent."):
        said.update({name: _(ROLE_NAMES[str(role)]) for name, role in detail.items() if str(role) in ROLE_NAMES})
    if detail.get("rule") in GATE_RULES:
        said["why"] = refusal(str(detail["rule"])).what
    said["verb"] = verb
    return said


def actor_name(kind: str, name: str) -> str:
    """Who did it: agents and tokens by name, parts of the installation by what they are."""
    return name if name and kind in ("agent", "token") else _(ACTORS.get(kind, ACTORS["agent"]))
