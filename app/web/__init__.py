"""HTTP in, HTML or JSON out: one module a page or door."""

from flask import Flask

from app.web.agents import page as agents
from app.web.api import consents as api
from app.web.audit import page as audit
from app.web.compose import fragments as template_fragments
from app.web.compose import resend, to_all_of_code, to_conversation, to_new_recipient
from app.web.consent import export as consent_export
from app.web.consent import fields as consent_fields
from app.web.consent import join as consent_join
from app.web.consent import labels as consent_labels
from app.web.consent import page as consent
from app.web.consent import person as consent_person
from app.web.consent import record as consent_record
from app.web.consent import region as consent_region
from app.web.consent import seal as consent_seal
from app.web.consent import sheet as consent_sheet
from app.web.consent_import import page as consent_import
from app.web.conversations import (
    changes,
    file_actions,
    message_actions,
    message_fragments,
    opt_out_flag,
    opt_out_undo,
    pending_reply,
    presence,
    reply,
    why,
)
from app.web.conversations import page as conversations
from app.web.failures import page as failures
from app.web.feed import page as feed
from app.web.inbox import page as inbox
from app.web.journal import page as journal
from app.web.live import streams as live
from app.web.login import page as login
from app.web.media import changes as media_changes
from app.web.media import choose, cleanup, files, incoming, temp, upload
from app.web.media import page as media_page
from app.web.operations.healthz import blueprint as healthz
from app.web.operations.metrics import blueprint as metrics
from app.web.operations.settings_noting import SettingsNoting
from app.web.opt_in import page as opt_in
from app.web.privacy import page as privacy
from app.web.reports import page as reports
from app.web.retention import page as retention
from app.web.runs import new as new_run
from app.web.runs import page as runs
from app.web.settings import opt_in_forms, senders
from app.web.settings import page as settings_page
from app.web.shell import install as shell
from app.web.shell import navigation, worker_notice
from app.web.shell.request_log import install as install_request_log
from app.web.shell.requests import install as install_requests
from app.web.shell.services import services
from app.web.templates import detail as template
from app.web.templates import form as template_form
from app.web.templates import page as templates
from app.web.webhooks import door as webhook_door
from app.web.webhooks import paths as webhook_paths
from app.web.webhooks.addresses import blueprint as webhook_addresses
from app.web.webhooks.spool_drain import SpoolDrain
from app.web.webhooks.twilio import blueprint as webhooks

BLUEPRINTS = (
    healthz,
    metrics,
    webhooks,
    webhook_addresses,
    api.blueprint,
    login.blueprint,
    settings_page.blueprint,
    opt_in_forms.blueprint,
    senders.blueprint,
    opt_in.blueprint,
    agents.blueprint,
    inbox.blueprint,
    feed.blueprint,
    live.blueprint,
    conversations.blueprint,
    reply.blueprint,
    changes.blueprint,
    presence.blueprint,
    opt_out_undo.blueprint,
    pending_reply.blueprint,
    why.blueprint,
    files.blueprint,
    temp.blueprint,
    incoming.blueprint,
    media_page.blueprint,
    media_changes.blueprint,
    cleanup.blueprint,
    upload.blueprint,
    choose.blueprint,
    message_actions.blueprint,
    file_actions.blueprint,
    opt_out_flag.blueprint,
    resend.blueprint,
    to_conversation.blueprint,
    template_fragments.blueprint,
    to_new_recipient.blueprint,
    message_fragments.blueprint,
    templates.blueprint,
    template.blueprint,
    template_form.blueprint,
    failures.blueprint,
    to_all_of_code.blueprint,
    journal.blueprint,
    consent.blueprint,
    consent_person.blueprint,
    consent_record.blueprint,
    consent_join.blueprint,
    consent_labels.blueprint,
    consent_fields.blueprint,
    consent_export.blueprint,
    consent_seal.blueprint,
    consent_region.blueprint,
    consent_sheet.blueprint,
    audit.blueprint,
    retention.blueprint,
    consent_import.blueprint,
    privacy.blueprint,
    new_run.blueprint,
    runs.blueprint,
    reports.blueprint,
    navigation.blueprint,
    worker_notice.blueprint,
)


def install(app: Flask) -> None:
    """Hang every door on the application."""
    install_requests(app)
    install_request_log(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    webhook_paths.install(app)
    live.install(app)
    shell.install(app)
    upload.install(app)
    app.extensions["settings_noting"] = SettingsNoting(services(app))
    webhook_door.install(app)
    if spool := services(app).spool:
        app.extensions["spool_drain"] = SpoolDrain(services(app).database, spool)
