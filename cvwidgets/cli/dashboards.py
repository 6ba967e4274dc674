"""Commands that open something in the browser, and the demo: app, lab, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cvwidgets.cli.arguments import ProjectFolder, app
from cvwidgets.cli.images import opened

Port = Annotated[int, typer.Option(help="The first port to try; the next free one is taken.")]
Browser = Annotated[bool, typer.Option(help="Open the browser.")]


@app.command("app")
def open_dashboard(
    project: ProjectFolder,
    port: Port = 8866,
    root: Annotated[list[Path] | None, typer.Option(help="A folder that may be chosen from; your home by default.")] = None,
    browser: Browser = True,
) -> None:
    """Open the dashboard, published by Voilà, on this machine's own address with a token.

    Example: cvwidgets app animals --root ~/Pictures
    """
    from cvwidgets.dashboard import open_app

    opened(project, create=True).close()
    open_app(project, port=port, roots=root or [], browser=browser)


@app.command("lab")
def open_notebooks(project: ProjectFolder, port: Port = 8888, browser: Browser = True) -> None:
    """Open JupyterLab on a copy of the notebooks in the project.

    Example: cvwidgets lab animals
    """
    from cvwidgets.dashboard import open_lab

    opened(project, create=True).close()
    open_lab(project, port=port, browser=browser)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the demo project is made.")],
    serve: Annotated[bool, typer.Option(help="Serve the dashboard at the end.")] = True,
    port: Port = 8866,
    browser: Browser = False,
) -> None:
    """Draw a heap of pictures, take it in, train, promote, ask; then serve the dashboard. Again: goes on from what is there.

    Example: cvwidgets demo demo --no-serve
    """
    from cvwidgets.cli.demo import run_demo

    run_demo(folder)
    if serve:
        from cvwidgets.dashboard import open_app

        open_app(folder, port=port, roots=[folder], browser=browser)
