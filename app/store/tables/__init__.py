"""Every table, so that the metadata is whole wherever one of them is imported."""

from sqlmodel import SQLModel

from app.store.tables.accounts import Account, Agent, AgentSession, Audit, KnownSettings, LoginFailure, ResetLink
from app.store.tables.consent import ConsentRecord, ConsentState
from app.store.tables.consent_imports import ConsentImport, ConsentImportLine
from app.store.tables.contacts import (
    Address,
    Contact,
    ContactField,
    ContactJoin,
    ContactLabel,
    ContactWord,
    Conversation,
)
from app.store.tables.feed import FeedEvent
from app.store.tables.hosting import HostedFile, MediaFetch, MediaGrant
from app.store.tables.journal import Journal
from app.store.tables.media import InboundMedia, InboundMediaTry, MediaBytes, MediaPiece, MediaUnfinished
from app.store.tables.media_checks import MediaCheck
from app.store.tables.media_cleanups import MediaCleanup
from app.store.tables.messages import Attempt, Message, StatusEvent
from app.store.tables.opt_in import OptInCode, OptInForm, OptInVersion
from app.store.tables.presence import Presence
from app.store.tables.privacy import ErasedAddress, Erasure
from app.store.tables.retention import RetentionMark, RetentionRun, RetentionWait
from app.store.tables.runs import RunRecipient, TemplateRun
from app.store.tables.seal import ConsentCheckpoint, ConsentLeaf, ConsentNode
from app.store.tables.sender_states import SenderState
from app.store.tables.templates import Template, TemplateChange
from app.store.tables.tokens import ApiAnswer, ApiToken
from app.store.tables.work import Heartbeat, Lease, PullMark, SenderPace, WorkerCount

__all__ = [
    "Account",
    "Address",
    "Agent",
    "AgentSession",
    "ApiAnswer",
    "ApiToken",
    "Attempt",
    "Audit",
    "ConsentCheckpoint",
    "ConsentImport",
    "ConsentImportLine",
    "ConsentLeaf",
    "ConsentNode",
    "ConsentRecord",
    "ConsentState",
    "Contact",
    "ContactField",
    "ContactJoin",
    "ContactLabel",
    "ContactWord",
    "Conversation",
    "ErasedAddress",
    "Erasure",
    "FeedEvent",
    "Heartbeat",
    "HostedFile",
    "InboundMedia",
    "InboundMediaTry",
    "Journal",
    "KnownSettings",
    "Lease",
    "LoginFailure",
    "MediaBytes",
    "MediaCheck",
    "MediaCleanup",
    "MediaFetch",
    "MediaGrant",
    "MediaPiece",
    "MediaUnfinished",
    "Message",
    "OptInCode",
    "OptInForm",
    "OptInVersion",
    "Presence",
    "PullMark",
    "ResetLink",
    "RunRecipient",
    "RetentionMark",
    "RetentionRun",
    "RetentionWait",
    "SenderPace",
    "SenderState",
    "StatusEvent",
    "TemplateRun",
    "Template",
    "TemplateChange",
    "WorkerCount",
]

# On PostgreSQL each row that is added would lock its account's row, the same for all who write at once, and take a
# seventh of what adding it costs; SQLite has one writer at a time.
for table in SQLModel.metadata.tables.values():
    for reference in table.foreign_key_constraints:
        if reference.referred_table.name == "account":
            reference.ddl_if(dialect="sqlite")
