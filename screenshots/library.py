"""The library that the pictures show: the sample album, without the photos of the White House."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gallery import workflow
from gallery.boxes import remove_faces
from gallery.cli.output import follow
from gallery.cli.tags import run_after_ingest as tag_photos
from gallery.cli.text import run_after_ingest as read_text
from gallery.config import Settings
from gallery.face_map import make_map
from gallery.layout import choose
from gallery.people import name_person
from gallery.pipeline import ingest
from gallery.records import IngestReport
from gallery.sample_library import known_truth
from gallery.samples import pull_album
from gallery.sources import find_photos
from gallery.store import faces, photos, timeline
from gallery.store.library import Library, open_library

# Their notice asks that they are neither changed nor reproduced; see data/README.md.
LEFT_OUT = "white-house"
# Of files whose photos have no date: otherwise it would be the moment they were fetched.
_WRITTEN = datetime(2024, 6, 1, 12, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Shown:
    """An open library, and who its persons really are.

    Args:
        library: with everything found in it, and nobody named.
        names: the person of each name that the album's list has.
    """

    library: Library
    names: dict[str, int]

    def name(self, *names: str) -> None:
        """Say who somebody is, as one would on the page People."""
        for name in names:
            name_person(self.library, self.names[name], name)

    def photo(self, file: str) -> int:
        """The id of the photo with a file name."""
        for tile in timeline.browse(self.library, limit=photos.count(self.library)):
            photo = photos.get(self.library, tile.id)
            if photo is not None and photo.name == file:
                return tile.id
        raise LookupError(f"There is no {file} in the album.")


def make_library(folder: Path, settings: Settings) -> Shown:
    """Fetch the album and take it in, as `make demo` does.

    Args:
        folder: everything is written to it.
        settings: where the models are.

    Raises:
        GalleryError: The album or the models cannot be had.
    """
    album = bring_album(folder / "album", pull_album)
    own = settings.with_changes(library=folder / "library", cache=folder / "cache")
    library, models = open_library(own.library), workflow.load_models(own)
    follow(ingest(library, find_photos([album], own), models, own, IngestReport()))
    workflow.group_library(library, own, models.space)
    follow(workflow.find_places_and_events(library))
    tag_photos(library, own)
    read_text(library, own)
    truth = known_truth(library)
    # What was taken for a face and is none, such as a blurred clock: a user deletes its box.
    remove_faces(library, [face for face in _all_faces(library) if face not in truth])
    make_map(library, models.space, choose("umap", {}), lambda _: None)
    return Shown(library, _persons(library, truth))


def bring_album(folder: Path, pull: Callable[[Path], Iterable[Path]]) -> Path:
    """Fetch the album into a folder, leave out what may not be shown, and date its files."""
    pull(folder)
    shutil.rmtree(folder / LEFT_OUT)
    for path in folder.rglob("*"):
        os.utime(path, (_WRITTEN, _WRITTEN))
    return folder


def _all_faces(library: Library) -> list[int]:
    tiles = timeline.browse(library, limit=photos.count(library))
    found = (face.id for tile in tiles for face in faces.of_photo(library, tile.id))
    return [face for face in found if face is not None]


def _persons(library: Library, truth: dict[int, str]) -> dict[str, int]:
    """Whose faces most of a person's are, where that is somebody with a name."""
    votes: Counter[tuple[int, str]] = Counter()
    for tile in timeline.browse(library, limit=photos.count(library)):
        for face in faces.of_photo(library, tile.id):
            if face.person_id is not None and face.id in truth:
                votes[face.person_id, truth[face.id]] += 1
    return {name: person for (person, name), _ in reversed(votes.most_common())}
