"""Sending files to the hub, all in one commit; never unless somebody asks for it."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

from cvwidgets.errors import NotSent
from cvwidgets.hub import NAME, is_offline, open_hub, reason_of

Kind = Literal["model", "dataset"]
Tick = Callable[[int, int], None]
"""Told how many bytes of the large files are on their way, and of how many; what it raises breaks the sending off."""

_LARGE = (".safetensors", ".parquet")


def send_files(
    files: Mapping[str, Path],
    name: str,
    *,
    kind: Kind,
    private: bool,
    token: str | None,
    message: str,
    tick: Tick | None = None,
    outdated: Callable[[str], bool] = lambda _path: False,
) -> str:
    """Sends files, by their paths there, into a repository that is made if it is missing, and returns its address.

    All come with one commit, with which those files go that were there, are `outdated` and are not sent anew. One that breaks off changes
    nothing of what was there; a new repository stays, empty.

    Raises:
        NotSent: there is no token, or none with that right; the hub is out of reach or refuses; the repository is public and a private one
            was asked for; or the name is none.
    """
    check_sending(name, token)
    broken: list[Exception] = []
    with _told_plainly(name, broken), ExitStack() as stack:
        api = open_hub(token)
        repository = api.create_repo(name, repo_type=kind, private=private, exist_ok=True).repo_id
        facts = api.repo_info(repository, repo_type=kind)
        if private and not facts.private:
            raise NotSent(f"{repository!r} is on the hub already and public; a private one was asked for. Send it as public, or elsewhere.")
        there = [one.rfilename for one in getattr(facts, "siblings", None) or ()]
        gone = [path for path in there if path not in files and outdated(path)]
        operations = _operations(files, gone, tick or (lambda _done, _of: None), stack, broken)
        api.create_commit(repository, operations, repo_type=kind, commit_message=message)
    return f"{api.endpoint}/{'datasets/' if kind == 'dataset' else ''}{repository}"


def check_sending(name: str, token: str | None = None) -> None:
    """Looks whether there is any use in asking the hub.

    Raises:
        NotSent: the name is none, offline mode is on, or there is no token.
    """
    from huggingface_hub import get_token

    if not NAME.fullmatch(name):
        raise NotSent(f"{name!r} is no name that the hub could know; your name or organization, a slash and a name are needed. Change it.")
    if is_offline():
        raise NotSent("Offline mode (HF_HUB_OFFLINE) is on; sending needs the hub. Switch it off and send again.")
    if not (token or get_token()):
        raise NotSent("You have no token for the hub; sending needs one that may write. Log in with `hf auth login`, or set HF_TOKEN.")


def _operations(files: Mapping[str, Path], gone: list[str], tick: Tick, stack: ExitStack, broken: list[Exception]) -> list[Any]:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    counted = {file: stack.enter_context(_Counted(file)) for file in files.values() if file.suffix in _LARGE}
    # Made of an open file it reads the file once, for its hash.
    operations: list[Any] = [CommitOperationAdd(path, counted.get(file, file)) for path, file in files.items()]
    operations += [CommitOperationDelete(path) for path in gone]
    total = sum(file.stat().st_size for file in counted)

    def tell() -> None:
        try:
            tick(sum(one.sent for one in counted.values()), total)
        except Exception as error:
            broken.append(error)
            raise

    for one in counted.values():
        one.told = tell
    return operations


class _Counted(io.BufferedReader):
    """A file that tells when it is read."""

    told: Callable[[], None] | None = None
    sent = 0

    def __init__(self, file: Path) -> None:
        super().__init__(io.FileIO(file))

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        if self.told:
            self.sent = self.tell()
            self.told()
        return data


@contextmanager
def _told_plainly(name: str, broken: list[Exception]) -> Iterator[None]:
    """Turns what goes wrong on the way to the hub into one sentence."""
    from huggingface_hub.errors import HfHubHTTPError

    words = logging.getLogger("huggingface_hub._commit_api")
    before = words.level
    words.setLevel(logging.ERROR)  # that a file which tells what was read goes by plain HTTP is no news to the user
    try:
        yield
    except NotSent:
        raise
    except HfHubHTTPError as error:
        raise _refused(name, error.response.status_code, reason_of(error)) from error
    except Exception as error:
        if broken:  # the hub library wraps what `tick` raises
            raise broken[0] from None
        if isinstance(error.__cause__, HfHubHTTPError):
            raise _refused(name, error.__cause__.response.status_code, reason_of(error.__cause__)) from error
        raise NotSent(
            f"{name!r} was not sent: the hub is out of reach ({reason_of(error.__cause__ or error)}). "
            "No file arrived there; send again when it answers."
        ) from error
    finally:
        words.setLevel(before)


def _refused(name: str, status: int, reason: str) -> NotSent:
    if status == 401:
        return NotSent("The hub does not accept your token (HTTP 401); one that may write is needed. Log in anew with `hf auth login`.")
    if status == 403:
        return NotSent(
            f"Your token may not write to {name!r} (HTTP 403); one with that right is needed. "
            "Send it under your own name, or log in with another token by `hf auth login`."
        )
    return NotSent(f"The hub refused {name!r} (HTTP {status}: {reason}). No file arrived there; try later, or under another name.")
