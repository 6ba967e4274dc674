"""The command that serves a model over REST: serve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cvwidgets.cli.arguments import ProjectFolder, app


@app.command()
def serve(
    project: ProjectFolder,
    port: Annotated[int, typer.Option(help="The first port to try; the next free one is taken.")] = 8000,
    host: Annotated[
        str, typer.Option(help="Where it listens; 0.0.0.0 for all networks of this machine, for those with the token.")
    ] = "127.0.0.1",
    model: Annotated[int | None, typer.Option(help="The version that answers; the one in production at each moment by default.")] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="A file that holds the token, instead of CVWIDGETS_TOKEN or one that is made.")
    ] = None,
    root: Annotated[list[Path] | None, typer.Option(help="A folder below which /cv may be asked for pictures.")] = None,
    classic: Annotated[bool, typer.Option("--classic", help="Answer GET /cv?PATH_OR_URL[:n] as CV Tools did.")] = False,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="Fetch from private networks and this computer too.")] = False,
    cors: Annotated[list[str] | None, typer.Option(help="An origin whose pages may ask, such as https://example.org.")] = None,
    log: Annotated[bool, typer.Option("--log", help="Keep what is answered in the project.")] = False,
    log_images: Annotated[bool, typer.Option("--log-images", help="Keep the pictures too.")] = False,
    engine: Annotated[Literal["auto", "torch", "onnx"], typer.Option(help="What computes; by a short trial by default.")] = "auto",
) -> None:
    """Serve the model over REST, to those with the token; Ctrl-C ends it.

    Example: cvwidgets serve animals --port 8000
    """
    from cvwidgets.serve import Choices, run

    run(
        Choices(
            project,
            host=host,
            port=port,
            model=model,
            token_file=token_file,
            roots=tuple(root or ()),
            classic=classic,
            allow_private=allow_private,
            cors=tuple(cors or ()),
            log=log or log_images,
            log_images=log_images,
            engine=engine,
        )
    )
