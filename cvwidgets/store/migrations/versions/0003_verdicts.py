"""What persons said of findings: that a label is right, that images are different."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the table `verdicts`."""
    op.create_table(
        "verdicts",
        sa.Column("act_id", sa.Integer, sa.ForeignKey("acts.id"), primary_key=True),
        sa.Column("image_id", sa.Integer, sa.ForeignKey("images.id"), primary_key=True),
        sa.Column("label_id", sa.Integer, sa.ForeignKey("labels.id")),
        sqlite_with_rowid=False,
    )
