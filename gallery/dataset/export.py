"""Writes a library's faces out as a data set: crops, a table, vectors, a description.

A crop is what the embedder is shown, cut from the original again; row i of the vectors is row i
of the table. A photo whose original cannot be read is left out and said; the run goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from gallery.align import find_alignment
from gallery.config import Settings
from gallery.dataset.columns import COLUMNS, row_of
from gallery.dataset.faces import ChosenFaces, Which, chosen_faces, people_among
from gallery.dataset.readme import Contents, LeftOut, describe
from gallery.decode import decode
from gallery.drawn import BY_HAND, drawn_side
from gallery.errors import ExportError, RefusedPhoto
from gallery.ingest import DECODE_SIDE_SHARE
from gallery.machine import cores
from gallery.reading import in_order
from gallery.records import DecodedPhoto, Face, Photo, Pixels, Progress, Space
from gallery.store import faces as face_store
from gallery.store import photos as photo_store
from gallery.store.library import Library
from gallery.store.originals import read_original
from gallery.table_files import Format, open_table
from gallery.whole_folder import written_whole
from gallery.wording import counted

_UNREADABLE = "The original cannot be read now: it was moved or changed, or its disk is not there."
_ENTRIES = frozenset({"README.md", "metadata.csv", "metadata.parquet", "embeddings.npy", "crops"})


@dataclass(frozen=True, slots=True)
class DatasetOptions:
    """What is written, and how.

    Args:
        faces: which of them; see `gallery.dataset.faces.chosen_faces`.
        format: of the table.
        zipped: one ZIP file instead of a folder.
        overwrite: replace an earlier data set.
    """

    faces: Which = "all"
    format: Format = "csv"
    zipped: bool = False
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Args:
        target: the folder or ZIP.
        contents: how much is in it.
        seconds: it took.
    """

    target: Path
    contents: Contents
    seconds: float


@dataclass(frozen=True, slots=True)
class _Cut:
    """The crops of a photo's faces."""

    photo: Photo
    faces: list[tuple[Face, Pixels]]


def export_dataset(
    library: Library,
    space: Space,
    settings: Settings,
    target: Path,
    options: DatasetOptions = DatasetOptions(),
    on_progress: Callable[[Progress], None] | None = None,
) -> Exported:
    """Write the faces of a library to a folder, or to a ZIP beside it with `.zip` at its end.

    Args:
        library: whose.
        space: of the vectors; the crops are those of its alignment.
        settings: limits, and the scale that photos are decoded at.
        target: an empty folder, or one that is not there yet.
        options: what is written, and how.
        on_progress: told how far it is, in photos.

    Raises:
        ExportError: There is no face to write, no original can be read, or something else lies
            where the data set is to go.
        ModelError: The space has an alignment that this version does not know.
    """
    started = time.perf_counter()
    target = target.expanduser().resolve()
    if options.zipped and target.suffix.lower() != ".zip":
        target = target.with_name(f"{target.name}.zip")
    with written_whole(
        target, _ENTRIES, overwrite=options.overwrite, zipped=options.zipped
    ) as folder:
        chosen = chosen_faces(library, space, options.faces)
        if not chosen.by_photo:
            raise ExportError(
                "There is no such face to write. Add photos, or name people and confirm them."
            )
        contents = _write(
            folder, _Cutter(library, chosen, space, settings), options.format, on_progress
        )
    return Exported(target, contents, time.perf_counter() - started)


def _write(
    folder: Path,
    cutter: _Cutter,
    format: Format,
    on_progress: Callable[[Progress], None] | None,
) -> Contents:
    """Fill the folder."""
    chosen, started = cutter.chosen, time.perf_counter()
    written: list[int] = []
    left_out: list[LeftOut] = []
    photos = list(chosen.by_photo)
    with open_table(folder / f"metadata.{format}", COLUMNS, format) as write:
        for done, cut in enumerate(in_order(photos, cutter.cut, cutter.workers), start=1):
            if isinstance(cut, LeftOut):
                left_out.append(cut)
            else:
                rows = []
                for face, crop in cut.faces:
                    id = int(face.id or 0)
                    row = row_of(cut.photo, face, chosen.detectors[id], chosen.whose(id))
                    _save(folder / str(row[0]), crop)
                    rows.append(row)
                    written.append(id)
                write(rows)
            if on_progress is not None:
                seconds = time.perf_counter() - started
                note = counted(len(written), "face")
                on_progress(Progress("Cutting faces out", done, len(photos), seconds, note))
    if not written:
        first = left_out[0] if left_out else None
        raise ExportError(
            "No original could be read, so nothing was written. "
            + ("" if first is None else f"{first.path}: {first.reason}")
        )
    rows_of_vectors = [chosen.row[face] for face in written]
    np.save(folder / "embeddings.npy", chosen.vectors[rows_of_vectors], allow_pickle=False)
    contents = Contents(
        space=cutter.space,
        format=format,
        photos=len(photos) - len(left_out),
        faces=len(written),
        people=people_among(chosen, written),
        confirmed=sum(face in chosen.confirmed for face in written),
        left_out=left_out,
        without_vector=chosen.without_vector,
    )
    (folder / "README.md").write_text(describe(contents, COLUMNS), encoding="utf-8")
    return contents


def _save(path: Path, crop: Pixels) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Lossless, so that the crop gives the vector again.
    path.write_bytes(bytes(cv2.imencode(".png", crop[:, :, ::-1])[1]))


class _Cutter:
    """Cuts the faces of a photo out of its original; used from several threads at once."""

    def __init__(
        self, library: Library, chosen: ChosenFaces, space: Space, settings: Settings
    ) -> None:
        self.chosen = chosen
        self.space = space
        self.workers = settings.threads or cores()
        self._library = library
        self._settings = settings
        self._alignment = find_alignment(space.alignment)

    def cut(self, photo_id: int) -> _Cut | LeftOut:
        """The crops of the wanted faces of a photo, or why there are none."""
        wanted = self.chosen.by_photo[photo_id]
        photo = photo_store.get(self._library, photo_id)
        data = read_original(self._library, photo_id)
        if photo is None or data is None:
            path = photo.places[0] if photo is not None and photo.places else f"photo {photo_id}"
            return LeftOut(photo_id, path, _UNREADABLE, len(wanted))
        # A face that was deleted a moment ago is not there any more.
        faces = [f for f in face_store.of_photo(self._library, photo_id) if f.id in wanted]
        decoded: dict[int, DecodedPhoto] = {}
        found = []
        try:
            for face in sorted(faces, key=lambda face: face.id or 0):
                side = self._side(photo, face)
                if side not in decoded:
                    decoded[side] = decode(data, self._settings, longest_side=side)
                at = decoded[side]
                found.append((face, self._alignment.crop(at.pixels, face.scaled(at.scale))))
        except RefusedPhoto as error:
            path = photo.places[0] if photo.places else photo.name
            return LeftOut(photo_id, path, error.reason, len(wanted))
        return _Cut(photo, found)

    def _side(self, photo: Photo, face: Face) -> int:
        """The scale at which the embedder saw the face."""
        if self.chosen.detectors[int(face.id or 0)] == BY_HAND:
            return drawn_side((photo.width, photo.height), face.box, self._settings)
        return round(self._settings.detect_side * DECODE_SIDE_SHARE)
