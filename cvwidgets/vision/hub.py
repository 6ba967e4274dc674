"""The model hub: what of it lies on this machine, and fetching the rest; telemetry off, weights as safetensors alone."""

from __future__ import annotations

import os
import re
from pathlib import Path

from cvwidgets.errors import BaseUnavailable
from cvwidgets.hub import NAME, endpoint, is_offline, open_hub, reason_of, silence
from cvwidgets.vision.checking import WHY_NO_PICKLE

FILES = ["config.json", "preprocessor_config.json", "processor_config.json", "model*.safetensors", "model.safetensors.index.json"]
REACH_SECONDS = 4.0
"""How long the hub may take to say that it is there."""


def find_cached(name: str) -> Path | None:
    """The folder of a hub model that lies complete in the hub library's cache, else None. Asks nobody."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    silence()
    try:
        folder = Path(snapshot_download(name, cache_dir=_cache(), local_files_only=True, allow_patterns=FILES))
    except (OSError, HFValidationError):
        return None
    return folder if (folder / "config.json").is_file() and any(folder.glob("model*.safetensors")) else None


def list_cached() -> list[tuple[str, int]]:
    """Names and sizes (bytes) of the image classifiers in the cache, by name."""
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    try:
        repositories = scan_cache_dir(_cache()).repos
    except (CacheNotFound, OSError):
        return []
    found = [(r.repo_id, r.size_on_disk) for r in repositories if r.repo_type == "model" and _classifies(find_cached(r.repo_id))]
    return sorted(found)


def ask_size(name: str) -> int | None:
    """Bytes that a hub model's weights take, None when the hub does not answer (or may not be asked)."""
    if is_offline():
        return None
    try:
        info = open_hub().model_info(name, files_metadata=True, timeout=REACH_SECONDS)
    except Exception:  # noqa: BLE001 a door: whatever the hub or the way to it does, a proposal goes on without it
        return None
    sizes = [file.size or 0 for file in info.siblings or () if re.fullmatch(r"model.*\.safetensors", file.rfilename)]
    return sum(sizes) or None


def download_config(name: str) -> Path:
    """Fetches the config of a hub model alone, which says what it is before its weights are fetched, and returns its folder.

    Raises:
        BaseUnavailable: as for `download`.
    """
    return _fetch(name, ["config.json"])


def download(name: str) -> Path:
    """Fetches a hub model (configs and safetensors) into the cache and returns its folder; what is there already is not asked for.

    Raises:
        BaseUnavailable: the name is none, the hub has no such model, guards it, is out of reach, or has its weights only as pickle.
    """
    folder = _fetch(name, FILES)
    if not any(folder.glob("model*.safetensors")):
        raise BaseUnavailable(f"The base {name!r} has no weights as safetensors: {WHY_NO_PICKLE}. {_advice()}")
    return folder


def _fetch(name: str, patterns: list[str]) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

    if not NAME.fullmatch(name):
        raise BaseUnavailable(f"{name!r} is neither a folder here nor a name the hub could know. {_advice()}")
    if is_offline():
        raise BaseUnavailable(f"The base {name!r} is not on this machine, and offline mode (HF_HUB_OFFLINE) is on. {_advice()}")
    silence()
    try:
        return Path(snapshot_download(name, cache_dir=_cache(), endpoint=endpoint(), allow_patterns=patterns))
    except GatedRepoError as error:
        raise BaseUnavailable(
            f"The base {name!r} is guarded: the hub hands it to people who accepted its terms. "
            f"Accept them on its page and log in with `hf auth login`, or choose another. {_advice()}"
        ) from error
    except RepositoryNotFoundError as error:
        raise BaseUnavailable(
            f"The hub has no model {name!r} that it shows to you (it may be private, or spelled otherwise). {_advice()}"
        ) from error
    except HfHubHTTPError as error:
        raise BaseUnavailable(
            f"The base {name!r} is not on this machine, and the hub refused it (HTTP {error.response.status_code}). {_advice()}"
        ) from error
    except LocalEntryNotFoundError as error:
        raise BaseUnavailable(f"The base {name!r} is not on this machine, and the hub is out of reach. {_advice()}") from error
    except Exception as error:
        raise BaseUnavailable(
            f"The base {name!r} is not on this machine, and fetching it failed ({reason_of(error)}). {_advice()}"
        ) from error


def _advice() -> str:
    names = [name for name, _ in list_cached()]
    here = f"On this machine are {', '.join(names)} and 'starter'" if names else "On this machine is 'starter'"
    return f"{here}. Use one of these or a local folder, or connect and try again."


def _classifies(folder: Path | None) -> bool:
    return folder is not None and "ForImageClassification" in (folder / "config.json").read_text("utf-8", errors="replace")


def _cache() -> Path:
    from huggingface_hub import constants

    if given := os.environ.get("HF_HUB_CACHE"):
        return Path(given).expanduser()
    home = os.environ.get("HF_HOME")
    return Path(home).expanduser() / "hub" if home else Path(constants.HF_HUB_CACHE)
