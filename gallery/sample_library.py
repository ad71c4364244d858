"""A library to try things on, with the truth beside it: the sample album, or people of LFW.

Notebooks and experiments begin here, so that they are about what they show.
"""

from __future__ import annotations

import io
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from PIL import Image

from gallery.config import Settings
from gallery.errors import SampleError
from gallery.evaluate.labelled import nearest_centre, photos_of_people
from gallery.pipeline import ingest
from gallery.records import Face, IngestReport, Photo, Progress, Space
from gallery.sample_variants import RECIPES
from gallery.samples import pull_album, read_catalogue
from gallery.sources import find_photos
from gallery.store import faces, photos, timeline
from gallery.store.library import Library, open_library
from gallery.workflow import group_library, load_models, space_in_use

# `Aaron_Eckhart/Aaron_Eckhart_0001.jpg`
_LFW_PHOTO = re.compile(r"(?P<name>[^/]+)/(?P=name)_\d{4}\.jpg")

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class SampleLibrary:
    """An open library and who everybody in it really is.

    Args:
        library: its people are as grouping proposed them, without names.
        settings: it was made with.
        space: of its vectors.
        truth: the name of each face of which it is known.
    """

    library: Library
    settings: Settings
    space: Space
    truth: Mapping[int, str]

    @property
    def people(self) -> dict[str, list[int]]:
        """The faces of everybody, those with most faces first."""
        return {
            name: [face for face, own in self.truth.items() if own == name]
            for name, _ in Counter(self.truth.values()).most_common()
        }


def sample_library(
    folder: Path,
    settings: Settings,
    *,
    ready: str | Path | None = None,
    lfw: str | Path | None = None,
    on_progress: OnProgress | None = None,
) -> SampleLibrary:
    """Make a library in a folder and group it; models and photos are fetched if need be.

    Args:
        folder: everything is written to it, so deleting it leaves nothing.
        settings: models, sizes and limits.
        ready: a library of the album or of LFW that was made before; it is copied.
        lfw: LFW unpacked; a seeded draw of its people is taken instead of the album.
        on_progress: told how far it is.

    Raises:
        GalleryError: The models or the photos cannot be had.
    """
    own = settings.with_changes(library=folder / "library", cache=folder / "cache")
    if ready:
        if not (Path(ready) / "library.db").is_file():
            raise SampleError(f"There is no library in {ready}.")
        shutil.copytree(ready, own.library, symlinks=True)
        library = open_library(own.library)
        return SampleLibrary(library, own, space_in_use(library), known_truth(library))
    found = draw_lfw(Path(lfw)) if lfw else [folder / "photos"]
    if not lfw:
        pull_album(folder / "photos", on_progress=on_progress)
    library, models = open_library(own.library), load_models(own)
    for step in ingest(library, find_photos(found, own), models, own, IngestReport()):
        if on_progress is not None:
            on_progress(step)
    group_library(library, own, models.space)
    return SampleLibrary(library, own, models.space, known_truth(library))


def draw_lfw(folder: Path, people: int = 60, each: int = 4, seed: int = 0) -> list[Path]:
    """Photos of some people of LFW: so many who are in several, and as many who are in one.

    Args:
        folder: LFW, or the folder that `lfw-deepfunneled` lies in.
        people: how many of each kind are drawn.
        each: photos of each at most.
        seed: of the draw.

    Raises:
        SourceError: There are no photos in it.
    """
    inside = folder / "lfw-deepfunneled"
    of: dict[str, list[Path]] = {}
    for photo in photos_of_people(inside if inside.is_dir() else folder):
        of.setdefault(photo.parent.name, []).append(photo)
    draw = random.Random(seed)  # noqa: S311
    drawn: list[str] = []
    for kind in (
        [name for name, own in of.items() if len(own) > 1],
        [name for name, own in of.items() if len(own) == 1],
    ):
        drawn += draw.sample(kind, min(people, len(kind)))
    return [photo for name in sorted(drawn) for photo in of[name][:each]]


def known_truth(library: Library) -> dict[int, str]:
    """Who the faces of a library are, where their photos are those of the album or of LFW."""
    album = people_of_album()
    found: dict[int, str] = {}
    for tile in timeline.browse(library, limit=photos.count(library)):
        photo = photos.get(library, tile.id)
        if photo is not None and tile.faces:
            names = _names(photo.places, album)
            found |= _placed(photo, faces.of_photo(library, photo.id), names)
    return dict(sorted(found.items()))


def people_of_album() -> dict[str, tuple[str, ...]]:
    """Who is in each picture of the sample album, from left to right, by its place in it."""
    named = {picture.file: picture.people for picture in read_catalogue()}
    made = {
        file: named.get(recipe.base or "", ()) + named.get(recipe.beside or "", ())
        for file, recipe in RECIPES.items()
    }
    return named | made


def _names(places: Sequence[str], album: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    for place in places:
        end = "/".join(PurePosixPath(place.replace("\\", "/")).parts[-2:])
        lfw = _LFW_PHOTO.fullmatch(end)
        if lfw is not None:
            return (lfw["name"].replace("_", " "),)
        if end in album:
            return album[end]
    return ()


def _placed(photo: Photo, seen: Sequence[Face], names: Sequence[str]) -> dict[int, str]:
    """Whose the faces of a photo are; nothing where that is not sure."""
    if len(names) == 1:
        # Of a stranger in the background nothing is known.
        middle = nearest_centre(seen, photo.width, photo.height)
        seen = [] if middle is None else [middle]
    if len(seen) != len(names):
        return {}
    return {face.id: name for face, name in zip(seen, names, strict=True) if face.id is not None}


def face_strip(library: Library, face_ids: Sequence[int], side: int = 96) -> Image.Image:
    """The small pictures of some faces side by side, grey where there is none.

    Args:
        library: whose.
        face_ids: from left to right.
        side: of each, in pixels.
    """
    keys = faces.crop_keys(library, face_ids)
    strip = Image.new("RGB", (side * max(1, len(face_ids)), side), "grey")
    for place, face in enumerate(face_ids):
        data = library.media.get(keys[face]) if face in keys else None
        if data is not None:
            with Image.open(io.BytesIO(data)) as picture:
                strip.paste(picture.convert("RGB").resize((side, side)), (side * place, 0))
    return strip
