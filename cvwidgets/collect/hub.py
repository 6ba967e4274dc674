"""Data sets of the hub: what there is, and its pictures with their labels."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvwidgets.collect.archives import Keep
from cvwidgets.collect.parquet import SUFFIX, find_in_parquet
from cvwidgets.errors import SourceError
from cvwidgets.hub import endpoint, is_offline, open_hub
from cvwidgets.records import Found, Refused, Source

if TYPE_CHECKING:
    from huggingface_hub import HfApi

NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
CONVERTED = "refs/convert/parquet"
"""Where the hub keeps data sets of other forms as Parquet files, made by itself."""
REACH_SECONDS = 10.0
LOOKED_AT = 300
"""Data sets that are looked at to find some that are small enough."""
_TICK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class HubDataset:
    """A data set of the hub: its name, license and downloads as its page tells them, and the bytes of its files; None where it does not."""

    name: str
    license: str | None
    downloads: int | None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class HubFile:
    """A Parquet file of a data set: `path` in it, at a revision, the configuration that it belongs to ("" for the only one)."""

    path: str
    revision: str
    config: str


def search_datasets(words: str, *, largest: int | None = None, limit: int = 20) -> list[HubDataset]:
    """The data sets for image classification that the hub finds for some words, the most used first; none of more than `largest` bytes.

    The hub does not sort out by size: of `largest` ones the first few hundred that it finds are looked at. One whose size it does not tell
    is left out then.

    Raises:
        SourceError: the hub is out of reach, or may not be asked.
    """
    _check_online("Searching the hub")
    try:
        listed = open_hub().list_datasets(
            search=words or None,
            task_categories="image-classification",
            sort="downloads",
            limit=limit if largest is None else LOOKED_AT,
            expand=["cardData", "downloads", "mainSize", "tags"],
        )
        found = (HubDataset(one.id, _license(one), one.downloads, one.main_size) for one in listed)
        return list(islice((one for one in found if largest is None or (one.size is not None and one.size <= largest)), limit))
    except Exception as error:
        raise _explained(error, "The hub cannot be searched") from error


def find_on_hub(
    wanted: str, label: str | None, keep: Keep, folder: Callable[[], AbstractContextManager[Path]]
) -> Iterator[Found | Refused | None]:
    """Fetches a data set file by file into a folder that is gone at the end, and keeps its pictures; None while a file is on its way.

    `wanted` is "user/name", or "user/name:configuration" of a data set that has several; else the one called "default", or the only one.

    Raises:
        SourceError: the hub has no such data set or does not give it, is out of reach or may not be asked, or it holds no pictures.
    """
    check_dataset(wanted)
    name, _, config = wanted.partition(":")
    _check_online(f"The data set {name!r} is on the hub; fetching it")
    api = open_hub()
    try:
        facts, files = list_files(api, name)
    except Exception as error:
        raise _explained(error, f"The data set {name!r} cannot be listed") from error
    chosen = _of_config(name, files, config or None)
    page = f"{api.endpoint}/datasets/{name}"
    with folder() as place:
        for file in chosen:
            fetching = _Fetching(name, file, place)
            yield from fetching.wait()
            path = fetching.path()

            def about(_: Path, row: int, file: HubFile = file) -> Source:
                return Source(
                    address=f"hf://datasets/{name}@{file.revision}/{file.path}#{row}", page=page, license=_license(facts), provider="hub"
                )

            yield from find_in_parquet([path], label, keep, about=about, within=file.path)
            path.unlink(missing_ok=True)


def check_dataset(wanted: str) -> None:
    """Looks whether a data set can be called so.

    Raises:
        SourceError: it cannot.
    """
    if not NAME.fullmatch(wanted.partition(":")[0]):
        raise SourceError(f"{wanted[:80]!r} is no name of a data set; one like 'beans' or 'user/birds' is needed. Look it up on the hub.")


def list_files(api: HfApi, name: str) -> tuple[Any, list[HubFile]]:
    """What the page of a data set tells, and its Parquet files; where it has none, those that the hub made of it."""
    facts = api.dataset_info(name, timeout=REACH_SECONDS)
    if names := _parquet_names(facts):
        return facts, [HubFile(path, facts.sha or "main", _config_of(path)) for path in names]
    made = api.dataset_info(name, revision=CONVERTED, timeout=REACH_SECONDS)
    return facts, [HubFile(path, CONVERTED, path.split("/")[0]) for path in _parquet_names(made)]


def _parquet_names(facts: Any) -> list[str]:
    return [one.rfilename for one in facts.siblings or () if one.rfilename.lower().endswith(SUFFIX)]


def _config_of(path: str) -> str:
    """The configuration that a file's folder names; none where it lies at the top, or in the folder data."""
    folder, inside, _ = path.partition("/")
    return folder if inside and folder != "data" else ""


