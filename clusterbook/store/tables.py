"""The tables of a desk's database. Times are seconds since 1970, texts are what people wrote."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

_NAMES = {
    "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s",
}  # fmt: skip


# SQLite counts rows in INTEGER columns only.
_WHOLE = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """What all tables share: names for every constraint, so that both databases have the same."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {str: Text, dict[str, Any]: JSON, list[Any]: JSON, int: _WHOLE}  # noqa: RUF012


class Account(Base):
    """Staff of the province or of a city, who log in with a password."""

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    city: Mapped[str] = mapped_column(default="")
    password: Mapped[str]
    created: Mapped[int]
    disabled: Mapped[bool] = mapped_column(default=False)


class Login(Base):
    """One session of an account: known by the hash of what its cookie holds."""

    __tablename__ = "logins"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    role: Mapped[str]
    program: Mapped[bool] = mapped_column(default=False)  # a token for /api/v1, and no cookie
    csrf: Mapped[str]
    created: Mapped[int]
    seen: Mapped[int]
    expires: Mapped[int]
    account: Mapped[Account | None] = relationship(lazy="joined")


class RoundRow(Base):
    """The round of this desk: what is asked, by when, and whether returns are still taken."""

    __tablename__ = "rounds"
    id: Mapped[int] = mapped_column(primary_key=True)
    form: Mapped[str]
    title: Mapped[str]
    year: Mapped[int]
    month: Mapped[int] = mapped_column(default=0, server_default="0")  # 0: it is of the whole year
    province: Mapped[str] = mapped_column(default="")
    stage: Mapped[str] = mapped_column(default="")
    deadline: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    sender: Mapped[str] = mapped_column(default="")
    roster: Mapped[str] = mapped_column(default="")  # hash of the file
    roster_name: Mapped[str] = mapped_column(default="")
    created: Mapped[int]
    issued: Mapped[int | None]
    locked: Mapped[int | None]
    #: counts what the results rest on; ``made`` is what it was when they were last made
    changes: Mapped[int] = mapped_column(default=0)
    made: Mapped[int] = mapped_column(default=-1)
    made_at: Mapped[int | None]


class County(Base):
    """Whom a workbook was issued to: one row of the roster."""

    __tablename__ = "counties"
    id: Mapped[int] = mapped_column(primary_key=True)
    issue: Mapped[str] = mapped_column(unique=True)
    number: Mapped[int]
    issued_to: Mapped[str]
    city: Mapped[str] = mapped_column(default="", index=True)
    county: Mapped[str] = mapped_column(default="")
    cluster_name: Mapped[str] = mapped_column(default="")
    contact_name: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    blank: Mapped[str]  # hash of the workbook
    blank_name: Mapped[str]
    fetched: Mapped[int | None]  # when the blank was first taken
    opinion: Mapped[str] = mapped_column(default="")
    opinion_by: Mapped[str] = mapped_column(default="")
    forwarded: Mapped[int | None]
    links: Mapped[list[LinkRow]] = relationship(back_populates="county")


class LinkRow(Base):
    """A way in for one county. Its address is signed, and is nowhere in the database."""

    __tablename__ = "links"
    id: Mapped[str] = mapped_column(primary_key=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("counties.id"), index=True)
    created: Mapped[int]
    expires: Mapped[int]
    revoked: Mapped[int | None]
    used: Mapped[int | None]
    county: Mapped[County] = relationship(back_populates="links", lazy="joined")


