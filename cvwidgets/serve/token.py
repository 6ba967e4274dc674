"""The token that lets one in: given, or made once for a project and kept in a file that nobody but its owner can read."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

from cvwidgets.errors import ServeError
from cvwidgets.files import write_whole
from cvwidgets.machine import machine_folder
from cvwidgets.serve.choices import Choices

VARIABLE = "CVWIDGETS_TOKEN"
_USABLE = re.compile(r"[\w.~+/=-]{16,200}", re.ASCII)


class Token:
    """A token that is compared in constant time, and shows itself to nobody who prints it; `place` says where it can be looked up."""

    def __init__(self, text: str, place: str) -> None:
        """Raises ServeError when the text is no token."""
        if not _USABLE.fullmatch(text):
            raise ServeError(
                f"The token in {place} cannot be used; 16 to 200 letters, digits, or any of . _ ~ + / = - are needed. Write a longer one."
            )
        self.text = text
        self.place = place
        self._digest = _digest(text.encode())

    def lets_in(self, header: bytes | None) -> bool:
        """Whether an Authorization header (RFC 6750) holds it."""
        kind, _, given = (header or b"").strip().partition(b" ")
        return hmac.compare_digest(_digest(given.strip()), self._digest) and kind.lower() == b"bearer"


def find_token(choices: Choices) -> Token:
    """The token of the file that was named, else that of the environment, which children do not inherit then, else the project's own.

    Raises:
        ServeError: a file cannot be read or written, or holds no token.
    """
    given = os.environ.pop(VARIABLE, None)
    try:
        if choices.token_file is not None:
            return Token(choices.token_file.read_text("utf-8").strip(), str(choices.token_file.absolute()))
        if given:
            return Token(given, f"the environment's {VARIABLE}")
        return _own(token_file(choices.project))
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ServeError(f"The token's file cannot be used ({reason}); one that may be read is needed. Name another.") from error


def token_file(project: Path) -> Path:
    """Where a project's own token lies: with what this user's projects share on this machine, never in a folder that is passed on."""
    known = hashlib.sha256(str(project.resolve()).encode(errors="surrogateescape")).hexdigest()[:16]
    return machine_folder() / "tokens" / known


def _own(file: Path) -> Token:
    """The token in the file, which is made when it is missing or others may read it."""
    try:
        facts = file.stat()
        if os.name != "posix" or (not facts.st_mode & 0o077 and facts.st_uid == os.getuid()):
            return Token(file.read_text("ascii").strip(), str(file))
    except (FileNotFoundError, UnicodeError, ServeError):
        pass
    file.parent.mkdir(parents=True, exist_ok=True)
    token = Token(secrets.token_urlsafe(32), str(file))
    write_whole(file, token.text.encode(), private=True)
    return token


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()
