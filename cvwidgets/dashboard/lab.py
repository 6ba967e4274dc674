"""`cvwidgets lab`: JupyterLab on a project's own copy of the notebooks."""

from __future__ import annotations

from pathlib import Path

from cvwidgets.dashboard.notebooks import copy_notebooks
from cvwidgets.dashboard.serving import address_of, environment, free_port, new_token, serve, server_command, until_ended
from cvwidgets.errors import JobDidNotStart


def lab_command(folder: Path, *, port: int, host: str = "127.0.0.1") -> list[str]:
    """The command that serves JupyterLab on `folder`; it asks nobody outside for news, versions or extensions."""
    settings = {
        "ServerApp.ip": host,
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": folder,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,  # in a container one often is; the server is closed to all others anyway
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",
        "KernelRestarter.time_to_dead": 1.0,  # a page is told of its kernel's death within a second
    }
    return server_command("jupyterlab", settings)


def open_lab(project: Path, *, port: int = 8888, host: str = "127.0.0.1", user: str | None = None, browser: bool = True) -> None:
    """Serves JupyterLab on the project's folder until Ctrl-C, from the first free port on; prints its address when it answers.

    Notebooks that the project's `notebooks/` lacks are copied there first; those that are there stay as they are. `user` is named in
    the journal.

    Raises:
        JobDidNotStart: the notebooks cannot be copied, no port is free, or the server ended before it answered.
    """
    project = project.absolute()
    try:
        copy_notebooks(project)
    except OSError as error:
        raise JobDidNotStart(
            f"The notebooks cannot be copied to {project} ({error.strerror}); JupyterLab works on a copy in the project. "
            "Change the folder's permissions, or open the dashboard instead."
        ) from error
    with until_ended("JupyterLab") as private:
        port = free_port(host, port)
        serve(
            f"JupyterLab on {project.name}",
            lab_command(project, port=port, host=host),
            environment=environment(new_token(), project, user=user),
            address=f"{address_of(host, port)}/lab/tree/notebooks/1_collect.ipynb",
            private=private,
            folder=project,
            host=host,
            port=port,
            browser=browser,
        )
