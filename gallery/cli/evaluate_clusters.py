"""`evaluate clusters`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallery.cli.evaluate import app
from gallery.cli.library import models_of
from gallery.cli.options import (
    AlgorithmOption,
    DetectorOption,
    EmbedderOption,
    HoldBackOption,
    JsonOption,
    LibraryOption,
    LinkOption,
    ParameterOption,
    opened,
    parameters_given,
)
from gallery.cli.output import counted, print_json, progress_line, say, table

if TYPE_CHECKING:
    from gallery.config import Settings
    from gallery.evaluate.grouped import FaceSet
    from gallery.store.library import Library

_WORST = 5


@app.command("clusters")
def clusters(
    images: Annotated[
        Path | None,
        typer.Option("--images", help="A folder with a folder per person. Default: your people."),
    ] = None,
    link: LinkOption = None,
    hold_back: HoldBackOption = None,
    algorithm: AlgorithmOption = "graph",
    parameter: ParameterOption = None,
    curve: Annotated[
        bool, typer.Option("--curve", help="Also at other values of the first parameter.")
    ] = False,
    detector: DetectorOption = None,
    embedder: EmbedderOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Group faces of known people as if nobody were known, and say how well it went."""
    from gallery.evaluate.grouped import Grouping
    from gallery.evaluate.labelled import photos_of_people
    from gallery.evaluate.measuring import measure_grouping
    from gallery.workflow import gate_options, grouping_method

    if images is not None:
        photos_of_people(images.expanduser())  # before models are fetched
    changes = {
        "detector": detector, "embedder": embedder, "link_threshold": link, "hold_back": hold_back
    }  # fmt: skip
    with opened(library, **changes) as (store, settings):
        faces, document = _faces(store, settings, images)
        settings = settings.with_changes(embedder=faces.space.model)
        method = grouping_method(settings, algorithm, parameters_given(parameter))
        how = Grouping(method, settings.weak_quality, gate_options(settings))
        with progress_line() as show:
            found = measure_grouping(store, faces, how, show, with_curve=curve)
    seconds = document.pop("seconds", {}) | found.pop("seconds")
    document = document | found | {"seconds": seconds}
    if as_json:
        print_json(document)
    else:
        _say(document)


def _faces(
    library: Library, settings: Settings, images: Path | None
) -> tuple[FaceSet, dict[str, Any]]:
    """The faces to be grouped, and what is to be said of where they come from."""
    from gallery.evaluate.grouped import folder_set, own_set
    from gallery.evaluate.measuring import faces_of_folder
    from gallery.workflow import space_in_use

    if images is None:
        return own_set(library, space_in_use(library)), {}
    models = models_of(settings)
    with progress_line() as show:
        found = faces_of_folder(images, models, settings, show)
    document = {
        "images": str(images),
        "photos": len(found.people) + len(found.missed),
        "missed": len(found.missed),
        "seconds": {stage: round(seconds, 3) for stage, seconds in found.stages.items()},
    }
    return folder_set(images.resolve().name, found, models.space), document


def _say(document: dict[str, Any]) -> None:
    parameters = ", ".join(f"{name} {value:g}" for name, value in document["parameters"].items())
    say(f"{document['space']}; {document['algorithm']}: {parameters}")
    if "images" in document:
        say(f"{counted(document['missed'], 'photo')} without a face, or that cannot be read")
    if "faces" not in document:
        say(
            f"{counted(document['grouped'], 'face')} in {counted(document['groups'], 'group')}; of "
            "none of them it is known whose it is. Name people or confirm faces: gallery review"
        )
        return
    say(
        f"{counted(document['faces'], 'face')} of {counted(document['people'], 'person', 'people')}"
        f" in {counted(document['clusters'], 'group')}"
    )
    for name in ("pairwise", "bcubed"):
        precision, recall, f = (document[f"{name}_{part}"] for part in ("precision", "recall", "f"))
        title = "BCubed" if name == "bcubed" else name
        say(f"{title:9} P {precision:.4f}  R {recall:.4f}  F {f:.4f}")
    near = document["silhouette"]
    say(
        f"purity    {document['purity']:.4f}, NMI {document['nmi']:.4f}, ARI {document['ari']:.4f}"
        + ("" if near is None else f", silhouette {near:.3f}")
    )
    say(
        f"mistakes  {counted(document['impure'], 'group')} with more than one person, "
        f"{counted(document['fragmented'], 'person', 'people')} in more than one group; "
        f"{counted(document['nobodys'], 'face')} left as not sure"
    )
    rest = document["without_largest"]
    if "pairwise_f" in rest:
        say(
            f"without {rest['left_out']}: pairwise F {rest['pairwise_f']:.4f}, "
            f"BCubed F {rest['bcubed_f']:.4f}"
        )
    spent = ", ".join(f"{name} {value:.1f}" for name, value in document["seconds"].items())
    say(f"seconds   {spent}")
    _say_mistakes(document)
    if "curve" in document:
        _say_curve(document["curve"])


def _say_mistakes(document: dict[str, Any]) -> None:
    for key, title in (
        ("impure_groups", "Groups of several people"),
        ("fragmented_people", "People in several groups"),
    ):
        if not document[key]:
            continue
        say(f"\n{title}, the worst first:")
        shown = document[key][:_WORST]
        for mistake in shown:
            parts = [f"{part['of']} ({len(part['faces'])})" for part in mistake["parts"]]
            if key == "impure_groups":
                say(f"  {', '.join(parts)}")
            else:
                sizes = " + ".join(str(len(part["faces"])) for part in mistake["parts"])
                say(f"  {mistake['of']}: {sizes} faces")
        total = document["impure" if key == "impure_groups" else "fragmented"]
        if total > len(shown):
            say(f"  and {total - len(shown):,} more")


def _say_curve(curve: dict[str, Any]) -> None:
    say("")
    names = ("values", "pairwise_f", "bcubed_f", "purity", "clusters")
    rows = [
        (f"{value:g}", f"{pairs:.4f}", f"{faces:.4f}", f"{purity:.4f}", f"{groups:,}")
        for value, pairs, faces, purity, groups in zip(*(curve[n] for n in names), strict=True)
    ]
    table(rows, (str(curve["knob"]).upper(), "PAIRWISE F", "BCUBED F", "PURITY", "GROUPS"))
