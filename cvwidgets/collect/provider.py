"""What a search provider is: a small plug-in of the entry-point group `cvwidgets.providers`, ours and those of others alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from cvwidgets.errors import UnknownProvider
from cvwidgets.keys import key_of

if TYPE_CHECKING:
    from cvwidgets.collect.hits import Hit
    from cvwidgets.collect.web import Web


@runtime_checkable
class Provider(Protocol):
    """Finds pictures for a query. Subclass it, and name the class in the entry-point group `cvwidgets.providers`.

    It is made without arguments, and used by one thread at a time.
    """

    name: ClassVar[str]
    """How it is asked for, in plain lower-case letters; also the provider of each image that it finds."""
    word: ClassVar[str]
    """What people call it."""
    sentence: ClassVar[str]
    """What it finds, in one sentence."""
    knows_licenses: ClassVar[bool] = False
    """Whether its hits have a license, so that it can be asked for some only."""
    knows_safe: ClassVar[bool] = False
    """Whether it leaves out what is not for everyone's eyes when it is asked to."""
    needs_key: ClassVar[str | None] = None
    """The name of the key that it cannot be asked without, as of an environment variable; None when it needs none."""

    def search(self, query: str, *, web: Web, count: int, licenses: frozenset[str] | None, safe: bool) -> Iterator[Hit]:
        """The hits for a query, best first, page by page as they are taken; it ends by itself.

        Args:
            query: What to look for, in people's words.
            web: The one way to ask the web for anything.
            count: So many are wanted, to choose the size of pages by; more may be taken.
            licenses: Codes of `licenses.CODES`; only hits with one of them. None for all, and always when `knows_licenses` is False.
            safe: Leave out what is not for everyone's eyes, where the provider can tell.

        Raises:
            ProviderFailed: it blocks, is out of reach, or answers what cannot be read; what it gave before is good.
        """
        ...

    def missing(self) -> str | None:
        """What keeps it from being asked here, in a sentence that says what to do; None when nothing does."""
        if self.needs_key and not key_of(self.needs_key):
            return f"{self.word} needs a key. Get one from its site, and put it into Settings, or as {self.needs_key} into the environment."
        return None

    def key(self) -> str:
        """The key that the user got for it.

        Raises:
            UnknownProvider: there is none.
        """
        if key := key_of(self.needs_key or ""):
            return key
        raise UnknownProvider(self.missing() or f"{self.word} needs no key.")
