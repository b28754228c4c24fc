"""Whom we talk to: contacts, the addresses that reach them, and the conversations."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, identity, maybe_moment, maybe_reference, moment, partial_index, reference

# The inbox's tabs; their queries say the same in the same words, or the index isn't used.
OPEN, CLOSED = "state <> 'closed'", "state = 'closed'"


class Contact(SQLModel, table=True):
    """A person. `phone` is E.164 without channel, '' where WhatsApp hides it."""

    __table_args__ = (sa.Index("ix_contact_account", "account_sid", "id"),)

    id: int | None = identity()
    account_sid: str = account()
    name: str = Field(default="", max_length=300)
    profile_name: str = Field(default="", max_length=300)
    phone: str = Field(default="", max_length=20)
    country: str = Field(default="", max_length=2)
    created_at: datetime = moment()

    @property
    def shown_name(self) -> str:
        """The name the team gave, else WhatsApp's; '' when there is none."""
        return self.name or self.profile_name


class Address(SQLModel, table=True):
    """A way to reach a contact: `whatsapp:+E164` or `whatsapp:CC.<id>`.

    `opt_out_event_id` is derived from the consent events by `occurred_at`: the opt-out in force, or None.
    """

    __table_args__ = (sa.UniqueConstraint("account_sid", "address"),)

    id: int | None = identity()
    account_sid: str = account()
    contact_id: int = reference("contact.id", index=True)
    channel: str = Field(max_length=20)
    address: str = Field(max_length=160)
    opt_out_event_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    created_at: datetime = moment()


class Conversation(SQLModel, table=True):
    """The thread between one address of a contact and one sender of ours."""

    __table_args__ = (
        sa.UniqueConstraint("account_sid", "address_id", "sender"),
        partial_index("ix_conversation_open", "account_sid", "last_message_at", "id", where=OPEN),
        partial_index("ix_conversation_owner", "account_sid", "assigned_agent_id", "last_message_at", "id", where=OPEN),
        partial_index("ix_conversation_closed", "account_sid", "last_message_at", "id", where=CLOSED),
        sa.Index("ix_conversation_heard", "account_sid", "last_inbound_at"),
    )

    id: int | None = identity()
    account_sid: str = account()
    contact_id: int = reference("contact.id", index=True)
    address_id: int = reference("address.id")
    sender: str = Field(max_length=160)
    state: str = Field(default="open", max_length=20)
    assigned_agent_id: int | None = maybe_reference("agent.id")
    unread: int = 0
    last_message_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    last_message_at: datetime = moment()
    last_inbound_at: datetime | None = maybe_moment()
    created_at: datetime = moment()
