"""The programs that are compared, each run in a process of its own.

`python contestants.py JOB RESULT` reads a `Job` as JSON and writes a `Result`. A contestant
takes one photo to warm up, which loads its models, and then all photos against the clock.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from machine import keep_to_cores, peak_memory_mb
from made_photos import Box

if TYPE_CHECKING:
    from gallery.config import Settings
    from gallery.store.library import Library

NAMES = ("ours-f32", "ours-bf16", "deepface", "face_recognition")


@dataclass(frozen=True, slots=True)
class Job:
    """What a contestant is told.

    Args:
        contestant: one of `NAMES`.
        warm_up: a photo that is not among the others.
        photos: the files.
        threads: cores it may use, or None for all.
        stages: whether to find out afterwards where the time goes; ours only.
    """

    contestant: str
    warm_up: str
    photos: list[str]
    threads: int | None = None
    stages: bool = False


@dataclass(slots=True)
class Result:
    """What a contestant did.

    Args:
        seconds: for all photos.
        boxes: x0, y0, x1, y1 of the faces of each photo, in the order of the photos.
        peak_memory_mb: at the end of the timed part, models included.
        stages: milliseconds a photo by stage, where known.
    """

    seconds: float
    boxes: list[list[Box]]
    peak_memory_mb: float
    stages: dict[str, float] = field(default_factory=dict)


class Represent(Protocol):
    """`DeepFace.represent` with detector and model chosen."""

    def __call__(self, photo: Any, *, enforce: bool) -> list[dict[str, Any]]:
        """The faces of a photo; where there is none, it raises or gives the whole photo."""


def is_installed(contestant: str) -> bool:
    """Whether the package of a contestant can be imported; ours always can."""
    return contestant.startswith("ours") or importlib.util.find_spec(contestant) is not None


def run(job: Job) -> Result:
    """Run one contestant in this process."""
    if job.threads:
        keep_to_cores(job.threads)
    if job.contestant.startswith("ours"):
        return _run_ours(job)
    finder = {"deepface": _deepface, "face_recognition": _face_recognition}[job.contestant]()
    finder(job.warm_up)
    started = time.perf_counter()
    boxes = [finder(path) for path in job.photos]
    return Result(time.perf_counter() - started, boxes, peak_memory_mb())


def _run_ours(job: Job) -> Result:
    from stages import measure_stages

    from gallery.config import load_settings
    from gallery.pipeline import ingest
    from gallery.records import IngestReport
    from gallery.sources import find_photos
    from gallery.store.library import open_library
    from gallery.workflow import load_models

    settings = load_settings().with_changes(
        precision=job.contestant.removeprefix("ours-"), threads=job.threads
    )
    models = load_models(settings)

    def take_in(library: Library, paths: Sequence[str]) -> None:
        report = IngestReport()
        found = find_photos([Path(path) for path in paths], settings)
        for _ in ingest(library, found, models, settings, report):
            pass
        if report.added != len(paths):
            reasons = "; ".join(refusal.reason for refusal in report.failed)
            raise RuntimeError(f"{report.added} of {len(paths)} photos were taken in: {reasons}")

    with tempfile.TemporaryDirectory(prefix="gallery-benchmark-") as folder:
        root = Path(folder)
        library = open_library(root / "warm-up")
        take_in(library, [job.warm_up])
        library.close()
        library = open_library(root / "library")
        started = time.perf_counter()
        take_in(library, job.photos)
        seconds = time.perf_counter() - started
        result = Result(seconds, _stored_boxes(library, job.photos), peak_memory_mb())
        library.close()
        if job.stages:
            library = open_library(root / "stages")
            result.stages = measure_stages(lambda path: take_in(library, [path]), job.photos)
            library.close()
    return result


def _stored_boxes(library: Library, paths: Sequence[str]) -> list[list[Box]]:
    """The boxes in a library, by photo."""
    from gallery.store import faces as face_store
    from gallery.store import timeline

    tiles = timeline.browse(library, limit=len(paths))
    by_name = {tile.name: face_store.of_photo(library, tile.id) for tile in tiles}
    return [[face.box for face in by_name[Path(path).name]] for path in paths]


def load_deepface(backend: str, settings: Settings) -> Represent:
    """DeepFace as its documentation calls it, with SFace on the weights of our model store.

    Args:
        backend: its face detector.
        settings: where the weights lie.
    """
    from gallery.models.weights import prepare_deepface

    prepare_deepface(settings)
    from deepface import DeepFace

    def represent(photo: Any, *, enforce: bool) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = DeepFace.represent(
            img_path=photo, model_name="SFace", detector_backend=backend, enforce_detection=enforce
        )
        return found

    return represent


def _deepface() -> Callable[[str], list[Box]]:
    from gallery.config import load_settings

    represent = load_deepface("yunet", load_settings())
    return lambda path: boxes_of_deepface(represent(path, enforce=False))


def boxes_of_deepface(found: Sequence[dict[str, Any]]) -> list[Box]:
    """The faces among DeepFace's answers: where it finds none, it gives the whole photo.

    Args:
        found: what `DeepFace.represent` returns.
    """
    return [box_of_deepface(one) for one in found if one["face_confidence"] > 0]


def box_of_deepface(found: dict[str, Any]) -> Box:
    """The box of one of DeepFace's answers."""
    area = found["facial_area"]
    x, y = float(area["x"]), float(area["y"])
    return x, y, x + float(area["w"]), y + float(area["h"])


def _face_recognition() -> Callable[[str], list[Box]]:
    """face_recognition as its documentation calls it."""
    import face_recognition

    def find(path: str) -> list[Box]:
        image = face_recognition.load_image_file(path)
        locations = face_recognition.face_locations(image)
        face_recognition.face_encodings(image, locations)
        return [
            (float(left), float(top), float(right), float(bottom))
            for top, right, bottom, left in locations
        ]

    return find


if __name__ == "__main__":
    job_file, result_file = Path(sys.argv[1]), Path(sys.argv[2])
    outcome = run(Job(**json.loads(job_file.read_text(encoding="utf-8"))))
    result_file.write_text(json.dumps(asdict(outcome)), encoding="utf-8")
