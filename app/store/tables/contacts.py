"""Whom we talk to: contacts, the addresses that reach them, and the conversations."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import (
    account,
    bytewise,
    document,
    identity,
    maybe_moment,
    maybe_reference,
    moment,
    partial_index,
    reference,
)

# The inbox's tabs; their queries say the same in the same words, or the index isn't used.
OPEN, CLOSED = "state = 'open'", "state = 'closed'"


class Contact(SQLModel, table=True):
    """A person. `phone` is E.164 without channel, '' where WhatsApp hides it.

    `external_ids` are the WhatsApp ids that Twilio signed last for this person, '' before it told one. `region` is the
    country whose rules hold, where somebody set it; else the number's country does. `language` is the one that
    templates for them are in, where somebody chose it. One that was joined with another keeps its row: `joined_into_id`
    says which person it is now. That of one who was erased, at `erased_at`, is empty.
    """

    __table_args__ = (sa.Index("ix_contact_account", "account_sid", "id"),)

    id: int | None = identity()
    account_sid: str = account()
    name: str = Field(default="", max_length=300)
    profile_name: str = Field(default="", max_length=300)
    phone: str = Field(default="", max_length=20)
    country: str = Field(default="", max_length=2)
    region: str = Field(default="", max_length=2)
    language: str = Field(default="", max_length=20)
    external_ids: str = Field(default="", max_length=300)
    joined_into_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    created_at: datetime = moment()
    erased_at: datetime | None = maybe_moment()

    @property
    def shown_name(self) -> str:
        """The name the team gave, else WhatsApp's; '' when there is none."""
        return self.name or self.profile_name


class Address(SQLModel, table=True):
    """A way to reach a contact: `whatsapp:+E164` or `whatsapp:CC.<id>`.

    Addresses of one `identity` are shown to be one person's: two spellings of a mobile, or signed together by Twilio.
    An agent may join more of them to a contact; an opt-in is not carried over to those.
    `opt_out_record_id` is derived from the consent records by `occurred_at`: the opt-out of all messages of this person
    that is in force, or None.
    """

    __table_args__ = (sa.UniqueConstraint("account_sid", "address"),)

    id: int | None = identity()
    account_sid: str = account()
    contact_id: int = reference("contact.id", index=True)
    address: str = Field(max_length=160)
    identity: str = Field(max_length=160)
    linked_by: str = Field(default="", max_length=20)
    opt_out_record_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    created_at: datetime = moment()


class ContactWord(SQLModel, table=True):
    """A word by which a contact is found, by its beginning: of a name, or an address.

    A number stands here as `+` and its digits, and as `-` and its digits from the last to the first. Names that
    somebody had before stay.
    """

    __tablename__ = "contact_word"
    __table_args__ = (
        sa.UniqueConstraint("account_sid", "contact_id", "word"),
        sa.Index("ix_contact_word_word", "account_sid", "word", "contact_id"),
    )

    id: int | None = identity()
    account_sid: str = account()
    contact_id: int = reference("contact.id")
    word: str = bytewise(60)


class ContactLabel(SQLModel, table=True):
    """A word that the team gave a contact, to find those who have it together. It is in small letters."""

    __tablename__ = "contact_label"
    __table_args__ = (
        sa.UniqueConstraint("account_sid", "contact_id", "label"),
        sa.Index("ix_contact_label_label", "account_sid", "label", "contact_id"),
    )

    id: int | None = identity()
    account_sid: str = account()
    contact_id: int = reference("contact.id")
    label: str = bytewise(40)


class ContactField(SQLModel, table=True):
    """A named value that the team keeps of a contact, such as an order number. The name is in small letters."""

    __tablename__ = "contact_field"
    __table_args__ = (
        sa.UniqueConstraint("account_sid", "contact_id", "name"),
        sa.Index("ix_contact_field_name", "account_sid", "name", "contact_id"),
    )

    id: int | None = identity()
    account_sid: str = account()
    contact_id: int = reference("contact.id")
    name: str = bytewise(40)
    value: str = Field(max_length=200)


class ContactJoin(SQLModel, table=True):
    """Two contacts that turned out to be one person, and all that takes it back.

    `snapshot` holds what the join changed: the addresses that moved with their identities, the conversations, and the
    region that came with them.
    """

    __tablename__ = "contact_join"
    __table_args__ = (
        sa.Index("ix_contact_join_kept", "account_sid", "kept_id"),
        sa.Index("ix_contact_join_joined", "account_sid", "joined_id"),
    )

    id: int | None = identity()
    account_sid: str = account()
    kept_id: int = reference("contact.id")
    joined_id: int = reference("contact.id")
    reason: str = Field(max_length=20)
    snapshot: dict[str, Any] = document()
    actor_kind: str = Field(max_length=20)
    actor_id: int | None = maybe_reference("agent.id")
    occurred_at: datetime = moment()
    taken_back_at: datetime | None = maybe_moment()


class Conversation(SQLModel, table=True):
    """The thread between a contact and one sender of ours. `address_id` is where the contact wrote from last.

    One that was fused into the same person's other thread is `joined`, and holds nothing any more; that of somebody who
    was erased is `erased`.
    """

    __table_args__ = (
        sa.UniqueConstraint("account_sid", "contact_id", "sender"),
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
