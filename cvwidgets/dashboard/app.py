"""`cvwidgets app`: one notebook published by Voilà as a dashboard, from a folder that holds nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from cvwidgets.dashboard.notebooks import WORKBENCH, notebooks_folder
from cvwidgets.dashboard.serving import address_of, environment, free_port, new_token, serve, server_command, until_ended
from cvwidgets.errors import SourceError

_IDLE = 1800
_SHORT = "/tmp"
# Whoever has an account here may listen at a kernel's ports; its sockets lie in a folder of this user. Their paths must be short.
_TRANSPORT = {"KernelManager.transport": "ipc", "Voila.connection_dir_root": _SHORT} if os.access(_SHORT, os.W_OK) else {}


def voila_command(notebook: Path, *, port: int, host: str = "127.0.0.1", base_url: str = "/", preheat: bool = True) -> list[str]:
    """The command that publishes `notebook` to whoever has the token in `JUPYTER_TOKEN`, and no other file to anyone.

    `JUPYTER_PATH` must hold the folder of the page's own template, which fetches nothing from elsewhere. `preheat` keeps one kernel ahead
    that has run the notebook: a page is there in 3 ms and not in a second, for the memory of one more kernel.
    """
    settings = {
        "Voila.ip": host,
        "Voila.port": port,
        "Voila.port_retries": 0,
        "Voila.base_url": base_url,
        "Voila.open_browser": False,
        "VoilaConfiguration.template": "cvwidgets",
        "VoilaConfiguration.allow_template_override": "NO",
        # Voilà hands out pictures below the notebook's folder.
        "VoilaConfiguration.file_denylist": "(?s).*",
        "VoilaConfiguration.show_tracebacks": True,
        "VoilaConfiguration.preheat_kernel": preheat,
        # The next kernel is got ready when the page that took this one has come up, and not in its way.
        "VoilaKernelManager.fill_delay": 4.0,
        # Colors for source code, of which a page has none.
        "VoilaConfiguration.extension_denylist": "jupyterlab_pygments",
        # A page that closes ends its kernel; one that is lost (a crashed browser) leaves it behind.
        "MappingKernelManager.cull_idle_timeout": _IDLE,
        "MappingKernelManager.cull_interval": 60,
        **_TRANSPORT,
        # A page whose kernel died is told within a second. A new kernel would know nothing of the page, so none is begun in its place.
        "KernelRestarter.time_to_dead": 1.0,
        "KernelRestarter.restart_limit": 0,
    }
    return server_command("cvwidgets.dashboard.gate", settings, str(notebook))


def open_app(
    project: Path | None = None,
    *,
    port: int = 8866,
    roots: Sequence[Path] = (),
    host: str = "127.0.0.1",
    base_url: str = "/",
    user: str | None = None,
    browser: bool = True,
    notebook: Path | None = None,
) -> None:
    """Serves the dashboard of a project until Ctrl-C, from the first free port on; prints its address when it answers.

    Without a project the page begins with those found below the roots. `roots` are the folders one may choose from in the page (the home
    folder when there are none); `base_url` is the path below which a proxy passes requests on; `user` is named in the journal;
    `notebook` is published instead of the workbench. Page and kernels find these in `CVWIDGETS_PROJECT`, `CVWIDGETS_ROOTS` and
    `CVWIDGETS_USER`. Jobs outlive the dashboard.

    Raises:
        SourceError: a root is no folder.
        JobDidNotStart: no port is free, the token given by `CVWIDGETS_TOKEN` cannot be used, or the server ended before it answered.
    """
    check_roots(roots)
    base_url = f"/{base_url.strip('/')}/".replace("//", "/")
    with until_ended("The dashboard") as private:
        served = private / "served"
        served.mkdir()
        source = notebook or notebooks_folder() / WORKBENCH
        copy = Path(shutil.copyfile(source, served / source.name))
        port = free_port(host, port)
        serve(
            f"The dashboard of {project.absolute().name}" if project else "The dashboard",
            voila_command(copy, port=port, host=host, base_url=base_url),
            environment=environment(new_token(), project, roots=roots, user=user),
            address=f"{address_of(host, port)}{base_url}",
            private=private,
            folder=served,
            host=host,
            port=port,
            browser=browser,
        )


def check_roots(roots: Sequence[Path]) -> None:
    """Refuses a mistyped root before anything is made or started.

    Raises:
        SourceError: a root is no folder.
    """
    for root in roots:
        if not root.expanduser().is_dir():
            raise SourceError(
                f"There is no folder at {str(root)!r}; a root is a folder that may be chosen from in the page. Check the name, or make it."
            )
