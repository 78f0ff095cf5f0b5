"""The first tables of a desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them; what is counted begins at nothing."""
    _accounts()
    _audit()
    _batches()
    _counters()
    _counties()
    _events()
    _jobs()
    _rounds()
    _decisions()
    _links()
    _logins()
    _reasons()
    _uploads()
    _returns()
    counters = sa.table("counters", sa.column("name", sa.Text()), sa.column("value", _WHOLE))
    op.bulk_insert(counters, [{"name": "audit", "value": 0}, {"name": "receipts", "value": 0}])


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("created", _WHOLE, nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("at", _WHOLE, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )


def _batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("created", _WHOLE, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )


def _counties() -> None:
    op.create_table(
        "counties",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("number", _WHOLE, nullable=False),
        sa.Column("issued_to", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("cluster_name", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=False),
        sa.Column("blank", sa.Text(), nullable=False),
        sa.Column("blank_name", sa.Text(), nullable=False),
        sa.Column("fetched", _WHOLE, nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("opinion_by", sa.Text(), nullable=False),
        sa.Column("forwarded", _WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counties")),
        sa.UniqueConstraint("issue", name=op.f("uq_counties_issue")),
    )
    op.create_index(op.f("ix_counties_city"), "counties", ["city"], unique=False)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("at", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", _WHOLE, nullable=False),
        sa.Column("total", _WHOLE, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("tries", _WHOLE, nullable=False),
        sa.Column("created", _WHOLE, nullable=False),
        sa.Column("ended", _WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_state"), "jobs", ["state"], unique=False)


def _rounds() -> None:
    op.create_table(
        "rounds",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("year", _WHOLE, nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("roster", sa.Text(), nullable=False),
        sa.Column("roster_name", sa.Text(), nullable=False),
        sa.Column("created", _WHOLE, nullable=False),
        sa.Column("issued", _WHOLE, nullable=True),
        sa.Column("locked", _WHOLE, nullable=True),
        sa.Column("changes", _WHOLE, nullable=False),
        sa.Column("made", _WHOLE, nullable=False),
        sa.Column("made_at", _WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("county_id", _WHOLE, nullable=False),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ruling", sa.Text(), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["county_id"], ["counties.id"], name=op.f("fk_decisions_county_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("issue", "code", "sheet", "cell", name=op.f("uq_decisions_issue")),
    )
    op.create_index(op.f("ix_decisions_county_id"), "decisions", ["county_id"], unique=False)


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("county_id", _WHOLE, nullable=False),
        sa.Column("created", _WHOLE, nullable=False),
        sa.Column("expires", _WHOLE, nullable=False),
        sa.Column("revoked", _WHOLE, nullable=True),
        sa.Column("used", _WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["county_id"], ["counties.id"], name=op.f("fk_links_county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_county_id"), "links", ["county_id"], unique=False)


def _logins() -> None:
    op.create_table(
        "logins",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", _WHOLE, nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("program", sa.Boolean(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("created", _WHOLE, nullable=False),
        sa.Column("seen", _WHOLE, nullable=False),
        sa.Column("expires", _WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_logins_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logins")),
    )
    op.create_index(op.f("ix_logins_account_id"), "logins", ["account_id"], unique=False)


def _reasons() -> None:
    op.create_table(
        "reasons",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("county_id", _WHOLE, nullable=False),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["counties.id"], name=op.f("fk_reasons_county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reasons")),
        sa.UniqueConstraint("issue", "code", "sheet", "cell", name=op.f("uq_reasons_issue")),
    )
    op.create_index(op.f("ix_reasons_county_id"), "reasons", ["county_id"], unique=False)


def _uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("county_id", _WHOLE, nullable=True),
        sa.Column("batch_id", _WHOLE, nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", _WHOLE, nullable=False),
        sa.Column("number", _WHOLE, nullable=False),
        sa.Column("received", _WHOLE, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("astray", sa.Text(), nullable=False),
        sa.Column("judged", _WHOLE, nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_uploads_batch_id")),
        sa.ForeignKeyConstraint(["county_id"], ["counties.id"], name=op.f("fk_uploads_county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("owner", "sha256", name=op.f("uq_uploads_owner")),
        sa.UniqueConstraint("receipt", name=op.f("uq_uploads_receipt")),
    )
    op.create_index("ix_uploads_batch", "uploads", ["batch_id"], unique=False)
    op.create_index(op.f("ix_uploads_county_id"), "uploads", ["county_id"], unique=False)
    op.create_index(op.f("ix_uploads_sha256"), "uploads", ["sha256"], unique=False)


def _returns() -> None:
    op.create_table(
        "returns",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("upload_id", _WHOLE, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("issued_to", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("errors", _WHOLE, nullable=False),
        sa.Column("explains", _WHOLE, nullable=False),
        sa.Column("infos", _WHOLE, nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("copy", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_returns_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
    )
    op.create_index(op.f("ix_returns_upload_id"), "returns", ["upload_id"], unique=False)
