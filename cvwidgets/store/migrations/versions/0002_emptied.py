"""Images may leave with the emptied trash: `gone` takes another word, for which SQLite wants the table made anew."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

Text, Integer = sa.Text, sa.Integer


def upgrade() -> None:
    """Makes the table `images` anew with the wider check; foreign keys must be off, since the old one is dropped."""
    op.create_table(
        "images_anew",
        sa.Column("id", Integer, primary_key=True),
        sa.Column("sha256", Text, unique=True),
        sa.Column("format", Text, nullable=False),
        *(sa.Column(name, Integer, nullable=False) for name in ("width", "height", "pages", "size")),
        sa.Column("phash", sa.BigInteger),
        sa.Column("settled", sa.Boolean, nullable=False),
        sa.Column("added", Text, nullable=False),
        sa.Column("gone", Text),
        sa.Column("survivor_id", Integer, sa.ForeignKey("images.id")),
        sa.Column("reason", Text),
        sa.CheckConstraint("gone IN ('merged', 'refused', 'emptied')", name="images_gone"),
    )
    op.execute("INSERT INTO images_anew SELECT * FROM images")
    op.drop_table("images")
    op.rename_table("images_anew", "images")
    op.create_index("images_pending", "images", ["id"], sqlite_where=sa.text("settled = 0 AND gone IS NULL"))
    op.create_index("images_survivor", "images", ["survivor_id"], sqlite_where=sa.text("survivor_id IS NOT NULL"))
