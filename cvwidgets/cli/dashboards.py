"""Commands that open something in the browser, and the demo: app, lab, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cvwidgets.cli.arguments import ProjectFolder, app
from cvwidgets.cli.images import opened

Port = Annotated[int, typer.Option(help="The first port to try; the next free one is taken.")]
Host = Annotated[str, typer.Option(help="Where it listens; 0.0.0.0 for all networks of this machine, for those with the token.")]
User = Annotated[str | None, typer.Option(help="Your name for the journal of decisions.")]
Browser = Annotated[bool, typer.Option(help="Open the browser.")]


@app.command("app")
def open_dashboard(
    project: Annotated[
        Path | None, typer.Argument(metavar="PROJECT", help="The project's folder; without one, choose in the page.")
    ] = None,
    port: Port = 8866,
    host: Host = "127.0.0.1",
    base_url: Annotated[str, typer.Option(help="The path below which a proxy passes requests on.")] = "/",
    root: Annotated[list[Path] | None, typer.Option(help="A folder that may be chosen from; your home by default.")] = None,
    user: User = None,
    browser: Browser = True,
) -> None:
    """Open the dashboard, published by Voilà, on this machine's own address with a token.

    Example: cvwidgets app animals --root ~/Pictures
    """
    from cvwidgets.dashboard import check_roots, open_app

    check_roots(root or [])
    if project:
        opened(project, create=True).close()
    open_app(project, port=port, host=host, base_url=base_url, roots=root or [], user=user, browser=browser)


@app.command("lab")
def open_notebooks(project: ProjectFolder, port: Port = 8888, host: Host = "127.0.0.1", user: User = None, browser: Browser = True) -> None:
    """Open JupyterLab on a copy of the notebooks in the project.

    Example: cvwidgets lab animals --user Ada
    """
    from cvwidgets.dashboard import open_lab

    opened(project, create=True).close()
    open_lab(project, port=port, host=host, user=user, browser=browser)


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
