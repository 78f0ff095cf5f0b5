"""The pages of evidence that a return cites."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Returns of before cite none."""
    with op.batch_alter_table("returns") as table:
        for name in ("cited", "volume"):
            table.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
