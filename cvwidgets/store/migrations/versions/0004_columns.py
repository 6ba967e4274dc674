"""What lists and data sets tell of images in columns of the user's own, such as a patient or a camera."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the tables `columns` and `cells`."""
    op.create_table(
        "columns",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "cells",
        sa.Column("image_id", sa.Integer, sa.ForeignKey("images.id"), primary_key=True),
        sa.Column("column_id", sa.Integer, sa.ForeignKey("columns.id"), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("cells_of_column", "cells", ["column_id", "image_id"])
