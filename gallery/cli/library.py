"""Photos in, people out: `ingest`, `cluster`, `status`, `failures`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
from gallery.cli.output import counted, download_line, duration, follow, print_json, remark, say
from gallery.wording import is_or_are

if TYPE_CHECKING:
    from gallery.config import Settings
    from gallery.grouping import GroupReport
    from gallery.pipeline import FaceModels
    from gallery.preview import Preview
    from gallery.reading_text import TextReport
    from gallery.records import IngestReport, Refusal
    from gallery.store.library import Library


def ingest(
    sources: Annotated[list[Path], typer.Argument(help="Folders, photos or ZIPs.")],
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Leave originals where they are.")
    ] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", help="Take in all the same: too-blurry, too-small."),
    ] = None,
    group: Annotated[
        bool, typer.Option("--group/--no-group", help="Group the faces afterwards.")
    ] = True,
    tag: Annotated[
        bool, typer.Option("--tag/--no-tag", help="Say what is in the photos afterwards.")
    ] = True,
    text: Annotated[
        bool | None,
        typer.Option("--text/--no-text", help="Read the text in the photos, last of all."),
    ] = None,
    detector: DetectorOption = None,
    embedder: EmbedderOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take photos in: find, embed and group every face. Run again, it goes on."""
    from gallery.pipeline import ingest as run_ingest
    from gallery.reading import IngestOptions, overruled_codes
    from gallery.records import IngestReport
    from gallery.sources import find_photos
    from gallery.store import people

    options = IngestOptions(in_place=in_place, overruled=overruled_codes(accept or []))
    changes = {"detector": detector, "embedder": embedder, "read_text": text}
    with opened(library, **changes) as (store, settings):
        found = find_photos([_typed(path) for path in sources], settings)
        models = models_of(settings)
        report = IngestReport()
        follow(run_ingest(store, found, models, settings, report, options))
        tagged, read = _look_closer(store, settings, models, group=group, tag=tag)
        found_people = people.count(store)
        left_over = people.unassigned(store)
    if as_json:
        texts = {"text_read": read.read, "with_text": read.with_text}
        print_json(ingest_document(report, found_people) | {"tagged": tagged} | texts)
    else:
        _say_report(report)
        say(f"{counted(found_people, 'person', 'people')} in the library{_nobodys(left_over)}.")
        if read.read:
            say(f"Text found in {read.with_text} of {counted(read.read, 'photo')}.")
        _say_refusals(report.failed)


def _look_closer(
    store: Library, settings: Settings, models: FaceModels, *, group: bool = True, tag: bool = True
) -> tuple[int, TextReport]:
    """All that is done with photos that came in; gives how many were tagged, and what was read."""
    from gallery.cli.tags import run_after_ingest as tag_photos
    from gallery.cli.text import run_after_ingest as read_text
    from gallery.pipeline import embed_missing
    from gallery.reading_text import TextReport
    from gallery.workflow import find_places_and_events, group_if_needed

    if group:
        follow(embed_missing(store, models, settings))
        group_if_needed(store, settings, models.space)
    follow(find_places_and_events(store))
    tagged = tag_photos(store, settings) if tag else 0
    return tagged, read_text(store, settings) if settings.read_text else TextReport()


def _typed(path: Path) -> Path:
    return path.expanduser()


