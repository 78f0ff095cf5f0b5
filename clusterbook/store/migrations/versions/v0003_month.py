"""The month of a round, for forms that are returned by months or quarters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Rounds of before are of a year."""
    with op.batch_alter_table("rounds") as table:
        table.add_column(sa.Column("month", sa.BigInteger(), nullable=False, server_default="0"))
