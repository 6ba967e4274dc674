"""Opening a model's folder with transformers: safetensors alone, no code of others, nothing asked of anybody, every mishap one sentence."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cvwidgets.errors import BaseUnavailable


def load_pretrained(kind: str, folder: Path, name: str, *, needed: str, **options: Any) -> Any:
    """What transformers' class `kind` ("AutoModel" …) makes of a folder, in float32 on the CPU; a ConvNeXtV2 has faster normalizations.

    Args:
        kind: A class of transformers that has `from_pretrained`.
        folder: Where config.json and the safetensors lie.
        name: What the user calls the model.
        needed: What it should have been, in words: "an image classifier".
        options: For `from_pretrained`.

    Raises:
        BaseUnavailable: it cannot be loaded as that.
    """
    import torch
    import transformers
    from safetensors import SafetensorError

    from cvwidgets.vision.response_norm import replace_norms

    asked = {"dtype": torch.float32, "use_safetensors": True, "trust_remote_code": False, "local_files_only": True}
    try:
        with quiet():
            loaded = getattr(transformers, kind).from_pretrained(folder, **asked, **options)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, AttributeError, SafetensorError) as error:
        reason = _kind(folder, str(error)) or str(error).strip().split("\n")[0]
        raise BaseUnavailable(
            f"{name!r} cannot be loaded as {needed} ({reason}). "
            "A base needs an architecture that transformers knows, and weights as safetensors. Choose another, or 'starter'."
        ) from error
    replace_norms(loaded[0] if options.get("output_loading_info") else loaded)
    return loaded


def _kind(folder: Path, error: str) -> str | None:
    """What a model is that transformers knows, but not as what was needed."""
    if not error.startswith("Unrecognized configuration class"):
        return None
    config = json.loads((folder / "config.json").read_text("utf-8"))
    return f"it is a {' and '.join(config.get('architectures') or [config.get('model_type')])}"


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps the loading bars and the report on new heads, which say nothing that our words do not, out of logs and notebooks."""
    from transformers.utils import logging as speech

    level, bars = speech.get_verbosity(), speech.is_progress_bar_enabled()
    speech.set_verbosity(logging.ERROR)
    speech.disable_progress_bar()
    try:
        yield
    finally:
        speech.set_verbosity(level)
        if bars:
            speech.enable_progress_bar()
