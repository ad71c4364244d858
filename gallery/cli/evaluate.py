"""`evaluate lfw | own | speed | list | forget`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from gallery.cli.library import models_of
from gallery.cli.options import (
    DetectorOption,
    EmbedderOption,
    JsonOption,
    LibraryOption,
    opened,
)
from gallery.cli.output import counted, print_json, progress_line, say, table
from gallery.wording import people_counted

app = typer.Typer(help="Figures on data whose truth is known.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Figures on data whose truth is known."""


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
        f"{people_counted(found['people'])}, {faces}: {found['genuine']:,} pairs of "
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
        for part in _worst_first(found["slices"])
    ]
    say("")
    table(rows, ("BY", "", "GENUINE", "IMPOSTOR", "FRR", "FAR"))


def _worst_first(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Parts as they come, persons by how often they are taken wrong."""
    people = [part for part in parts if part["by"] == "person"]
    people.sort(key=lambda part: -max(part["frr"] or 0, part["far"] or 0))
    return [*(part for part in parts if part["by"] != "person"), *people]


def _percent(rate: float | None) -> str:
    return "too few" if rate is None else f"{100 * rate:.2f} %"


def _say_pairs(found: dict[str, Any]) -> None:
    say(found["space"])
    say(
        f"{found['pairs']:,} pairs of {counted(found['photos'], 'photo')} of "
        f"{people_counted(found['people'])}; {counted(found['missed'], 'photo')} without a face, "
        "or that cannot be read"
    )
    for remark in found["remarks"]:
        say(f"  {remark}")
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
        digits = 2 if scale == 100 else 5
        return f"  ({low:.{digits}f} to {high:.{digits}f})"

    say(f"AUC             {found['auc']:.5f}{sure('auc', 1)}")
    say(f"EER             {100 * found['eer']:.2f} %{sure('eer')}")
    for rate, tar in found["tar_at_far"].items():
        name = f"TAR@FAR {100 * float(rate):g} %"
        shown = "too few pairs" if tar is None else f"{100 * tar:.2f} %"
        say(f"{name:15} {shown}{sure(f'tar_at_far_{rate}')}")
    say(
        f"at {found['threshold']:.3f}        FAR {100 * found['far']:.2f} %{sure('far')}, "
        f"FRR {100 * found['frr']:.2f} %{sure('frr')}"
    )
    if found["intervals"]:
        say("                in brackets: 95 of 100 draws of the people")


@app.command("speed")
def speed(
    detector: DetectorOption = None,
    embedder: EmbedderOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Time every stage on some photos of the library, one after the other."""
    from gallery.evaluate.speed import measure_speed

    with (
        opened(library, detector=detector, embedder=embedder) as (store, settings),
        progress_line() as show,
    ):
        found = measure_speed(store, models_of(settings), settings, show)
    if as_json:
        print_json(found)
        return
    photos, faces = counted(found["photos"], "photo"), counted(found["faces"], "face")
    say(f"{found['space']}\n{photos} with {faces}, milliseconds:")
    rows = [
        (stage, f"{times['median']:.1f}", f"{times['p95']:.1f}", str(times["times"]))
        for stage, times in found["milliseconds"].items()
    ]
    table(rows, ("", "MEDIAN", "P95", "TIMES"))


@app.command("list")
def list_kept(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List what was measured and kept; the newest of each kind goes into reports."""
    from gallery.store import evaluations

    with opened(library) as (store, _):
        kept = evaluations.listed(store)
    if as_json:
        print_json(
            [
                {"id": one.id, "at": one.at.isoformat(timespec="seconds"), "kind": one.kind,
                 "data": one.data, "space": one.space, **_main_figures(one.document)}
                for one in kept
            ]
        )  # fmt: skip
        return
    if not kept:
        say("Nothing was measured so far. Measure with: gallery evaluate own")
        return
    rows = [
        (
            str(one.id),
            f"{one.at:%Y-%m-%d %H:%M}",
            one.kind,
            one.data,
            ", ".join(one.measured_with[:2]),
            ", ".join(f"{name} {value}" for name, value in _main_figures(one.document).items()),
        )
        for one in kept
    ]
    table(rows, ("ID", "UTC", "KIND", "DATA", "MODELS", "FIGURES"))


@app.command("forget")
def forget(
    ids: Annotated[list[int], typer.Argument(metavar="ID...", help="As in: gallery evaluate list")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete measurements; measure again to have new ones."""
    from gallery.errors import NotFoundError
    from gallery.store import evaluations

    with opened(library) as (store, _):
        unknown = set(ids) - {one.id for one in evaluations.listed(store)}
        if unknown:
            raise NotFoundError(
                f"There is no measurement {min(unknown)}. See: gallery evaluate list"
            )
        for one in ids:
            evaluations.remove(store, one)
    if as_json:
        print_json({"deleted": ids})
    else:
        say(f"{counted(len(ids), 'measurement')} deleted.")


_MAIN = ("algorithm", "accuracy", "eer", "auc", "pairwise_f", "bcubed_f", "purity", "clusters")


def _main_figures(document: Mapping[str, Any]) -> dict[str, Any]:
    """The few figures by which measurements are compared."""
    return {name: document[name] for name in _MAIN if name in document}