def cluster(
    algorithm: AlgorithmOption = "graph",
    parameter: ParameterOption = None,
    link: LinkOption = None,
    hold_back: HoldBackOption = None,
    embedder: EmbedderOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Group all faces into persons. Names, ids and covers stay."""
    from gallery.pipeline import embed_missing
    from gallery.workflow import group_library, grouping_method, preview_library

    given = parameters_given(parameter)
    changes = {"embedder": embedder, "link_threshold": link, "hold_back": hold_back}
    with opened(library, **changes) as (store, settings):
        method = grouping_method(settings, algorithm, given)
        models = models_of(settings)
        follow(embed_missing(store, models, settings))
        if dry_run:
            _say_preview(preview_library(store, settings, models.space, method), as_json)
            return
        report = group_library(store, settings, models.space, method)
    if as_json:
        print_json(group_document(report))
    else:
        say(_group_sentence(report))


def _say_preview(found: Preview, as_json: bool) -> None:
    from gallery.cli.runs import difference_document

    if as_json:
        print_json({"people": found.people, **difference_document(found.changes)})
        return
    say(f"There would be {counted(found.people, 'person', 'people')}. Nothing was changed.")
    for sentence in found.changes.sentences:
        say(f"  {sentence}")


def status(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Say what is in the library."""
    from gallery.store import binned, faces, people, photos, runs
    from gallery.store import failures as failure_store

    with opened(library) as (store, settings):
        run = runs.current(store)
        document: dict[str, Any] = {
            "library": str(store.root),
            "photos": photos.count(store),
            "in_bin": binned.count(store),
            "faces": faces.count(store),
            "people": people.count(store),
            "unassigned": people.unassigned(store),
            "failed": len(failure_store.listed(store)),
            "detector": settings.detector,
            "embedder": settings.embedder,
            "grouped_at": run.at.isoformat() if run else None,
            "link_threshold": run.threshold if run else None,
        }
    if as_json:
        print_json(document)
        return
    in_bin = f", {counted(document['in_bin'], 'photo')} in the bin" if document["in_bin"] else ""
    say(f"Library {document['library']}")
    say(
        f"{counted(document['photos'], 'photo')}, {counted(document['faces'], 'face')}, "
        f"{counted(document['people'], 'person', 'people')}{_nobodys(document['unassigned'])}, "
        f"{counted(document['failed'], 'file')} kept out{in_bin}"
    )
    if run:
        say(f"Grouped {run.at:%Y-%m-%d %H:%M} UTC with {run.space.name} at {run.threshold:g}")
    if not document["photos"]:
        say("Add photos with: gallery ingest FOLDER, or try: gallery samples pull album")


def failures(
    retry: Annotated[bool, typer.Option("--retry", help="Try them again.")] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", help="Try again and take in: too-blurry, too-small."),
    ] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Take them off the list.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the files that were kept out, with stage and reason; try again or forget them."""
    from gallery.pipeline import ingest as run_ingest
    from gallery.reading import IngestOptions, overruled_codes, sources_again
    from gallery.records import IngestReport
    from gallery.store import failures as failure_store

    with opened(library) as (store, settings):
        failed = failure_store.listed(store)
        report: IngestReport | None = None
        if (retry or accept) and failed:
            models = models_of(settings)
            report = IngestReport()
            options = IngestOptions(overruled=overruled_codes(accept or []))
            again = sources_again(store, failed, settings)
            follow(run_ingest(store, again, models, settings, report, options))
            failure_store.drop_kept(store, failed)
            _look_closer(store, settings, models)
        if forget:
            failure_store.forget(store, [f.refusal.id for f in failed if f.refusal.id])
        left = [item.refusal for item in failure_store.listed(store)]
    if as_json:
        print_json(
            {
                "taken_in": report.added if report else 0,
                "failed": [_refusal_document(refusal) for refusal in left],
            }
        )
        return
    if report:
        say(f"{report.added} taken in.")
    _say_refusals(left)


def models_of(settings: Settings) -> FaceModels:
    """The models of the settings; what is missing is fetched, and said."""
    from gallery.workflow import load_models, missing_models, pull_models

    for card in missing_models(settings):
        with download_line(card.title) as on_bytes:
            list(pull_models(settings, [card], on_bytes))
    return load_models(settings)


def ingest_document(report: IngestReport, found_people: int) -> dict[str, Any]:
    """The JSON of `ingest`."""
    return {
        "added": report.added,
        "already_known": report.already_known,
        "in_bin": report.in_bin,
        "new_places": report.new_places,
        "failed": [_refusal_document(refusal) for refusal in report.failed],
        "faces": report.faces,
        "named": report.named,
        "seconds": round(report.seconds, 3),
        "photos_per_second": round(report.photos_per_second, 3),
        "people": found_people,
    }


def group_document(report: GroupReport) -> dict[str, Any]:
    """The JSON of `cluster`."""
    return {
        "run": report.run_id,
        "faces": report.faces,
        "people": report.people,
        "new_people": report.new_people,
        "unassigned": report.unassigned,
        "seconds": round(report.seconds, 3),
    }


def _refusal_document(refusal: Refusal) -> dict[str, Any]:
    return {
        "path": refusal.path,
        "stage": str(refusal.stage),
        "code": str(refusal.code),
        "reason": refusal.reason,
    }


def _say_report(report: IngestReport) -> None:
    rate = f" ({report.photos_per_second:.1f} photos a second)" if report.added else ""
    say(
        f"{counted(report.added, 'photo')} added, {report.already_known} already known, "
        f"{counted(report.faces, 'face')} found in {duration(report.seconds)}{rate}."
    )
    if report.in_bin:
        say(
            f"{report.in_bin} of those already known {is_or_are(report.in_bin)} in the bin and "
            "stayed there. Bring them back with: gallery bin restore"
        )
    if report.named:
        say(f"{counted(report.named, 'face')} named by the photos' own files.")


def _group_sentence(report: GroupReport) -> str:
    return (
        f"{counted(report.people, 'person', 'people')} in {counted(report.faces, 'face')}"
        f"{_nobodys(report.unassigned)}; {report.new_people} new."
    )


def _nobodys(faces: int) -> str:
    return f", {counted(faces, 'face')} left as not sure" if faces else ""


def _say_refusals(refusals: list[Refusal]) -> None:
    say(f"{counted(len(refusals), 'file')} kept out" + (":" if refusals else "."))
    for refusal in refusals:
        say(f"  {refusal.path}: {refusal.reason} ({refusal.stage})")
    if refusals:
        remark(
            "Try them again with: gallery failures --retry, and take in what is only blurry or "
            "small with: --accept too-blurry --accept too-small"
        )
