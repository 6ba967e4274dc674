"""The tables of the catalog. A change here needs a migration in `migrations/versions`; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    text,
)

from cvwidgets.store.columns import PathText, Unsigned64

metadata = MetaData()

UNSORTED_ID = 0
"""The label that always exists: it holds what has no label."""

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Integer, nullable=False))
settings = Table("settings", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

# A row stays when its image leaves: `gone` says how ("merged", "refused", "emptied"), so that ids are never used again and old acts keep
# their sense. What was emptied from the trash keeps its hashes, sources and the files that are not the project's: it is known for good.
images = Table(
    "images",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", Text, unique=True),
    Column("format", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("phash", Unsigned64),
    Column("settled", Boolean, nullable=False),
    Column("added", Text, nullable=False),
    Column("gone", Text),
    Column("survivor_id", Integer, ForeignKey("images.id")),
    Column("reason", Text),
    CheckConstraint("gone IN ('merged', 'refused', 'emptied')", name="images_gone"),
)
Index("images_pending", images.c.id, sqlite_where=text("settled = 0 AND gone IS NULL"))
Index("images_survivor", images.c.survivor_id, sqlite_where=text("survivor_id IS NOT NULL"))

# Paths inside the project are relative to it, with slashes; all others are absolute.
files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("image_id", Integer, ForeignKey("images.id"), nullable=False),
    Column("path", PathText, nullable=False, unique=True),
    Column("owned", Boolean, nullable=False),
    Column("size", Integer, nullable=False),
    Column("mtime_ns", Integer, nullable=False),
    Column("problem", Text),
)
Index("files_image", files.c.image_id)
Index("files_problem", files.c.image_id, sqlite_where=text("problem IS NOT NULL"))

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("image_id", Integer, ForeignKey("images.id"), nullable=False),
    Column("address", Text),
    Column("page", Text),
    Column("query", Text),
    Column("license", Text),
    Column("author", Text),
    Column("provider", Text),
    Column("at", Text),
)
Index("sources_image", sources.c.image_id)
Index("sources_address", sources.c.address)

# Columns of the user's own (patient, camera, site), as lists and data sets have them, and what each says of an image.
own_columns = Table(
    "columns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False, unique=True),
)
cells = Table(
    "cells",
    metadata,
    Column("image_id", Integer, ForeignKey("images.id"), primary_key=True),
    Column("column_id", Integer, ForeignKey("columns.id"), primary_key=True),
    Column("value", Text, nullable=False),
    Index("cells_of_column", "column_id", "image_id"),
    sqlite_with_rowid=False,
)

labels = Table(
    "labels",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("parent_id", Integer, ForeignKey("labels.id")),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("color", Text),
    Column("hotkey", Text),
    Column("gone", Boolean, nullable=False),
)
Index("labels_unique", func.coalesce(labels.c.parent_id, text("-1")), labels.c.folded, unique=True, sqlite_where=text("gone = 0"))

acts = Table(
    "acts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("images", Integer, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("of_act", Integer, ForeignKey("acts.id")),
)
Index("acts_of", acts.c.of_act, sqlite_where=text("of_act IS NOT NULL"))

# `act_id` is the act by which a row stands: who and when are that act's, and "later" is a larger id, whatever the clock says.
# `claimed`: the same bytes arrived as kept here while another label keeps them; a conflict until the image is decided.
memberships = Table(
    "memberships",
    metadata,
    Column("image_id", Integer, ForeignKey("images.id"), primary_key=True),
    Column("label_id", Integer, ForeignKey("labels.id"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("claimed", Boolean, nullable=False),
    Column("act_id", Integer, ForeignKey("acts.id"), nullable=False),
    CheckConstraint("state IN ('new', 'kept', 'trashed')", name="memberships_state"),
    CheckConstraint("state <> 'kept' OR label_id <> 0", name="memberships_unsorted"),
    CheckConstraint("claimed = 0 OR state = 'new'", name="memberships_claimed"),
    sqlite_with_rowid=False,
)
Index("memberships_label", memberships.c.label_id, memberships.c.state)
Index("memberships_kept", memberships.c.image_id, unique=True, sqlite_where=text("state = 'kept'"))
Index("memberships_claims", memberships.c.image_id, sqlite_where=text("claimed = 1"))

# The journal: each membership row that an act touched, before and after (state NULL: there was, or is, no row).
changes = Table(
    "changes",
    metadata,
    Column("act_id", Integer, ForeignKey("acts.id"), primary_key=True),
    Column("image_id", Integer, primary_key=True),
    Column("label_id", Integer, primary_key=True),
    Column("before_state", Text),
    Column("before_claimed", Boolean),
    Column("before_act", Integer),
    Column("after_state", Text),
    Column("after_claimed", Boolean),
    Column("after_act", Integer),
    sqlite_with_rowid=False,
)

# The same for labels, as JSON of the row.
label_changes = Table(
    "label_changes",
    metadata,
    Column("act_id", Integer, ForeignKey("acts.id"), primary_key=True),
    Column("label_id", Integer, ForeignKey("labels.id"), primary_key=True),
    Column("before", Text),
    Column("after", Text, nullable=False),
    sqlite_with_rowid=False,
)

# What was said of images without changing them: of an act "confirm" that the label is right, of "separate" that they are all different,
# of "mend split" that they got the part of images that look the same. A verdict holds while its act is not undone.
verdicts = Table(
    "verdicts",
    metadata,
    Column("act_id", Integer, ForeignKey("acts.id"), primary_key=True),
    Column("image_id", Integer, ForeignKey("images.id"), primary_key=True),
    Column("label_id", Integer, ForeignKey("labels.id")),
    sqlite_with_rowid=False,
)

# `scheme` is a seed with fractions and what stays whole; an image's part under it never changes, but for look-alikes torn apart before.
splits = Table(
    "splits",
    metadata,
    Column("scheme", Text, primary_key=True),
    Column("image_id", Integer, ForeignKey("images.id"), primary_key=True),
    Column("part", Text, nullable=False),
    CheckConstraint("part IN ('train', 'valid', 'test')", name="splits_part"),
    sqlite_with_rowid=False,
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Text, primary_key=True),
    Column("scheme", Text, nullable=False),
    Column("depth", Integer),
    Column("labels", Text, nullable=False),
    Column("train", Integer, nullable=False),
    Column("valid", Integer, nullable=False),
    Column("test", Integer, nullable=False),
    Column("created", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("recipe", Text, nullable=False),
    Column("snapshot_id", Text, ForeignKey("snapshots.id")),
    Column("continues", Integer, ForeignKey("runs.number")),
    Column("by", Text, nullable=False),
    Column("created", Text, nullable=False),
)

models = Table(
    "models",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("run", Text, nullable=False),
    Column("folder", PathText, nullable=False),
    Column("labels", Text, nullable=False),
    Column("created", Text, nullable=False),
    Column("production", Boolean, nullable=False),
)
Index("models_production", models.c.production, unique=True, sqlite_where=text("production = 1"))

# Room for detection and segmentation: `shape` is JSON for boxes and polygons, `mask` a packed bitmap.
annotated = Table(
    "annotations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("image_id", Integer, ForeignKey("images.id"), nullable=False),
    Column("label_id", Integer, ForeignKey("labels.id")),
    Column("kind", Text, nullable=False),
    Column("shape", Text),
    Column("mask", LargeBinary),
    Column("score", Float),
    Column("source", Text),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    CheckConstraint("kind IN ('box', 'polygon', 'mask')", name="annotations_kind"),
)
Index("annotations_image", annotated.c.image_id)
