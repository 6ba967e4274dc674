"""What the commands share: the Typer application and the arguments and options that several of them take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="cvwidgets",
    help="Turn a heap of pictures into an image model: collect, triage, train, see what is wrong, fix it, serve.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ProjectFolder = Annotated[Path, typer.Argument(metavar="PROJECT", help="The project's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")]


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Turn a heap of pictures into an image model: collect, triage, train, see what is wrong, fix it, serve."""
    if show:
        from cvwidgets import __version__

        typer.echo(f"cvwidgets {__version__}")
        raise typer.Exit
