"""The first catalog: images, labels, memberships, the journal, splits, snapshots, runs, models, and room for annotations."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Text, Integer, Boolean = sa.Text, sa.Integer, sa.Boolean


def upgrade() -> None:
    """Creates all tables."""
    _facts()
    _images()
    _labels()
    _journal()
    _learning()
    op.execute("INSERT INTO meta VALUES ('version', 0)")
    op.execute("INSERT INTO labels (id, name, folded, gone) VALUES (0, 'Unsorted', 'unsorted', 0)")


def _needed(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _key(name: str, kind: Any = Integer, *, of: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, kind, *([sa.ForeignKey(of)] if of else []), primary_key=True)


def _link(name: str, of: str, *, needed: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Integer, sa.ForeignKey(of), nullable=not needed)


def _facts() -> None:
    op.create_table("meta", _key("key", Text), _needed("value", Integer))
    op.create_table("settings", _key("key", Text), _needed("value", Text))


def _images() -> None:
    op.create_table(
        "images",
        _key("id"),
        sa.Column("sha256", Text, unique=True),
        _needed("format", Text),
        *(_needed(name, Integer) for name in ("width", "height", "pages", "size")),
        sa.Column("phash", sa.BigInteger),
        _needed("settled", Boolean),
        _needed("added", Text),
        sa.Column("gone", Text),
        _link("survivor_id", "images.id"),
        sa.Column("reason", Text),
        sa.CheckConstraint("gone IN ('merged', 'refused')", name="images_gone"),
    )
    op.create_index("images_pending", "images", ["id"], sqlite_where=sa.text("settled = 0 AND gone IS NULL"))
    op.create_index("images_survivor", "images", ["survivor_id"], sqlite_where=sa.text("survivor_id IS NOT NULL"))
    op.create_table(
        "files",
        _key("id"),
        _link("image_id", "images.id", needed=True),
        sa.Column("path", Text, nullable=False, unique=True),
        _needed("owned", Boolean),
        _needed("size", Integer),
        _needed("mtime_ns", Integer),
        sa.Column("problem", Text),
    )
    op.create_index("files_image", "files", ["image_id"])
    op.create_index("files_problem", "files", ["image_id"], sqlite_where=sa.text("problem IS NOT NULL"))
    told = ("address", "page", "query", "license", "author", "provider", "at")
    op.create_table("sources", _key("id"), _link("image_id", "images.id", needed=True), *(sa.Column(name, Text) for name in told))
    op.create_index("sources_image", "sources", ["image_id"])
    op.create_index("sources_address", "sources", ["address"])


def _labels() -> None:
    op.create_table(
        "labels",
        _key("id"),
        _link("parent_id", "labels.id"),
        _needed("name", Text),
        _needed("folded", Text),
        sa.Column("color", Text),
        sa.Column("hotkey", Text),
        _needed("gone", Boolean),
    )
    place = sa.text("coalesce(parent_id, -1)")
    op.create_index("labels_unique", "labels", [place, "folded"], unique=True, sqlite_where=sa.text("gone = 0"))
    op.create_table(
        "annotations",
        _key("id"),
        _link("image_id", "images.id", needed=True),
        _link("label_id", "labels.id"),
        _needed("kind", Text),
        sa.Column("shape", Text),
        sa.Column("mask", sa.LargeBinary),
        sa.Column("score", sa.Float),
        sa.Column("source", Text),
        _needed("by", Text),
        _needed("at", Text),
        sa.CheckConstraint("kind IN ('box', 'polygon', 'mask')", name="annotations_kind"),
    )
    op.create_index("annotations_image", "annotations", ["image_id"])


def _journal() -> None:
    op.create_table(
        "acts",
        _key("id"),
        *(_needed(name, Text) for name in ("kind", "by", "at")),
        _needed("images", Integer),
        _needed("sentence", Text),
        _link("of_act", "acts.id"),
    )
    op.create_index("acts_of", "acts", ["of_act"], sqlite_where=sa.text("of_act IS NOT NULL"))
    op.create_table(
        "memberships",
        _key("image_id", of="images.id"),
        _key("label_id", of="labels.id"),
        _needed("state", Text),
        _needed("claimed", Boolean),
        _link("act_id", "acts.id", needed=True),
        sa.CheckConstraint("state IN ('new', 'kept', 'trashed')", name="memberships_state"),
        sa.CheckConstraint("state <> 'kept' OR label_id <> 0", name="memberships_unsorted"),
        sa.CheckConstraint("claimed = 0 OR state = 'new'", name="memberships_claimed"),
        sqlite_with_rowid=False,
    )
    op.create_index("memberships_label", "memberships", ["label_id", "state"])
    op.create_index("memberships_kept", "memberships", ["image_id"], unique=True, sqlite_where=sa.text("state = 'kept'"))
    op.create_index("memberships_claims", "memberships", ["image_id"], sqlite_where=sa.text("claimed = 1"))
    sides = ((side, name) for side in ("before", "after") for name in ("state", "claimed", "act"))
    kinds = {"state": Text, "claimed": Boolean, "act": Integer}
    op.create_table(
        "changes",
        _key("act_id", of="acts.id"),
        _key("image_id"),
        _key("label_id"),
        *(sa.Column(f"{side}_{name}", kinds[name]) for side, name in sides),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "label_changes",
        _key("act_id", of="acts.id"),
        _key("label_id", of="labels.id"),
        sa.Column("before", Text),
        _needed("after", Text),
        sqlite_with_rowid=False,
    )


def _learning() -> None:
    op.create_table(
        "splits",
        _key("scheme", Text),
        _key("image_id", of="images.id"),
        _needed("part", Text),
        sa.CheckConstraint("part IN ('train', 'valid', 'test')", name="splits_part"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "snapshots",
        _key("id", Text),
        _needed("scheme", Text),
        sa.Column("depth", Integer),
        _needed("labels", Text),
        *(_needed(part, Integer) for part in ("train", "valid", "test")),
        _needed("created", Text),
    )
    op.create_table(
        "runs",
        _key("number"),
        _needed("recipe", Text),
        sa.Column("snapshot_id", Text, sa.ForeignKey("snapshots.id")),
        _link("continues", "runs.number"),
        _needed("by", Text),
        _needed("created", Text),
    )
    op.create_table(
        "models",
        _key("version"),
        *(_needed(name, Text) for name in ("run", "folder", "labels", "created")),
        _needed("production", Boolean),
    )
    op.create_index("models_production", "models", ["production"], unique=True, sqlite_where=sa.text("production = 1"))
