"""Runs the stages over what is missing and keeps the results, batch by batch.

Everything a batch found is kept in one transaction after its pictures are written under
names made of hashes. A run killed at any moment has lost at most one batch, and the next
run takes up what is not there.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from sqlalchemy import Connection

from gallery.config import Settings
from gallery.decode import decode
from gallery.detect import DetectOptions, detect_faces
from gallery.drawn import BY_HAND
from gallery.embed import crops_of, embed_crops, embedding_space, with_quality
from gallery.errors import GalleryError, RefusedPhoto
from gallery.file_faces import file_faces
from gallery.file_names import take_names
from gallery.ingest import DECODE_SIDE_SHARE, Prepared, extension_of, face_picture
from gallery.machine import cores
from gallery.media.files import face_key, original_key, refused_key, thumbnail_key
from gallery.protocols import Detector, Embedder
from gallery.reading import (
    IngestOptions,
    Refused,
    attempt,
    in_order,
    refused_unread,
    unexpected,
)
from gallery.records import (
    DecodedPhoto,
    Face,
    IngestReport,
    Progress,
    Refusal,
    RefusalCode,
    Space,
    Stage,
    Vectors,
)
from gallery.source_file import SourceFile
from gallery.store import binned, face_names
from gallery.store import faces as face_store
from gallery.store import failures as failure_store
from gallery.store import photos as photo_store
from gallery.store.library import Library
from gallery.store.originals import read_original

logger = logging.getLogger(__name__)

# Small enough that a kill loses seconds, large enough that the disk is not the limit.
_BATCH = 16
# Photos that are worked on beside one for each core, while others wait for a file or a turn.
_SPARE = 1


@dataclass(frozen=True, slots=True)
class FaceModels:
    """The two networks of a run."""

    detector: Detector
    embedder: Embedder

    @property
    def space(self) -> Space:
        """The space of the vectors they make."""
        return embedding_space(self.detector.name, self.embedder)


@dataclass(frozen=True, slots=True)
class _Work:
    """A photo that has been through the models and waits to be kept.

    Its pictures are in the media folder already; only what goes into the database is left,
    so a batch of large photos takes little memory.

    Args:
        place: the file it came from.
        sha256: of its bytes.
        photo: what to insert; None where the photo is in the library.
        faces: with quality.
        vectors: one a face.
        drawn: how many of them, the last ones, are boxes that only the file's metadata has.
        names: that the metadata gives to faces, by their place in the list.
        adopt: key of the copy that was made of a photo only referred to so far.
    """

    place: photo_store.Place
    sha256: str
    photo: photo_store.NewPhoto | None
    faces: list[Face]
    vectors: Vectors
    drawn: int = 0
    names: dict[int, str] = field(default_factory=dict)
    adopt: str | None = None


@dataclass(frozen=True, slots=True)
class _Unchanged:
    """A file of which everything is known; its photo may be in the bin, and stays there."""

    in_bin: bool


def ingest(
    library: Library,
    sources: Iterable[SourceFile | Refusal],
    models: FaceModels,
    settings: Settings,
    report: IngestReport,
    options: IngestOptions = IngestOptions(),  # noqa: B008 - frozen
) -> Iterator[Progress]:
    """Take photos in; `report` grows as they come.

    Args:
        library: where they go.
        sources: files, and files already refused while looking for them.
        models: detector and embedder.
        settings: sizes and limits.
        report: filled in while the run goes on.
        options: how.

    Yields:
        Progress, first while looking for files, then after every batch.
    """
    started = time.perf_counter()
    found: list[SourceFile | Refusal] = []
    for item in sources:
        found.append(item)
        if len(found) % 500 == 0:
            yield Progress("Looking for photos", len(found), None, time.perf_counter() - started)
    workshop = _Workshop(library, models, settings, options)
    works: list[_Work] = []
    for done, result in enumerate(
        in_order(found, workshop.work_on, settings.threads or cores() + _SPARE), start=1
    ):
        if isinstance(result, _Unchanged):
            report.already_known += 1
            report.in_bin += result.in_bin
        elif isinstance(result, Refused):
            _refuse(library, result, report)
        else:
            works.append(result)
            workshop.known_hashes.add(result.sha256)
        if len(works) == _BATCH or done == len(found):
            _keep(library, works, models, report)
            works.clear()
        report.seconds = time.perf_counter() - started
        note = f"{report.faces} faces"
        yield Progress("Taking in photos", done, len(found), report.seconds, note)
    report.named += take_names(library).faces
    report.seconds = time.perf_counter() - started


class _Workshop:
    """Does all the work on a photo but keeping it; runs in several threads at once.

    A thread takes a photo from its file to its vectors, so that as many photos are worked on
    as there are cores, and the pixels of each live no longer than needed.
    """

    def __init__(
        self, library: Library, models: FaceModels, settings: Settings, options: IngestOptions
    ) -> None:
        self._library = library
        self._models = models
        self._settings = settings
        self._options = options
        self._looks = DetectOptions(settings.detect_side, settings.min_score, settings.min_face)
        self._known_files = photo_store.known_files(library)
        self._reserved: set[str] = set()
        self._lock = threading.Lock()
        self._referred = photo_store.hashes(library, only_referred=True)
        self.known_hashes = photo_store.hashes(library)

    def work_on(self, item: SourceFile | Refusal) -> _Work | Refused | _Unchanged:
        """What is to be kept of a file, its refusal, or that nothing has changed."""
        if isinstance(item, Refusal):
            return refused_unread(item)
        unchanged = self._unchanged(item)
        if unchanged is not None:
            return unchanged
        read = attempt(item, self._settings, self.known_hashes, self._options)
        if isinstance(read, Refused):
            return read
        if read.photo is not None and not self._reserve(read.sha256):
            return _over_the_limit(item, self._options.most)
        try:
            return self._through_models(read)
        except GalleryError:
            raise  # a full disk or a broken model is no fault of this photo
        except Exception as error:
            logger.exception("unexpected while looking for faces in %s", item.path)
            return Refused(
                unexpected(item, Stage.DETECT, error), item.key, item.on_disk is not None
            )

    def _reserve(self, sha256: str) -> bool:
        """Take up room for a new photo before any more work goes into it."""
        most = self._options.most
        with self._lock:
            if most is not None and sha256 not in self._reserved and len(self._reserved) >= most:
                return False
            self._reserved.add(sha256)
            return True

    def _unchanged(self, source: SourceFile) -> _Unchanged | None:
        seen = self._known_files.get(source.key)
        if (
            seen is not None
            and source.mtime_ns is not None
            and (seen.size_bytes, seen.mtime_ns) == (source.size, source.mtime_ns)
            and (seen.copied or self._options.in_place)
        ):
            return _Unchanged(seen.in_bin)
        return None

    def _through_models(self, prepared: Prepared) -> _Work:
        source, photo = prepared.source, prepared.photo
        place = photo_store.Place(
            source.key, source.path, source.on_disk is not None, source.size, source.mtime_ns
        )
        embedder, media = self._models.embedder, self._library.media
        original = None
        if not (self._options.in_place and place.on_disk):
            name = extension_of(source, "photo" if photo is None else photo.format)
            original = original_key(prepared.sha256, name)
        if photo is None:
            return self._known(prepared, place, original)
        if original is not None:
            media.put(original, prepared.data)
        found = with_quality(photo, detect_faces(photo, self._models.detector, self._looks))
        regions, models = prepared.metadata.regions, (self._models.detector, embedder)
        told = file_faces(prepared.data, photo, regions, found, models, self._settings)
        media.put(thumbnail_key(prepared.sha256), prepared.thumbnail)
        pictures = [*(face_picture(photo, face) for face in found), *told.pictures]
        for index, picture in enumerate(pictures):
            media.put(face_key(prepared.sha256, index), picture)
        vectors = embed_crops(crops_of(photo, found, embedder), embedder)
        drawn = {len(found) + index: name for index, (_, name) in enumerate(told.drawn)}
        return _Work(
            place,
            prepared.sha256,
            _new_photo(prepared, photo, original),
            [*found, *(face for face, _ in told.drawn)],
            np.concatenate([vectors, told.vectors]),
            drawn=len(told.drawn),
            names=told.names | drawn,
        )

    def _known(self, prepared: Prepared, place: photo_store.Place, original: str | None) -> _Work:
        """A photo that is in the library; it is copied now if it was only referred to so far."""
        adopt = original if prepared.sha256 in self._referred else None
        if adopt is not None:
            self._library.media.put(adopt, prepared.data)
        nothing = embed_crops([], self._models.embedder)
        return _Work(place, prepared.sha256, None, [], nothing, adopt=adopt)


def _over_the_limit(source: SourceFile, most: int | None) -> Refused:
    reason = f"The library is full: there was room for {most} more. Run the gallery yourself "
    return Refused(
        Refusal(source.path, Stage.SOURCE, RefusalCode.OUT_OF_SPACE, reason + "to have no limit."),
        source.key,
        source.on_disk is not None,
    )


def _refuse(library: Library, refused: Refused, report: IngestReport) -> None:
    kept = None
    if refused.data is not None:
        kept = library.media.put(
            refused_key(hashlib.sha256(refused.data).hexdigest()), refused.data
        )
    with library.write() as connection:
        failure_store.record(
            library, connection, refused.key, refused.refusal, kept, refused.on_disk
        )
    report.failed.append(refused.refusal)


def _keep(library: Library, works: list[_Work], models: FaceModels, report: IngestReport) -> None:
    """Keep a batch in one transaction."""
    if works:
        with library.write() as connection:
            for work in works:
                _keep_one(library, connection, work, models, report)


def _keep_one(
    library: Library,
    connection: Connection,
    work: _Work,
    models: FaceModels,
    report: IngestReport,
) -> None:
    photo_id = photo_store.id_by_hash(library, connection, work.sha256)
    is_new = photo_id is None
    if photo_id is None:
        if work.photo is None:
            # Deleted by another program a moment ago: the next run takes it in.
            return
        photo_id = photo_store.add(library, connection, work.photo)
        report.added += 1
        report.faces += _keep_faces(library, connection, photo_id, work, models)
    if work.adopt is not None:
        photo_store.adopt_original(library, connection, photo_id, work.adopt)
    new_place = photo_store.add_place(library, connection, photo_id, work.place)
    if not is_new:
        report.already_known += 1
        report.new_places += new_place
        report.in_bin += bool(binned.among(library, connection, [photo_id]))


def _keep_faces(
    library: Library, connection: Connection, photo_id: int, work: _Work, models: FaceModels
) -> int:
    """Keep the faces of a photo, and the names its file gives them; how many they are."""
    crops = [face_key(work.sha256, index) for index in range(len(work.faces))]
    seen = len(work.faces) - work.drawn
    ids = face_store.add(
        library, connection, photo_id, models.detector.name, work.faces[:seen], crops[:seen]
    )
    face_store.add_vectors(library, connection, models.space, ids, work.vectors[:seen])
    by_hand = replace(models.space, detector=BY_HAND)
    for index in range(seen, len(work.faces)):
        # Brought to light by the decision that names them, so that undo takes them away again.
        own = face_store.add_removed(
            library, connection, photo_id, BY_HAND, work.faces[index], crops[index]
        )
        vector = work.vectors[index][None]
        face_store.add_vectors(library, connection, by_hand, [own], vector)
        ids.append(own)
    names = {ids[index]: name for index, name in work.names.items()}
    face_names.add(library, connection, names)
    return len(ids)


def _new_photo(
    prepared: Prepared, photo: DecodedPhoto, original: str | None
) -> photo_store.NewPhoto:
    return photo_store.NewPhoto(
        sha256=prepared.sha256,
        size_bytes=len(prepared.data),
        width=photo.width,
        height=photo.height,
        format=photo.format,
        metadata=prepared.metadata,
        shown_at=prepared.shown_at,
        dated_by=prepared.dated_by,
        sharpness=prepared.sharpness,
        perceptual_hash=prepared.perceptual_hash,
        original=original,
    )


def embed_missing(library: Library, models: FaceModels, settings: Settings) -> Iterator[Progress]:
    """Give every face a vector of the models' space, as after a change of embedder.

    Photos whose original cannot be read now are passed over; a later run finds them again.
    """
    started = time.perf_counter()
    missing = face_store.without_vector(library, models.space)
    side = round(settings.detect_side * DECODE_SIDE_SHARE)
    for done, (photo_id, found) in enumerate(missing.items(), start=1):
        data = read_original(library, photo_id)
        if data is None:
            logger.warning("the original of photo %s cannot be read now", photo_id)
        else:
            try:
                photo = decode(data, settings, longest_side=side)
            except RefusedPhoto as error:
                # Taken in under other limits; its faces keep the vectors they have.
                logger.warning("photo %s cannot be decoded now: %s", photo_id, error.reason)
            else:
                vectors = embed_crops(crops_of(photo, found, models.embedder), models.embedder)
                _keep_vectors(library, models.space, found, vectors)
        seconds = time.perf_counter() - started
        yield Progress("Describing faces anew", done, len(missing), seconds)


def _keep_vectors(library: Library, space: Space, found: list[Face], vectors: Vectors) -> None:
    ids = [face.id for face in found if face.id is not None]
    detectors = face_store.detectors_of(library, ids)
    with library.write() as connection:
        for face_id, vector in zip(ids, vectors, strict=True):
            own = replace(space, detector=detectors[face_id])
            face_store.add_vectors(library, connection, own, [face_id], vector[None])
