"""`cvwidgets app`: one notebook published by Voilà as a dashboard, from a folder that holds nothing else."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cvwidgets.dashboard.notebooks import WORKBENCH, notebooks_folder
from cvwidgets.dashboard.serving import address_of, ended_by_signals, environment, free_port, new_token, running, server_command, show

_IDLE = 1800


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
        "Voila.auto_token": True,  # without it JUPYTER_TOKEN is not looked at
        "VoilaConfiguration.template": "cvwidgets",
        "VoilaConfiguration.allow_template_override": "NO",
        # Voilà hands out pictures below the notebook's folder without asking for the token.
        "VoilaConfiguration.file_denylist": "(?s).*",
        "VoilaConfiguration.show_tracebacks": True,
        "VoilaConfiguration.preheat_kernel": preheat,
        # A page that closes ends its kernel; one that is lost (a crashed browser) leaves it behind.
        "MappingKernelManager.cull_idle_timeout": _IDLE,
        "MappingKernelManager.cull_interval": 60,
    }
    return server_command("voila", settings, str(notebook))


def open_app(
    project: Path,
    *,
    port: int = 8866,
    roots: Sequence[Path] = (),
    host: str = "127.0.0.1",
    base_url: str = "/",
    browser: bool = True,
    notebook: Path | None = None,
) -> None:
    """Serves the dashboard of a project until Ctrl-C, from the first free port on; prints its address when it answers.

    `roots` are the folders one may choose from in the page (the home folder when there are none); `notebook` is published instead of
    the workbench. Page and kernels find the project in `CVWIDGETS_PROJECT`, the roots in `CVWIDGETS_ROOTS`. Jobs outlive the dashboard.

    Raises:
        JobDidNotStart: no port is free, or the server ended before it answered.
    """
    base_url = f"/{base_url.strip('/')}/".replace("//", "/")
    with ended_by_signals(), tempfile.TemporaryDirectory(prefix="cvwidgets-", ignore_cleanup_errors=True) as private:
        served = Path(private) / "served"
        served.mkdir()
        source = notebook or notebooks_folder() / WORKBENCH
        copy = Path(shutil.copyfile(source, served / source.name))
        token, port = new_token(), free_port(host, port)
        command, told = voila_command(copy, port=port, host=host, base_url=base_url), environment(token, project, roots)
        print("The dashboard is starting …", flush=True)
        with running(command, environment=told, log=Path(private) / "log.txt", host=host, port=port, folder=served) as server:
            address = f"{address_of(host, port)}{base_url}?token={token}"
            print(f"The dashboard of {project.absolute().name} is at {address}\nCtrl-C ends it; jobs that run go on.", flush=True)
            if browser:
                show(address, Path(private))
            server.wait()
    print("The dashboard has ended. Jobs that run go on; `cvwidgets status` shows them.", flush=True)
