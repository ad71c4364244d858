"""Writes XMP sidecars for photos: beside the originals, or into a folder."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from xml.etree.ElementTree import ParseError, canonicalize

from gallery.errors import ExportError
from gallery.records import Progress
from gallery.regions import region_of
from gallery.safe_names import SafeNames
from gallery.source_file import MAX_SIDECAR_MB, Sidecars
from gallery.store import photo_facts
from gallery.store.library import Library
from gallery.store.photo_facts import PhotoFacts
from gallery.store.photos import Place
from gallery.whole_folder import sweep
from gallery.wording import counted
from gallery.xmp_write import Facts, write_xmp

Which = Literal["confirmed", "people"]

# Photos asked for at once: few enough that the first is written at once.
_MANY = 200
# What a run that was killed has left beside the photos, under the names that `_put` gives.
_LEFTOVER = re.compile(r"\..+\.xmp\.[0-9a-f]{32}\.part")
# It makes no sense to go on with the next photo.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_FILE = (
    "None of its files is on this computer now as it was taken in. Connect its disk, or write "
    "to a folder (--out)."
)


@dataclass(frozen=True, slots=True)
class SidecarOptions:
    """What is written, and where.

    Args:
        faces: those a user confirmed, or all of people who have a name.
        out: a folder; None writes beside the originals.
    """

    faces: Which = "confirmed"
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class NotWritten:
    """A photo without a sidecar from us, and why."""

    photo_id: int
    path: str
    reason: str


@dataclass(slots=True)
class SidecarReport:
    """What was written; grows while it is.

    Args:
        written: sidecars.
        unchanged: those that said all of it already.
        nothing_known: photos without a sidecar of which there is nothing to say.
        faces: named in any.
        left_out: photos without one.
    """

    written: int = 0
    unchanged: int = 0
    nothing_known: int = 0
    faces: int = 0
    left_out: list[NotWritten] = field(default_factory=list)


def write_sidecars(
    library: Library,
    photo_ids: Sequence[int],
    options: SidecarOptions = SidecarOptions(),
    on_progress: Callable[[Progress], None] | None = None,
) -> SidecarReport:
    """Write what is known of photos for other programs: words, and the faces with names.

    A sidecar that is there is added to: what others wrote in it stays.

    Args:
        library: whose.
        photo_ids: which.
        options: what, and where to.
        on_progress: told how far it is, in photos.

    Raises:
        ExportError: The folder cannot be made, or the disk is full.
    """
    started = time.perf_counter()
    report = SidecarReport()
    writer = _Writer(options, report)
    if options.out is not None:
        writer.prepare(library, photo_ids, options.out)
    done = 0
    for start in range(0, len(photo_ids), _MANY):
        for facts in photo_facts.facts_of(library, photo_ids[start : start + _MANY]):
            writer.write(facts)
            done += 1
            if on_progress is not None:
                seconds = time.perf_counter() - started
                on_progress(Progress("Writing sidecars", done, len(photo_ids), seconds))
    return report


class _Writer:
    """Writes one sidecar after the other."""

    def __init__(self, options: SidecarOptions, report: SidecarReport) -> None:
        self._options = options
        self._report = report
        self._names = SafeNames()
        self._above = ""
        self._swept: set[Path] = set()

    def prepare(self, library: Library, photo_ids: Sequence[int], out: Path) -> None:
        """Make the folder, and find what all paths begin with: below it they lie as they did."""
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ExportError(f"{out} cannot be written: {error}. Name another folder.") from error
        folders: set[str] = set()
        for start in range(0, len(photo_ids), _MANY):
            for facts in photo_facts.facts_of(library, photo_ids[start : start + _MANY]):
                folders.update(_folder(place.path) for place in facts.places[:1])
        # Of a drive each on Windows there is no common path.
        with suppress(ValueError):
            self._above = os.path.commonpath(folders) if folders else ""

    def write(self, photo: PhotoFacts) -> None:
        """Write the sidecar, or the sidecars, of a photo; what stands against it is kept."""
        facts = _facts(photo, self._options.faces)
        try:
            for target, existing in self._targets(photo):
                self._write_one(target, existing, facts)
        except (OSError, ExportError) as error:
            if isinstance(error, OSError) and error.errno in _FULL:
                raise ExportError(
                    "The disk is full. Free some space and run the same command again: the "
                    f"{counted(self._report.written, 'sidecar')} written so far are whole."
                ) from error
            path = photo.places[0].path if photo.places else f"photo {photo.id}"
            self._report.left_out.append(NotWritten(photo.id, path, _reason(error)))

    def _write_one(self, target: Path, existing: Path | None, facts: Facts) -> None:
        if existing is None and not facts.say_something:
            self._report.nothing_known += 1
            return
        before = None if existing is None else _read(existing)
        try:
            after = write_xmp(before, facts)
        except ExportError as error:
            raise ExportError(f"{existing} was left as it is. {error}.") from error
        self._report.faces += len(facts.faces)
        if before is not None and existing == target and _same(before, after):
            self._report.unchanged += 1
            return
        target = target.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.parent not in self._swept:
            self._swept.add(target.parent)
            sweep(target.parent, _LEFTOVER)
        _put(target, after)
        self._report.written += 1

    def _targets(self, photo: PhotoFacts) -> Iterator[tuple[Path, Path | None]]:
        """Where sidecars go, each with the one whose contents it begins with."""
        beside = [(place, path) for place in photo.places if (path := _on_disk(place, photo))]
        if self._options.out is not None:
            target = self._below(self._options.out, photo)
            old = next((found for _, path in beside if (found := _sidecar_of(path))), None)
            yield target, target if target.is_file() else old
            return
        if not beside:
            raise ExportError(_NO_FILE)
        for path in dict.fromkeys(path for _, path in beside):
            own = path.with_name(f"{path.name}.xmp")
            there = _sidecar_of(path)
            if there is not None and there != own and _is_shared(path):
                # It speaks of another file of that name too, such as a RAW beside its JPEG.
                yield own, there
            else:
                yield there or own, there

    def _below(self, out: Path, photo: PhotoFacts) -> Path:
        path = photo.places[0].path if photo.places else f"photo {photo.id}"
        plain = path.replace("\\", "/")
        above = self._above.replace("\\", "/").rstrip("/")
        inside = plain[len(above) :] if above and plain.startswith(above + "/") else plain
        name = self._names.unique(*(part for part in inside.split("/") if part), suffix=".xmp")
        return out.joinpath(*name)


def _facts(photo: PhotoFacts, which: Which) -> Facts:
    size = (photo.orientation, photo.width, photo.height)
    named = [
        face
        for face in photo.faces
        if face.name and not face.removed and (face.confirmed or which == "people")
    ]
    denied = [(region_of("", f.box, *size), None) for f in photo.faces if f.removed]
    others = [face for face in photo.faces if not face.removed]
    return Facts(
        width=photo.width,
        height=photo.height,
        orientation=photo.orientation,
        title=photo.title,
        description=photo.description,
        keywords=tuple(photo.keywords),
        faces=tuple(region_of(face.name or "", face.box, *size) for face in named),
        denied=(
            *denied,
            *((region_of("", f.box, *size), name) for f in others for name in f.not_names),
        ),
    )


def _folder(path: str) -> str:
    return os.path.dirname(path)  # noqa: PTH120 - of any system, perhaps inside of a ZIP


def _on_disk(place: Place, photo: PhotoFacts) -> Path | None:
    """The file of a place, if it still has the photo in it."""
    if not place.on_disk:
        return None
    path = Path(os.fsdecode(place.key))
    try:
        status = path.stat()
        if (status.st_size, status.st_mtime_ns) == (place.size_bytes, place.mtime_ns):
            return path
        with path.open("rb") as stream:
            same = hashlib.file_digest(stream, "sha256").hexdigest() == photo.sha256
    except OSError:
        return None
    return path if same else None


def _sidecar_of(path: Path) -> Path | None:
    """The sidecar that is read with a photo."""
    with os.scandir(path.parent) as entries:
        found = Sidecars(entry.name for entry in entries).find(path.name)
    return None if found is None else path.parent / found


def _is_shared(path: Path) -> bool:
    """Whether another file beside a photo has the same name but for its ending."""
    with os.scandir(path.parent) as entries:
        names = (Path(entry.name) for entry in entries if entry.name != path.name)
        return any(
            name.stem.casefold() == path.stem.casefold() and name.suffix.casefold() != ".xmp"
            for name in names
        )


def _read(path: Path) -> bytes:
    if path.stat().st_size > MAX_SIDECAR_MB * 1_000_000:
        raise ExportError(f"{path} is larger than the {MAX_SIDECAR_MB} MB a sidecar may have.")
    return path.read_bytes()


def _same(before: bytes, after: bytes) -> bool:
    """Whether nothing but blanks between elements differs."""
    # Both were read by a parser that lets nothing dangerous through.
    plain = (data.strip(b" \0\t\r\n").decode("utf-8-sig", "replace") for data in (before, after))
    try:
        return len({canonicalize(text, strip_text=True) for text in plain}) == 1
    except ParseError:
        return False  # in another encoding than ours


def _put(target: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    try:
        temporary.write_bytes(data)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"Its sidecar cannot be written: {error.strerror or error}."
    return str(error)
