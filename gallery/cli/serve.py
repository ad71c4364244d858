"""`serve`: the app in the browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from gallery.cli.options import LibraryOption, settings_with
from gallery.cli.output import remark


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    address: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 lets other machines in.")
    ] = "localhost",
    library: LibraryOption = None,
) -> None:
    """Open the app on this machine."""
    from gallery.errors import LibraryError

    script = Path(__file__).resolve().parent.parent.parent / "streamlit_app.py"
    if not script.is_file():
        raise LibraryError(
            f"The app's pages are not installed: {script} is missing. Run the gallery from a "
            "checkout of its repository."
        )
    os.environ["GALLERY_LIBRARY"] = str(settings_with(library).library.expanduser().absolute())
    remark(f"Opening http://{address}:{port} - stop with Ctrl-C")
    command = [
        sys.executable, "-m", "streamlit", "run", str(script),
        "--server.port", str(port),
        "--server.address", address,
        "--server.headless", "true",
    ]  # fmt: skip
    os.chdir(script.parent)  # .streamlit/config.toml is read from there
    os.execv(sys.executable, command)  # noqa: S606 - our own arguments, no shell
