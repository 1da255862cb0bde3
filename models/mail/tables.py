"""The tables of subscribers and of the mail to them. Times are aware UTC; a replay touches none of these."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel, UTCDateTime

from models.tables import METADATA


class SubscriberRow(SQLModel, table=True):
    """Someone who asked for digests. The row outlives the address: links for leaving work for ever."""

    __tablename__ = "subscribers"
    __table_args__ = ({"sqlite_autoincrement": True},)  # a number is never given to another

    id: int | None = Field(default=None, primary_key=True)
    address: str  # as mail is sent to it; "" once erased
    folded: str = Field(
        unique=True
    )  # what two spellings of an address share; once erased, a keyed hash of it
    state: str = Field(index=True)  # models.mail.subscriber.Standing
    token: str = Field(unique=True)  # for leaving; never changes
    generation: int  # counts up to take their power from links for managing
    topics: list[str] = Field(sa_type=JSON)
    cadence: str  # models.mail.subscriber.Cadence
    hour: int
    zone: str  # as IANA names it
    hears_of_nothing: bool  # wants a digest also where there is nothing new
    origin: str  # models.mail.subscriber.Origin
    consent: str  # which words were agreed to, or what the operator says of it
    network: str  # from where it was asked for; "" where not known, or no longer kept
    requested_at: dt.datetime = Field(sa_type=UTCDateTime)
    confirmed_at: dt.datetime | None = Field(sa_type=UTCDateTime)
    left_at: dt.datetime | None = Field(sa_type=UTCDateTime)
    left_by: str  # models.mail.subscriber.Leaving; "" before
    suspended_at: dt.datetime | None = Field(sa_type=UTCDateTime)


class FragmentRow(SQLModel, table=True):
    """A piece of mail, as text and as HTML, that many letters have; the key is a digest of both."""

    __tablename__ = "fragments"

    key: str = Field(primary_key=True)
    text: str
    html: str
    used_at: dt.datetime = Field(
        sa_type=UTCDateTime
    )  # when a letter was last planned with it, or a day before


class DeliveryRow(SQLModel, table=True):
    """One letter for one subscriber: planned, and what became of it."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "digest", "period"),
        Index("ix_deliveries_state_due_at", "state", "due_at", "digest"),  # of each kind and state, how many,
    )

    id: str = Field(primary_key=True)  # models.mail.tokens.Keys.delivery_id: no one can guess it
    subscriber_id: int = Field(foreign_key="subscribers.id")
    digest: str  # models.mail.delivery.Kind
    period: str  # a day, the Monday of a week, or the moment of a request; ISO 8601
    state: str  # models.mail.delivery.State
    subject: str
    pieces: list[str] = Field(sa_type=JSON)  # keys of the fragments, in their order
    counted: int  # papers for which it had no room
    planned_at: dt.datetime = Field(sa_type=UTCDateTime)  # stands in the letter as its date
    due_at: dt.datetime = Field(sa_type=UTCDateTime)  # not before
    stale_at: dt.datetime = Field(sa_type=UTCDateTime)  # not after
    attempts: int
    worker: str  # who has claimed it, or had it last; "" for nobody
    lease_until: dt.datetime | None = Field(sa_type=UTCDateTime)
    ended_at: dt.datetime | None = Field(sa_type=UTCDateTime, index=True)  # when it came to its last state
    answer: str  # what the mail server said last


class ToldRow(SQLModel, table=True):
    """A paper that a delivery tells its subscriber of."""

    __tablename__ = "told"

    delivery_id: str = Field(primary_key=True, foreign_key="deliveries.id")
    paper_id: str = Field(primary_key=True)  # refers to none: a replay makes all papers anew
    subscriber_id: int = Field(index=True)
    told_at: dt.datetime = Field(sa_type=UTCDateTime)


class BounceRow(SQLModel, table=True):
    """A letter that came back, or a complaint about one."""

    __tablename__ = "bounces"

    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = Field(foreign_key="subscribers.id", index=True)
    delivery_id: str  # "" where it is not known
    at: dt.datetime = Field(sa_type=UTCDateTime)
    kind: str  # models.mail.bounce.Kind
    status: str  # as in RFC 3463; "" where none is told
    said: str


SUBSCRIBERS = METADATA.tables["subscribers"]
FRAGMENTS = METADATA.tables["fragments"]
DELIVERIES = METADATA.tables["deliveries"]
TOLD = METADATA.tables["told"]
BOUNCES = METADATA.tables["bounces"]
