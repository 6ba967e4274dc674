"""What is known of an image, in one query: its file, the membership it stands by, and its source."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, Select, and_, select

from cvwidgets.records import Header, Image, Source
from cvwidgets.store.places import Places
from cvwidgets.store.tables import acts, files, images, memberships, sources
from cvwidgets.store.tree import Tree


def known_facts(*, troubled: bool = False, under: Collection[int] = ()) -> Select[Any]:
    """One row for each living image, for `as_image`; `troubled`: only those of which no file is well.

    Its file is the first one that is well; its membership the kept one, else the one decided last; its source the first. `under`: ids of
    labels that are asked about: for an image that has a membership there, only those count.
    """
    file, standing, source = files.alias("file"), memberships.alias("standing"), sources.alias("source")
    first = (
        select(files.c.id)
        .where(files.c.image_id == images.c.id)
        .order_by(files.c.problem.is_not(None), files.c.id)
        .limit(1)
        .correlate(images)
        .scalar_subquery()
    )
    told = select(sources.c.id).where(sources.c.image_id == images.c.id).order_by(sources.c.id).limit(1).correlate(images).scalar_subquery()
    row = memberships.c
    asked_first = [row.label_id.in_(under).desc()] if under else []
    stands = (
        select(row.label_id)
        .where(row.image_id == images.c.id)
        .order_by(*asked_first, (row.state == "kept").desc(), row.act_id.desc(), row.state, row.label_id)
        .limit(1)
        .correlate(images)
        .scalar_subquery()
    )
    query = (
        select(
            images,
            file.c.path,
            file.c.owned,
            file.c.problem,
            standing.c.label_id,
            standing.c.state,
            acts.c.by,
            acts.c.at,
            source.c.id.label("source_id"),
            *(source.c[name] for name in ("address", "page", "query", "license", "author", "provider")),
            source.c.at.label("found_at"),
        )
        .select_from(images)
        .join(file, file.c.id == first)
        .join(standing, and_(standing.c.image_id == images.c.id, standing.c.label_id == stands))
        .join(acts, acts.c.id == standing.c.act_id)
        .outerjoin(source, source.c.id == told)
        .where(images.c.gone.is_(None))
    )
    if troubled:
        marked = select(files.c.image_id).where(files.c.problem.is_not(None))
        query = query.where(images.c.id.in_(marked), file.c.problem.is_not(None))
    return query


def header_row(header: Header) -> dict[str, Any]:
    """A header as columns of an image."""
    return {"format": header.format, "width": header.width, "height": header.height, "pages": header.pages}


def as_dict(row: Row[Any], tree: Tree, places: Places) -> dict[str, Any]:
    """All that a row of `known_facts` says, by plain names; the label as its path."""
    told = ("address", "page", "query", "license", "author", "provider")
    facts = ("sha256", "state", "format", "width", "height", "pages", "size", "phash", "owned", "problem", "by")
    values = row._mapping
    return {
        "id": row.id,
        "path": places.text(row.path),
        "label": tree.path(row.label_id),
        **{name: values[name] for name in facts},
        "when": row.at,
        **{name: values[name] for name in told},
    }


def as_image(row: Row[Any], tree: Tree, places: Places) -> Image:
    """The record of a row of `known_facts`."""
    source = None
    if row.source_id is not None:
        source = Source(row.address, row.page, row.query, row.license, row.author, row.provider, row.found_at)
    return Image(
        id=row.id,
        path=places.find(row.path),
        owned=bool(row.owned),
        sha256=row.sha256,
        format=row.format,
        width=row.width,
        height=row.height,
        pages=row.pages,
        size=row.size,
        phash=row.phash,
        label=tree.path(row.label_id),
        state=row.state,
        problem=row.problem,
        source=source,
    )