class Upload(Base):
    """A file that was received, and its receipt. ``county_id`` is None while nobody knows whose.

    ``state``: waiting, judged, or failed. ``current``: it is what counts for its county.
    """

    __tablename__ = "uploads"
    __table_args__ = (UniqueConstraint("owner", "sha256"), Index("ix_uploads_batch", "batch_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(unique=True)
    #: the county's issue id, or "batch": the same file from the same place is one upload
    owner: Mapped[str]
    county_id: Mapped[int | None] = mapped_column(ForeignKey("counties.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    source: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    number: Mapped[int] = mapped_column(default=0)  # of the county's uploads, from 1
    received: Mapped[int]
    state: Mapped[str] = mapped_column(default="waiting")
    current: Mapped[bool] = mapped_column(default=False)
    verdict: Mapped[str] = mapped_column(default="")
    astray: Mapped[str] = mapped_column(default="")  # whose workbook it is, if another's
    judged: Mapped[int | None]
    failure: Mapped[str] = mapped_column(default="")
    county: Mapped[County | None] = relationship(lazy="joined")
    returns: Mapped[list[Judged]] = relationship(
        back_populates="upload", order_by="Judged.id", cascade="all, delete-orphan"
    )


class Judged(Base):
    """One file of an upload, a pack having several, and all that was found in it.

    ``problems`` are records as an import writes them, with ``message_en`` and ``how_to_mend_en``.
    """

    __tablename__ = "returns"
    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("uploads.id"), index=True)
    file: Mapped[str]
    sha256: Mapped[str]
    verdict: Mapped[str]
    issue: Mapped[str] = mapped_column(default="")
    issued_to: Mapped[str] = mapped_column(default="")
    form: Mapped[str] = mapped_column(default="")
    errors: Mapped[int] = mapped_column(default=0)
    explains: Mapped[int] = mapped_column(default=0)
    infos: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[Any]] = mapped_column(default=list)
    #: hashes of what goes back: the marked copy and the letter; the short message itself
    copy: Mapped[str] = mapped_column(default="")
    letter: Mapped[str] = mapped_column(default="")
    message: Mapped[str] = mapped_column(default="")
    #: the cells that cite pages of evidence, and the files of the upload that hold these pages
    cited: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    volume: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    upload: Mapped[Upload] = relationship(back_populates="returns")


class BatchRow(Base):
    """Files that the office put in together."""

    __tablename__ = "batches"
    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[int]
    by: Mapped[str]
    note: Mapped[str] = mapped_column(default="")


class Reason(Base):
    """What a county answered on the page to something that is to be explained."""

    __tablename__ = "reasons"
    __table_args__ = (UniqueConstraint("issue", "code", "sheet", "cell"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("counties.id"), index=True)
    issue: Mapped[str]  # of the workbook that was answered about, whichever copy it is
    code: Mapped[str]
    sheet: Mapped[str] = mapped_column(default="")
    cell: Mapped[str] = mapped_column(default="")
    value: Mapped[str] = mapped_column(default="")  # what it is about, as it was typed
    reason: Mapped[str]
    by: Mapped[str] = mapped_column(default="")
    at: Mapped[int]


class DecisionRow(Base):
    """What the office decided about a question, and the figure that it holds to be right."""

    __tablename__ = "decisions"
    __table_args__ = (UniqueConstraint("issue", "code", "sheet", "cell"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("counties.id"), index=True)
    issue: Mapped[str]
    code: Mapped[str]
    sheet: Mapped[str] = mapped_column(default="")
    cell: Mapped[str] = mapped_column(default="")
    value: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")  # the one it is about
    ruling: Mapped[str]
    number: Mapped[float | None]
    note: Mapped[str] = mapped_column(default="")
    by: Mapped[str]
    at: Mapped[int]


class Job(Base):
    """Something to be done by the workers: waiting, running, done, or failed."""

    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default="waiting", index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")
    failure: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    created: Mapped[int]
    ended: Mapped[int | None]


class Event(Base):
    """Something has changed that pages show; they ask again for what it was."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str]
    at: Mapped[int]


class Record(Base):
    """One line of the audit log. Each holds the hash of the one before: none goes unnoticed."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[int]
    who: Mapped[str]
    what: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    facts: Mapped[str] = mapped_column(default="{}")
    before: Mapped[str]
    hash: Mapped[str]


class Counter(Base):
    """A number that is counted on under a lock: receipts, lines of the audit log."""

    __tablename__ = "counters"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
