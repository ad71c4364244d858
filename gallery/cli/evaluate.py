"""`evaluate lfw | own | clusters`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
    settings_with,
)
from gallery.cli.output import counted, print_json, progress_line, say, table

if TYPE_CHECKING:
    from gallery.evaluate.clustering import ClusteringScores
    from gallery.evaluate.labelled import LabelledFaces

app = typer.Typer(help="Figures on data whose truth is known.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Figures on data whose truth is known."""


@app.command("clusters")
def clusters(
    images: Annotated[Path, typer.Option("--images", help="A folder with a folder per person.")],
    link: LinkOption = None,
    hold_back: HoldBackOption = None,
    algorithm: AlgorithmOption = "graph",
    parameter: ParameterOption = None,
    detector: DetectorOption = None,
    embedder: EmbedderOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Group the photos of known people and say how well it went."""
    import time

    from gallery.constraints import Constraints
    from gallery.doubt import held_back
    from gallery.errors import SourceError
    from gallery.evaluate.clustering import score_clustering, without_largest
    from gallery.evaluate.labelled import embed_labelled, photos_of_people
    from gallery.workflow import gate_options, grouping_method

    settings = settings_with(
        library, detector=detector, embedder=embedder, link_threshold=link, hold_back=hold_back
    )
    method = grouping_method(settings, algorithm, parameters_given(parameter))
    photos = photos_of_people(images.expanduser())
    models = models_of(settings)
    with progress_line() as show:
        faces = embed_labelled(photos, models, settings, show, cache=settings.cache)
    if not faces.people:
        raise SourceError(
            f"No face was found in the {len(photos):,} photos of {images}, or none can be read."
        )
    started = time.perf_counter()
    strong = faces.quality >= settings.weak_quality
    known = Constraints.of_photos(range(len(faces.people)))
    labels = method.label(faces.vectors, strong, known)
    gate = gate_options(settings)
    if gate is not None:
        labels = held_back(labels, faces.vectors, faces.quality, known.confirmed, gate)
    faces.stages["cluster"] = time.perf_counter() - started
    scores = score_clustering(labels, faces.people)
    rest, others, largest = without_largest(labels, faces.people)
    document = {
        "images": str(images),
        "space": models.space.name,
        "algorithm": method.name,
        "parameters": method.parameters,
        "photos": len(photos),
        "missed": len(faces.missed),
        "weak": int((~strong).sum()),
        "held_back": sum(label is None for label in labels),
        **scores_document(scores),
        "without_largest": {
            "left_out": str(largest),
            **(scores_document(score_clustering(rest, others)) if rest else {}),
        },
        "seconds": {stage: round(seconds, 3) for stage, seconds in faces.stages.items()},
    }
    if as_json:
        print_json(document)
    else:
        _say(document, scores, faces)


@app.command("lfw")
def lfw(
    images: Annotated[
        Path, typer.Option("--images", help="The photos: a folder per person, or LFW unpacked.")
    ],
    pairs: Annotated[
        Path | None,
        typer.Option("--pairs", help="LFW's pairs.txt, or a CSV with left, right, same."),
    ] = None,
    threshold: Annotated[
        float | None, typer.Option("--threshold", min=-1, max=1, help="Say FAR and FRR at this.")
    ] = None,
    detector: DetectorOption = None,
    embedder: EmbedderOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how well pairs of photos are told to be one person or two: ten folds, rates, curves."""
    from gallery.evaluate.measuring import measure_pairs
    from gallery.evaluate.pairs import find_list

    find_list(images.expanduser(), pairs)  # before models are fetched
    with (
        opened(library, detector=detector, embedder=embedder) as (store, settings),
        progress_line() as show,
    ):
        models = models_of(settings)
        found = measure_pairs(store, settings, models, images, pairs, threshold, show)
    if as_json:
        print_json(found)
    else:
        _say_pairs(found)


@app.command("own")
def own(
    threshold: Annotated[
        float | None, typer.Option("--threshold", min=-1, max=1, help="Default: the model's.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """The same figures from your own people: faces you confirmed, sliced by what makes it hard."""
    from gallery.evaluate.measuring import measure_own
    from gallery.workflow import space_in_use, thresholds_of

    with opened(library) as (store, _):
        space = space_in_use(store)
        at = thresholds_of(space.model).verify if threshold is None else threshold
        found = measure_own(store, space, at)
    if as_json:
        print_json(found)
    else:
        _say_own(found)


def _say_own(found: dict[str, Any]) -> None:
    faces = counted(found["faces"], "confirmed face")
    say(found["space"])
    say(
        f"{counted(found['people'], 'person', 'people')}, {faces}: {found['genuine']:,} pairs of "
        f"one person, {found['impostors']:,} of two"
    )
    for remark in found["remarks"]:
        say(f"  {remark}")
    if "eer" not in found:
        return
    _say_rates(found)
    rows = [
        (
            part["by"],
            part["name"],
            f"{part['genuine']:,}",
            f"{part['impostors']:,}",
            _percent(part["frr"]),
            _percent(part["far"]),
        )
        for part in found["slices"]
    ]
    say("")
    table(rows, ("BY", "", "GENUINE", "IMPOSTOR", "FRR", "FAR"))


def _percent(rate: float | None) -> str:
    return "too few" if rate is None else f"{100 * rate:.2f} %"


def _say_pairs(found: dict[str, Any]) -> None:
    say(found["space"])
    say(
        f"{found['pairs']:,} pairs of {found['photos']:,} photos of {found['people']:,} people; "
        f"{counted(found['missed'], 'photo')} without a face"
    )
    if found["accuracy_std"] is None:
        say(f"accuracy        {100 * found['accuracy']:.2f} % at the best threshold")
    else:
        spread = f"+- {100 * found['accuracy_std']:.2f}"
        say(f"accuracy        {100 * found['accuracy']:.2f} % {spread} over {found['folds']} folds")
    _say_rates(found)
    if found["computed"]:
        stages = ", ".join(f"{name} {value:.1f}" for name, value in found["milliseconds"].items())
        say(f"speed           {found['images_per_second']:.1f} photos a second; ms each: {stages}")
    else:
        say("speed           all vectors were known from before")


def _say_rates(found: dict[str, Any]) -> None:
    """AUC, EER, TAR at FAR, and what happens at the threshold."""

    def sure(name: str, scale: float = 100) -> str:
        if name not in found["intervals"]:
            return ""
        low, high = (scale * value for value in found["intervals"][name])
        return f"  ({low:.2f} to {high:.2f})"

    say(f"AUC             {found['auc']:.5f}{sure('auc', 1)}")
    say(f"EER             {100 * found['eer']:.2f} %{sure('eer')}")
    for rate, tar in found["tar_at_far"].items():
        name = f"TAR@FAR {100 * float(rate):g} %"
        say(f"{name:15} {100 * tar:.2f} %{sure(f'tar_at_far_{rate}')}")
    say(
        f"at {found['threshold']:.3f}        FAR {100 * found['far']:.2f} %{sure('far')}, "
        f"FRR {100 * found['frr']:.2f} %{sure('frr')}"
    )
    if found["intervals"]:
        say("                in brackets: 95 of 100 draws of the people")


def scores_document(scores: ClusteringScores) -> dict[str, Any]:
    """The JSON of the figures of a grouping."""
    return {
        "faces": scores.faces,
        "people": scores.people,
        "clusters": scores.clusters,
        "pairwise_precision": round(scores.pairwise.precision, 5),
        "pairwise_recall": round(scores.pairwise.recall, 5),
        "pairwise_f": round(scores.pairwise.f, 5),
        "bcubed_precision": round(scores.bcubed.precision, 5),
        "bcubed_recall": round(scores.bcubed.recall, 5),
        "bcubed_f": round(scores.bcubed.f, 5),
        "purity": round(scores.purity, 5),
        "nmi": round(scores.nmi, 5),
        "impure": scores.impure,
    }


def _say(document: dict[str, Any], scores: ClusteringScores, faces: LabelledFaces) -> None:
    parameters = ", ".join(f"{name} {value:g}" for name, value in document["parameters"].items())
    say(f"{document['space']}; {document['algorithm']}: {parameters}")
    say(
        f"{scores.faces} faces of {scores.people} people in {scores.clusters} clusters; "
        f"{document['missed']} photos without a face"
    )
    for name, score in (("pairwise", scores.pairwise), ("BCubed", scores.bcubed)):
        say(f"{name:9} P {score.precision:.4f}  R {score.recall:.4f}  F {score.f:.4f}")
    say(
        f"purity    {scores.purity:.4f}, NMI {scores.nmi:.4f}; {scores.impure} clusters with more "
        f"than one person, {document['held_back']} faces held back"
    )
    rest = document["without_largest"]
    if "pairwise_f" in rest:
        say(
            f"without {rest['left_out']}: pairwise F {rest['pairwise_f']:.4f}, "
            f"BCubed F {rest['bcubed_f']:.4f}"
        )
    say("seconds   " + ", ".join(f"{name} {value:.1f}" for name, value in faces.stages.items()))
