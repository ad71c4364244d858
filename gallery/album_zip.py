"""Photos as one ZIP file to pass on: as they are or smaller, with or without their places."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from gallery.config import Settings
from gallery.errors import ExportError, RefusedPhoto
from gallery.machine import cores
from gallery.reading import in_order
from gallery.records import Photo, Progress
from gallery.safe_names import SafeNames
from gallery.smaller import smaller
from gallery.store import photos as photo_store
from gallery.store.library import Library
from gallery.store.originals import read_original
from gallery.whole_folder import written_file
from gallery.without_place import without_place

SMALLEST_SIDE, LARGEST_SIDE = 64, 20_000
_UNREADABLE = "The original cannot be read now: it was moved or changed, or its disk is not there."
# For photos whose pixels have to be packed again to be rid of the place.
_FINE = 95
# The times a ZIP can hold.
_FIRST, _LAST = datetime(1980, 1, 1), datetime(2107, 12, 31)


@dataclass(frozen=True, slots=True)
class ZipOptions:
    """What goes into the ZIP.

    Args:
        side: longest side in pixels of smaller copies; None takes the originals.
        locations: whether photos may say where they were taken.
        overwrite: replace a file that is there.
    """

    side: int | None = None
    locations: bool = True
    overwrite: bool = False

    def __post_init__(self) -> None:
        if self.side is not None and not SMALLEST_SIDE <= self.side <= LARGEST_SIDE:
            raise ExportError(
                f"The longest side is from {SMALLEST_SIDE} to {LARGEST_SIDE:,} pixels, "
                f"got {self.side}."
            )


@dataclass(frozen=True, slots=True)
class NotPacked:
    """A photo that is not in the ZIP, and why."""

    photo_id: int
    path: str
    reason: str


@dataclass(slots=True)
class Packed:
    """What was written.

    Args:
        target: the ZIP.
        photos: in it.
        converted: of them, originals that became a JPEG because nothing else of their kind can
            be rid of the place.
        left_out: photos that are not in it.
        size_bytes: of the ZIP.
        seconds: it took.
    """

    target: Path
    photos: int = 0
    converted: int = 0
    left_out: list[NotPacked] = field(default_factory=list)
    size_bytes: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Entry:
    photo: Photo
    data: bytes
    ending: str | None  # of its own where it is another kind of file now
    converted: bool = False


def pack(
    library: Library,
    photo_ids: Sequence[int],
    target: Path,
    options: ZipOptions,
    settings: Settings,
    on_progress: Callable[[Progress], None] | None = None,
) -> Packed:
    """Write photos into a ZIP, one after the other: a large album takes no more memory.

    A photo whose original cannot be read is left out and said.

    Args:
        library: whose.
        photo_ids: in the order they are to be in.
        target: the file; `.zip` is added where it is missing.
        options: how.
        settings: limits, and how many threads.
        on_progress: told how far it is, in photos.

    Raises:
        ExportError: There is no photo to write, something lies there already, or the disk is full.
    """
    started = time.perf_counter()
    target = target.expanduser().absolute()
    if target.suffix.lower() != ".zip":
        target = target.with_name(f"{target.name}.zip")
    if not photo_ids:
        raise ExportError("There is no photo to write.")
    packed = Packed(target)
    names = SafeNames()
    work = partial(_entry, library, options, settings)
    with written_file(target, overwrite=options.overwrite) as path:
        # Pictures do not get smaller by being packed.
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            entries = in_order(list(photo_ids), work, settings.threads or cores())
            for done, entry in enumerate(entries, start=1):
                if isinstance(entry, NotPacked):
                    packed.left_out.append(entry)
                else:
                    _write(archive, names, entry)
                    packed.photos += 1
                    packed.converted += entry.converted
                packed.seconds = time.perf_counter() - started
                if on_progress is not None:
                    on_progress(Progress("Packing", done, len(photo_ids), packed.seconds))
        if not packed.photos:
            raise ExportError(f"None of the photos can be written. {packed.left_out[0].reason}")
        packed.size_bytes = path.stat().st_size
    packed.seconds = time.perf_counter() - started
    return packed


def _entry(
    library: Library, options: ZipOptions, settings: Settings, photo_id: int
) -> _Entry | NotPacked:
    photo = photo_store.get(library, photo_id)
    if photo is None:
        return NotPacked(photo_id, f"photo {photo_id}", "It was deleted meanwhile.")
    path = photo.places[0] if photo.places else photo.name
    data = read_original(library, photo_id)
    if data is None:
        return NotPacked(photo_id, path, _UNREADABLE)
    try:
        if options.side is not None:
            made = smaller(data, settings, options.side, with_place=options.locations)
            return _Entry(photo, made, ".jpg")
        if options.locations:
            return _Entry(photo, data, None)
        cleaned = without_place(data)
        if cleaned is not None:
            return _Entry(photo, cleaned, None)
        longest = max(photo.width, photo.height)
        made = smaller(data, settings, longest, with_place=False, quality=_FINE)
        return _Entry(photo, made, ".jpg", converted=True)
    except RefusedPhoto as error:
        return NotPacked(photo_id, path, error.reason)


def _write(archive: zipfile.ZipFile, names: SafeNames, entry: _Entry) -> None:
    name = entry.photo.name
    if entry.ending is not None:
        stem, dot, ending = name.rpartition(".")
        same = dot and f".{ending.lower()}" in (entry.ending, ".jpeg")
        name = name if same else (stem if dot else name) + entry.ending
    [unique] = names.unique(name)
    when = min(max(entry.photo.shown_at, _FIRST), _LAST)
    info = zipfile.ZipInfo(unique, when.timetuple()[:6])
    # Readable for whoever unpacks it.
    info.external_attr = 0o644 << 16
    archive.writestr(info, entry.data)
