"""The options that commands share, and what they open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gallery.config import Settings
    from gallery.store.library import Library

LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", help="Folder of the library. Default: GALLERY_LIBRARY."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
DetectorOption = Annotated[
    str | None, typer.Option("--detector", help="Face detector; see: gallery models list.")
]
EmbedderOption = Annotated[
    str | None, typer.Option("--embedder", help="Face embedder; see: gallery models list.")
]

LinkOption = Annotated[
    float | None,
    typer.Option("--link", min=0, max=0.999, help="Cosine at which groups merge."),
]
HoldBackOption = Annotated[
    bool | None,
    typer.Option("--hold-back/--no-hold-back", help="Faces far from their group wait."),
]
AlgorithmOption = Annotated[
    str,
    typer.Option("--algorithm", help="graph, hdbscan, dbscan, kmeans or agglomerative."),
]
ParameterOption = Annotated[
    list[str] | None,
    typer.Option("--parameter", metavar="NAME=VALUE", help="Of the algorithm; may be repeated."),
]


def parameters_given(pairs: list[str] | None) -> dict[str, float]:
    """`NAME=VALUE` pairs as numbers by name; a wrong one is a wrong call."""
    given = {}
    for pair in pairs or []:
        name, equals, value = pair.partition("=")
        try:
            given[name.strip()] = float(value)
        except ValueError:
            equals = ""
        if not equals:
            raise typer.BadParameter(f"expected NAME=VALUE with a number, got {pair!r}")
    return given


# Set by `gallery --library PATH COMMAND`; the option of the command itself wins.
_before_command: dict[str, Path] = {}


def remember_library(path: Path | None) -> None:
    """Keep the library named before the command."""
    _before_command.clear()
    if path is not None:
        _before_command["library"] = path


def settings_with(library: Path | None = None, **changes: object) -> Settings:
    """The settings of the environment with a call's options on top."""
    from gallery.config import load_settings

    return load_settings().with_changes(
        library=library or _before_command.get("library"), **changes
    )


@contextmanager
def opened(library: Path | None, **changes: object) -> Iterator[tuple[Library, Settings]]:
    """The library of a call, with the settings its owner chose and the call's own on top.

    What has been in the bin for long enough goes for good before.
    """
    from gallery.cli.output import remark
    from gallery.photo_bin import DAYS, empty_old
    from gallery.store.library import open_library
    from gallery.workflow import settings_of

    settings = settings_with(library)
    store = open_library(settings.library)
    try:
        emptied = empty_old(store)
        if emptied.photos:
            remark(f"In the bin for {DAYS} days: {emptied.sentence}")
        yield store, settings_of(store, settings).with_changes(**changes)
    finally:
        store.close()
