"""Originals, thumbnails and pictures of faces: what is there, and what is there for nobody."""

from __future__ import annotations

import hashlib
import os
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from gallery.decode import decode
from gallery.errors import RefusedPhoto
from gallery.health.finding import NAMED, Finding, Patient, Step
from gallery.ingest import DECODE_SIDE_SHARE, SMALL_SIDE, face_picture, thumbnail
from gallery.media.files import StoredFile
from gallery.records import Progress
from gallery.resize import shrink
from gallery.source_file import readable
from gallery.store import checks
from gallery.store import faces as face_store
from gallery.store import photos as photo_store
from gallery.store.checks import KeptPhoto
from gallery.store.library import MEDIA, Library
from gallery.store.originals import bytes_elsewhere, lies_there

_BACKUP = "Bring them back from a backup, or add the files again with: gallery ingest FOLDER"
_UNPLUGGED = (
    "Connect the disk they lie on; if they have moved, say so with: gallery relocate OLD NEW"
)
_REPAIR = "Make them anew with: gallery doctor --repair"
# A picture is written before its row: what is younger may belong to an ingest that goes on.
_YOUNG_SECONDS = 3600


@dataclass
class _Tally:
    """What is wrong with some photos, and how much of it was put right."""

    named: list[str] = field(default_factory=list)
    many: int = 0
    repaired: int = 0

    def add(self, name: str, *, repaired: bool, many: int = 1) -> None:
        self.many += many
        self.repaired += many * repaired
        if len(self.named) < NAMED:
            self.named.append(name)

    def finding(self, check: str, says: str, advice: str) -> Iterator[Finding]:
        if self.many:
            left = self.many > self.repaired
            yield Finding(check, says, self.many, self.repaired, advice if left else "", self.named)


def check_originals(patient: Patient) -> Iterator[Step]:
    """The bytes of every photo: the library's own copies, and files elsewhere it refers to.

    A copy that is gone or changed is made anew where the photo's own file still has its bytes.
    """
    library, started = patient.library, time.perf_counter()
    sizes = {file.key: file.size for file in patient.files}
    total, done = photo_store.count(library), 0
    lost, away = _Tally(), _Tally()
    for portion in checks.kept_photos(library):
        for photo in portion:
            done += 1
            if photo.original is None:
                if not _is_elsewhere(photo, thorough=patient.thorough):
                    away.add(_where(photo), repaired=False)
            elif not _is_kept(library, photo, photo.original, sizes, patient.thorough):
                brought = patient.repair and _copied_again(library, photo, photo.original)
                lost.add(f"{photo.name} (photo {photo.id})", repaired=brought)
            if patient.thorough:
                yield _step("Reading originals", done, total, started)
        yield _step("Looking at originals", done, total, started)
    yield from lost.finding(
        "originals", "Originals in the library are gone or are not what they were.", _BACKUP
    )
    yield from away.finding(
        "files-elsewhere",
        "Photos lie in files that cannot be found now, or are not what they were.",
        _UNPLUGGED,
    )


def _where(photo: KeptPhoto) -> str:
    """The file that a photo refers to, as a person reads it."""
    if not photo.places:
        return f"{photo.name} (photo {photo.id})"
    return f"{readable(os.fsdecode(photo.places[0]))} (photo {photo.id})"


def _step(stage: str, done: int, total: int, started: float) -> Progress:
    return Progress(stage, done, max(done, total), time.perf_counter() - started)


def _is_kept(
    library: Library, photo: KeptPhoto, key: str, sizes: Mapping[str, int], thorough: bool
) -> bool:
    if sizes.get(key) != photo.size_bytes:
        return False
    if not thorough:
        return True
    data = library.media.get(key)
    return data is not None and hashlib.sha256(data).hexdigest() == photo.sha256


def _is_elsewhere(photo: KeptPhoto, *, thorough: bool) -> bool:
    """Whether a file has the photo's bytes; by its size, where not every file is to be read."""
    if thorough:
        return bytes_elsewhere(photo.places, photo.sha256) is not None
    return any(lies_there(key, photo.size_bytes) for key in photo.places)


