"""Everything a report says, read from the library: no number is made here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Any

from gallery.algorithms import ALGORITHMS
from gallery.config import Settings
from gallery.decisions import standing
from gallery.machine import describe_machine
from gallery.models import registry
from gallery.models.cards import ModelCard
from gallery.models.weights import describe_card
from gallery.records import Run
from gallery.store import evaluations, members, people, photos, runs, timeline
from gallery.store import faces as face_store
from gallery.store import failures as failure_store
from gallery.store.evaluations import Evaluation, models_of_space
from gallery.store.library import Library

# Of the refused files and the kept groupings so many are listed; all are counted.
_FILES, _RUNS = 50, 10
# What is nobody else's business, or says nothing about results.
_PRIVATE = frozenset({"library", "models_home", "cache", "demo", "demo_max_photos", "demo_max_mb"})


def collect(library: Library, settings: Settings, without: Collection[int] = ()) -> dict[str, Any]:
    """The document of a report: what `gallery report --json` prints and every format shows.

    Args:
        library: whose measurements, of each kind, data and space the newest.
        settings: in use.
        without: measurements that are left out.
    """
    measured = [one for one in newest(evaluations.listed(library)) if one.id not in without]
    kept = runs.listed(library)
    groupings = [runs.document(run) for run in kept[:_RUNS]]
    figures = [
        {"id": one.id, "at": one.at.isoformat(timespec="seconds"), "kind": one.kind,
         "data": one.data, **one.document}
        for one in measured
    ]  # fmt: skip
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "library": _about(library, settings),
        "settings": {
            name: value
            for name, value in settings.model_dump(mode="json").items()
            if name not in _PRIVATE
        },
        "models": [describe_card(card, settings) for card in _models(settings, kept, measured)],
        "groupings": groupings,
        "evaluations": figures,
        "failures": _failures(library),
        "machine": describe_machine(),
        "reproduce": commands(figures, groupings),
    }


def newest(kept: Sequence[Evaluation]) -> list[Evaluation]:
    """Of measurements, the newest first, the newest of each kind, data, space and algorithm."""
    found: dict[tuple[object, ...], Evaluation] = {}
    for one in kept:
        key = (one.kind, one.data, one.space, one.document.get("algorithm"))
        found.setdefault(key, one)
    order = ("pairs", "own", "clusters", "speed")
    return sorted(found.values(), key=lambda one: (order.index(one.kind), one.data, -one.id))


def _about(library: Library, settings: Settings) -> dict[str, Any]:
    months = timeline.months(library)
    with library.read() as connection:
        confirmed = members.confirmed(library, connection)
    everyone = people.everyone(library, with_hidden=True)
    return {
        "photos": photos.count(library),
        "faces": face_store.count(library),
        "people": people.count(library),
        "named": sum(person.name is not None for person in everyone),
        "confirmed_faces": len(confirmed),
        "decisions": len(standing(library)),
        "first_month": months[-1][0].isoformat() if months else None,
        "last_month": months[0][0].isoformat() if months else None,
        "detector": settings.detector,
        "embedder": settings.embedder,
    }


def _models(
    settings: Settings, kept: Sequence[Run], measured: Sequence[Evaluation]
) -> list[ModelCard]:
    """Those in use, and those of whatever the report shows."""
    wanted = {settings.detector, settings.embedder}
    wanted |= {name for run in kept[:1] for name in (run.space.detector, run.space.model)}
    wanted |= {name for one in measured for name in one.measured_with[:2]}
    return [
        card
        for task in ("detector", "embedder")
        for card in registry.cards(task)
        if card.name in wanted
    ]


def _failures(library: Library) -> dict[str, Any]:
    found = [failed.refusal for failed in failure_store.listed(library)]
    return {
        "count": len(found),
        "by_reason": dict(Counter(str(refusal.code) for refusal in found).most_common()),
        "files": [
            {"path": r.path, "stage": str(r.stage), "reason": r.reason} for r in found[:_FILES]
        ],
    }


def commands(
    measured: Sequence[Mapping[str, Any]], groupings: Sequence[Mapping[str, Any]]
) -> list[str]:
    """What to type to get the same figures from the same photos.

    Args:
        measured: as the report has them.
        groupings: likewise.
    """
    said = ["gallery ingest FOLDER"]
    for run in groupings[:1]:
        said.append(_cluster_command("gallery cluster", run))
    for one in measured:
        detector, embedder, _ = models_of_space(one["space"])
        models = f" --detector {detector} --embedder {embedder}"
        if one["kind"] == "pairs":
            pairs = quote(Path(one["list"]).name) if "list" in one else "LIST"
            said.append(f"gallery evaluate lfw --images DIR --pairs {pairs}{models}")
        elif one["kind"] == "own":
            said.append(f"gallery evaluate own --threshold {one['threshold']:g}")
        elif one["kind"] == "clusters":
            where = "" if one["data"] == evaluations.OWN else f" --images DIR{models}"
            said.append(_cluster_command(f"gallery evaluate clusters{where}", one))
        elif one["kind"] == "speed":
            said.append(f"gallery evaluate speed{models}")
    return list(dict.fromkeys(said))


def _cluster_command(command: str, document: Mapping[str, Any]) -> str:
    """With every parameter, so that it does the same whatever the settings are."""
    name, values = document["algorithm"], document["parameters"]
    known = [p.name for p in ALGORITHMS[name].parameters] if name in ALGORITHMS else []
    given = [f"--parameter {one}={values[one]:g}" for one in known if one in values]
    if "join" in values and values["join"] != values.get("link"):
        given.append(f"--link {values['join']:g}")
    if document.get("hold_back", values.get("hold_back")):
        given.append("--hold-back")
    return " ".join([command, f"--algorithm {name}", *given])
