"""Licenses by their short codes, as Creative Commons has them: what may be asked for, and what providers write."""

from __future__ import annotations

import re

from cvwidgets.errors import SourceError

CODES = ("cc0", "pdm", "by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
"""The codes of Creative Commons; "pdm" is the public domain mark."""
GROUPS = {
    "public": frozenset(("cc0", "pdm")),
    "free": frozenset(("cc0", "pdm", "by", "by-sa")),
    "commercial": frozenset(("cc0", "pdm", "by", "by-sa", "by-nd")),
    "modification": frozenset(("cc0", "pdm", "by", "by-sa", "by-nc", "by-nc-sa")),
}
"""Names for several: in the public domain; free to use and change for all; for business too; may be changed."""
RESERVED = "all rights reserved"

_CODE = re.compile(r"\bby(?:-nc)?(?:-nd|-sa)?\b")
_VERSION = re.compile(r"\d\.\d")


def licenses_of(asked: str | None) -> frozenset[str] | None:
    """The codes that are asked for: a group, or codes with commas between them; None for any license, and for none known.

    Raises:
        SourceError: it is neither.
    """
    if not asked or not asked.strip():
        return None
    codes: frozenset[str] = frozenset()
    for word in (part.strip().lower().removeprefix("cc-") for part in asked.split(",") if part.strip()):
        if word not in GROUPS and word not in CODES:
            groups, known = ", ".join(GROUPS), ", ".join(CODES)
            raise SourceError(f"There is no license {word[:40]!r}; it can be {groups}, or codes such as {known}. Choose one of these.")
        codes |= GROUPS.get(word, frozenset((word,)))
    return codes


def code_of(written: str | None) -> str | None:
    """The code of a license as people write it ("CC BY-SA 4.0", "cc-by-nc", "Public domain"); None when it is another one, or unknown."""
    name = (written or "").lower().replace("_", "-").replace(" ", "-")
    if "cc0" in name or "cc-zero" in name:
        return "cc0"
    if found := _CODE.search(name):
        return found.group() if found.group() in CODES else None
    return "pdm" if name in ("pdm", "pd") or name.startswith("pd-") or "public-domain" in name else None


def name_of(code: str, version: str | None = None) -> str:
    """What people call the license of a code: "CC BY-SA 4.0", "CC0 1.0", "public domain"."""
    if code == "pdm":
        return "public domain"
    name = "CC0" if code == "cc0" else f"CC {code.upper()}"
    return f"{name} {version}" if version and _VERSION.fullmatch(version) else name
