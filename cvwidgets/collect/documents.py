"""What the API of a provider answers: a document, or a sentence that says why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cvwidgets.collect.paging import changed
from cvwidgets.errors import BadStatus, HostUnreachable, ProviderFailed, TooLarge, TooSlow, UnexpectedContent, WebError

if TYPE_CHECKING:
    from cvwidgets.collect.hosts import Health
    from cvwidgets.collect.web import Web

BLOCKED = (401, 403, 429)
LONG = 60.0
"""Seconds to wait that are worth telling."""


def ask(web: Web, address: str, params: Mapping[str, str], *, word: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a provider answers, as a JSON object; `web` has tried again by then what may pass. `headers` hold the key, where there is one.

    Raises:
        ProviderFailed: it blocks, is slow or out of reach, or answers with something else.
    """
    try:
        document = web.json(address, params, headers=headers)
    except WebError as error:
        if headers and isinstance(error, BadStatus) and error.status == 401:
            raise key_refused(word) from error
        raise _failed(error, word, web.health().get(urlsplit(address).hostname or "")) from error
    if not isinstance(document, dict):
        raise changed(word)
    return document


def key_refused(word: str) -> ProviderFailed:
    """The error for a key that a provider does not know."""
    return ProviderFailed(f"{word} does not take the key; it needs one that it gave you. Copy it from its site into Settings again.")


def _failed(error: WebError, word: str, host: Health | None) -> ProviderFailed:
    """What an error of the web means for a provider."""
    status = error.status if isinstance(error, BadStatus) else None
    wait = error.retry_after if isinstance(error, BadStatus) else host.pause if host else None
    if status in BLOCKED or (isinstance(error, HostUnreachable) and wait):
        when = f"in {_duration(wait)}" if wait and wait > LONG else "later"
        return ProviderFailed(
            f"{word} lets nobody ask so much; it has a limit for everyone. Search again {when}, or use another provider.", kind="blocked"
        )
    if status:
        return ProviderFailed(f"{word} answers with status {status} instead of pictures. Search again later, or use another provider.")
    if isinstance(error, TooSlow):
        return ProviderFailed(f"{word} gave no whole answer in time. Search again later, or use another provider.", kind="slow")
    if isinstance(error, TooLarge | UnexpectedContent):
        return changed(word)
    return ProviderFailed(f"{word} cannot be asked: {error}", kind="unreachable")


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.0f} hours"