def _of_config(name: str, files: list[HubFile], config: str | None) -> list[HubFile]:
    if not files:
        raise SourceError(f"The data set {name!r} has no Parquet files, its own or the hub's. Fetch it by hand and add its folder.")
    configs = sorted({file.config for file in files})
    wanted = config if config is not None else next((one for one in ("", "default") if one in configs), configs[0])
    if wanted not in configs or (config is None and len(configs) > 1 and wanted not in ("", "default")):
        raise SourceError(
            f"The data set {name!r} has the configurations {', '.join(configs)}; one of them is needed. Name it: {name}:{configs[0]}"
        )
    return [file for file in files if file.config == wanted]


class _Fetching:
    """A file on its way, fetched by a thread of its own, so that whoever waits may change their mind."""

    def __init__(self, name: str, file: HubFile, folder: Path) -> None:
        self._name, self._file, self._folder = name, file, folder
        self._error: Exception | None = None
        self._path: Path | None = None
        self._thread = threading.Thread(target=self._fetch, name="cvwidgets-hub", daemon=True)
        self._thread.start()

    def wait(self) -> Iterator[None]:
        """Yields while it is on its way."""
        while self._thread.is_alive():
            self._thread.join(_TICK_SECONDS)
            yield None

    def path(self) -> Path:
        """Where it lies now.

        Raises:
            SourceError: it did not come.
        """
        if self._path is None:
            error = self._error or OSError("nothing came")
            raise _explained(error, f"{self._file.path!r} of the data set {self._name!r} did not come whole") from error
        return self._path

    def _fetch(self) -> None:
        from huggingface_hub import hf_hub_download

        try:
            self._path = Path(
                hf_hub_download(
                    self._name,
                    self._file.path,
                    repo_type="dataset",
                    revision=self._file.revision,
                    local_dir=self._folder,
                    endpoint=endpoint(),
                )
            )
        except Exception as error:  # noqa: BLE001 - the door of the thread: whoever waits is told
            self._error = error


def _check_online(what: str) -> None:
    if is_offline():
        raise SourceError(f"{what} needs the web, and offline mode (HF_HUB_OFFLINE) is on. Unset it, or add a folder of this machine.")


def _explained(error: Exception, what: str) -> SourceError:
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

    if isinstance(error, GatedRepoError):
        return SourceError(f"{what}: it is guarded. Accept its terms on its page, and log in with `hf auth login`.")
    if isinstance(error, RepositoryNotFoundError):
        return SourceError(f"{what}: the hub shows you none of that name (it may be private, or spelled otherwise). Look it up on the hub.")
    if isinstance(error, HfHubHTTPError):
        return SourceError(f"{what}: the hub answered HTTP {error.response.status_code}. Try again later.")
    return SourceError(f"{what}: the hub is out of reach, or broke off. What is in stays in; try again, and it goes on.")


def _license(facts: Any) -> str | None:
    """The license that the card of a data set names."""
    card = getattr(facts, "card_data", None)
    told = getattr(card, "license", None) if card is not None else None
    tagged = next((tag.removeprefix("license:") for tag in facts.tags or () if tag.startswith("license:")), None)
    return ", ".join(told) if isinstance(told, list) else told or tagged
