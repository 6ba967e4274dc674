"""What holds in every catalog at every moment, whoever was killed while writing it; tests of other rooms check it too."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

BROKEN = {
    "SQLite finds the file damaged": "SELECT * FROM pragma_quick_check WHERE quick_check <> 'ok'",
    "a row points to one that is not there": "SELECT * FROM pragma_foreign_key_check",
    "an image has no membership": """
        SELECT id FROM images WHERE gone IS NULL AND id NOT IN (SELECT image_id FROM memberships)""",
    "an image that left has memberships": """
        SELECT id FROM images WHERE gone IS NOT NULL AND id IN (SELECT image_id FROM memberships)""",
    "an image has two kept labels": """
        SELECT image_id FROM memberships WHERE state = 'kept' GROUP BY image_id HAVING count(*) > 1""",
    "an image waits for a label and has one": """
        SELECT image_id FROM memberships WHERE label_id = 0
        AND image_id IN (SELECT image_id FROM memberships WHERE label_id <> 0 AND state <> 'trashed')""",
    "an image has no file": """
        SELECT id FROM images WHERE coalesce(gone, '') NOT IN ('merged', 'emptied') AND id NOT IN (SELECT image_id FROM files)
        AND NOT (gone = 'refused' AND EXISTS (SELECT 1 FROM images AS other WHERE other.id > images.id))""",
    "a merged image has files, parts or a hash": """
        SELECT id FROM images WHERE gone = 'merged' AND (sha256 IS NOT NULL
        OR id IN (SELECT image_id FROM files) OR id IN (SELECT image_id FROM splits))""",
    "columns say something of an image that was merged or emptied": """
        SELECT image_id FROM cells JOIN images ON images.id = image_id WHERE gone IN ('merged', 'emptied')""",
    "a merged image points to one that left": """
        SELECT one.id FROM images AS one JOIN images AS other ON other.id = one.survivor_id WHERE other.gone = 'merged'""",
    "what left with the emptied trash is not known by its hash": "SELECT id FROM images WHERE gone = 'emptied' AND sha256 IS NULL",
    "an image was read whole and has no hash": """
        SELECT id FROM images WHERE settled AND gone IS NULL AND sha256 IS NULL
        AND id NOT IN (SELECT image_id FROM files WHERE problem IS NOT NULL)""",
    "a membership is under a deleted label": """
        SELECT image_id FROM memberships JOIN labels ON labels.id = label_id WHERE labels.gone""",
    "a label lies under a deleted one": """
        SELECT child.id FROM labels AS child JOIN labels AS parent ON parent.id = child.parent_id WHERE parent.gone AND NOT child.gone""",
    "the journal does not lead to the memberships": """
        WITH last AS (
            SELECT image_id, label_id, after_state, after_claimed, after_act,
                   row_number() OVER (PARTITION BY image_id, label_id ORDER BY act_id DESC) AS nth FROM changes),
        said AS (SELECT image_id, label_id, after_state, after_claimed, after_act FROM last WHERE nth = 1 AND after_state IS NOT NULL)
        SELECT * FROM (SELECT * FROM said EXCEPT SELECT image_id, label_id, state, claimed, act_id FROM memberships)
        UNION ALL SELECT * FROM (SELECT image_id, label_id, state, claimed, act_id FROM memberships EXCEPT SELECT * FROM said)""",
    "an act found another state than the one before left": """
        WITH steps AS (
            SELECT act_id, before_state, before_claimed, before_act,
                   lag(after_state) OVER w AS state, lag(after_claimed) OVER w AS claimed, lag(after_act) OVER w AS act
            FROM changes WINDOW w AS (PARTITION BY image_id, label_id ORDER BY act_id))
        SELECT act_id FROM steps WHERE before_state IS NOT state OR before_claimed IS NOT claimed OR before_act IS NOT act""",
    "an act was begun and not finished": "SELECT id FROM acts WHERE sentence = ''",
    "an act counts other images than it changed or spoke of": """
        WITH touched AS (SELECT act_id, image_id FROM changes UNION SELECT act_id, image_id FROM verdicts)
        SELECT id FROM acts WHERE kind NOT IN ('merge') AND images <> (SELECT count(*) FROM touched WHERE act_id = id)""",
    "two models are in production": "SELECT 1 FROM models WHERE production GROUP BY production HAVING count(*) > 1",
}


def broken_invariants(project: Path) -> list[str]:
    """Sentences about what does not hold in the catalog of a project, with a few of the rows; none is well. No catalog is well too."""
    catalog = project / "catalog.db"
    if not catalog.exists():
        return []
    with closing(sqlite3.connect(catalog, timeout=15)) as connection:
        found = {sentence: connection.execute(query).fetchmany(5) for sentence, query in BROKEN.items()}
    return [f"{sentence}: {rows}" for sentence, rows in found.items() if rows]


def check_invariants(project: Path) -> None:
    """Fails with what does not hold in the catalog of a project."""
    broken = broken_invariants(project)
    assert not broken, "\n".join(broken)
