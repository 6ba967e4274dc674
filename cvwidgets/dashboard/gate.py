"""Voilà behind one gate: whatever it hands out, it hands to those with the token, or the cookie that the token earned, alone.

On its own Voilà gives its scripts, themes and the address of a page, token included, to anyone who asks.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.web import HTTPError, RequestHandler, StaticFileHandler, authenticated
from tornado.websocket import WebSocketHandler
from voila.app import Voila  # type: ignore[import-untyped]
from voila.request_info_handler import RequestInfoSocketHandler  # type: ignore[import-untyped]
from voila.tornado.handler import TornadoVoilaHandler  # type: ignore[import-untyped]

TEMPLATE = Path(__file__).parent / "template/voila/templates/cvwidgets"

# The browser itself asks nobody else, whatever a page holds. Widgets are loaded from blobs; Voilà's page has scripts and styles inline.
_FENCE = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline' blob:",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' data: blob:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}


class Page(TornadoVoilaHandler):  # type: ignore[misc]
    """The page: its address loses the token before anything is shown, so that neither history, kernel nor a look over a shoulder has it."""

    @authenticated
    async def get(self, path: str | None = None) -> None:
        """Leads from the address with the token to the one without, for which there is a cookie now; then Voilà's page."""
        if path:  # Voilà would lead to a file of that name
            raise HTTPError(404)
        query = parse_qsl(self.request.query, keep_blank_values=True)
        others = [(name, value) for name, value in query if name != "token"]
        if others != query:
            self.redirect(self.base_url + (f"?{urlencode(others)}" if others else ""))
            return
        # Asked for, it is set as a cookie: without it the word of a page that closes, which ends its kernel, is turned away.
        _ = self.xsrf_token
        await self._let_the_dead_go()
        await super().get(path)

    async def _let_the_dead_go(self) -> None:
        """Takes kernels that died while they were kept ready out of Voilà's pool, which looks at none before it hands it out."""
        kernels = self.kernel_manager
        for notebook, pool in getattr(kernels, "_pools", {}).items():
            for ready in [one for one in pool if one.done()]:
                number = None if ready.exception() else ready.result()["kernel_id"]
                if number in kernels and await kernels.get_kernel(number).is_alive():
                    continue
                pool.remove(ready)
                kernels.fill_if_needed(notebook_name=notebook)


class Files(JupyterHandler):
    """In front of a handler of files: scripts, styles and themes too are for those who are let in."""

    @authenticated
    async def get(self, path: str, include_body: bool = True) -> None:
        """The file, if it may be handed out."""
        await super().get(path, include_body)  # type: ignore[misc]

    def get_login_url(self) -> str:
        """A file that asks for the token is of no use; raises 403, as `authenticated` comes here."""
        raise HTTPError(403)


class Prompt(WebSocketHandler):
    """In front of the talk with a kernel: without this each small answer waits some 40 ms for the browser to confirm the one before it."""

    def open(self, *args: str, **kwargs: str) -> Any:
        """Sends what there is at once (TCP_NODELAY)."""
        self.set_nodelay(True)
        return super().open(*args, **kwargs)


class Gate(Voila):  # type: ignore[misc]
    """Voilà as it is run by `cvwidgets app`."""

    def init_settings(self) -> dict[str, Any]:
        """Voilà's settings, with the token taken out of what kernels and jobs inherit."""
        self.token = os.environ.pop("JUPYTER_TOKEN")
        settings: dict[str, Any] = super().init_settings()
        settings["headers"] = {
            "Content-Security-Policy": "; ".join(f"{what} {where}" for what, where in _FENCE.items()),
            "Referrer-Policy": "no-referrer",
        }
        settings["xsrf_cookie_kwargs"] = {"path": self.base_url, "samesite": "Lax"}
        settings["identity_provider"].cookie_options = {"samesite": "Lax"}
        settings["jinja2_env"].loader.searchpath.insert(0, str(TEMPLATE))
        return settings

    def init_handlers(self) -> list[Any]:
        """Voilà's handlers, each behind the gate."""
        # Kernels ask this one for the query of their page; ours do not, and it would answer anybody.
        handlers = [handler for handler in super().init_handlers() if handler[1] is not RequestInfoSocketHandler]
        return [(self._below(pattern), _gated(handler), *rest) for pattern, handler, *rest in handlers]

    def _below(self, pattern: str) -> str:
        """Voilà leads to the page that asks for the token below its base URL, and has it at the root."""
        return pattern if pattern.startswith(self.server_url) else url_path_join(self.server_url, pattern)


def _gated(handler: type[RequestHandler]) -> type[RequestHandler]:
    if issubclass(handler, StaticFileHandler):
        return type(f"Gated{handler.__name__}", (Files, handler), {})
    if issubclass(handler, WebSocketHandler):
        return type(f"Prompt{handler.__name__}", (Prompt, handler), {})
    return Page if handler is TornadoVoilaHandler else handler


if __name__ == "__main__":
    Gate.launch_instance()