def _copied_again(library: Library, photo: KeptPhoto, key: str) -> bool:
    data = bytes_elsewhere(photo.places, photo.sha256)
    if data is None:
        return False
    library.media.remove(key)
    library.media.put(key, data)
    return True


def check_pictures(patient: Patient) -> Iterator[Step]:
    """Thumbnails and pictures of faces, which can be made anew from the original."""
    library, started = patient.library, time.perf_counter()
    there = {file.key for file in patient.files if file.size}
    total, done = photo_store.count(library), 0
    lost = _Tally()
    for portion in checks.kept_photos(library):
        for photo in portion:
            done += 1
            crops = {face: key for face, key in photo.crops.items() if key not in there}
            if photo.thumbnail in there and not crops:
                continue
            missing = (photo.thumbnail not in there) + len(crops)
            made = patient.repair and _make_pictures(patient, photo, crops)
            lost.add(f"{photo.name} (photo {photo.id})", repaired=made, many=missing)
            if patient.repair:
                yield _step("Making pictures", done, total, started)
        yield _step("Looking at pictures", done, total, started)
    yield from lost.finding("pictures", "Thumbnails or pictures of faces are gone.", _REPAIR)


def _make_pictures(patient: Patient, photo: KeptPhoto, crops: Mapping[int, str]) -> bool:
    library, settings = patient.library, patient.settings
    data = None if photo.original is None else library.media.get(photo.original)
    if data is None:
        data = bytes_elsewhere(photo.places, photo.sha256)
    if data is None:
        return False
    side = round(settings.detect_side * DECODE_SIDE_SHARE)
    try:
        decoded = decode(data, settings, longest_side=side)
    except RefusedPhoto:
        return False
    small = shrink(decoded.pixels, SMALL_SIDE)
    library.media.put(photo.thumbnail, thumbnail(decoded.pixels, small, settings.thumbnail_side))
    for face_id, face in face_store.boxes(library, list(crops)).items():
        library.media.put(crops[face_id], face_picture(decoded, face))
    return True


def check_spare_files(patient: Patient) -> Iterator[Step]:
    """Files in the media folder that nothing refers to, as a kill may leave some.

    What can be made anew, or was not written to its end, is deleted. Originals and refused uploads
    are only named: they may be all that is left of a library whose database was lost.
    """
    library, now = patient.library, time.time()
    old = [file for file in patient.files if now - file.modified > _YOUNG_SECONDS]
    # While no row can come in.
    with library.write() as connection:
        used = checks.used_media(connection)
        unknown = [file for file in old if file.key not in used]
        spare = [file for file in unknown if _can_go(file.key)]
        gone = _delete(library, spare) if patient.repair else 0
    if spare:
        yield Finding(
            "spare-files",
            f"{_megabytes(spare)} of pictures lie in the library for no photo.",
            len(spare),
            gone,
            _how_to_delete(patient, len(spare) - gone),
            [file.key for file in spare[:NAMED]],
        )
    kept = [file for file in unknown if not _can_go(file.key)]
    if kept:
        folder = library.root / MEDIA / "originals"
        yield Finding(
            "unknown-originals",
            f"{_megabytes(kept)} of originals lie in the library for no photo.",
            len(kept),
            advice=f"Take them in with: gallery ingest {shlex.quote(str(folder))}",
            named=[file.key for file in kept[:NAMED]],
        )


def _delete(library: Library, spare: Sequence[StoredFile]) -> int:
    """Delete files that did not change since they were looked at; how many are gone."""
    gone = 0
    for file in spare:
        with suppress(OSError):  # in use, or not ours to delete: it stays in the finding
            if library.media.modified(file.key) == file.modified:
                library.media.remove(file.key)
                gone += 1
    return gone


def _how_to_delete(patient: Patient, left: int) -> str:
    if not patient.repair:
        return "Delete them with: gallery doctor --repair"
    return "Give yourself the right to delete them, and repair again." if left else ""


def _can_go(key: str) -> bool:
    return key.endswith(".part") or key.startswith(("thumbnails/", "faces/"))


def _megabytes(files: Sequence[StoredFile]) -> str:
    return f"{sum(file.size for file in files) / 1e6:.1f} MB"
