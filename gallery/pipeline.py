"""Runs the stages over what is missing and keeps the results, batch by batch.

Everything a batch found is kept in one transaction after its pictures are written under
names made of hashes. A run killed at any moment has lost at most one batch, and the next
run takes up what is not there.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from sqlalchemy import Connection

from gallery.config import Settings
from gallery.decode import decode
from gallery.detect import DetectOptions, detect_faces
from gallery.embed import crops_of, embed_crops, embedding_space, with_quality
from gallery.ingest import DECODE_SIDE_SHARE, Prepared, extension_of, face_picture
from gallery.media.files import face_key, original_key, refused_key, thumbnail_key
from gallery.protocols import Detector, Embedder
from gallery.reading import IngestOptions, Known, Refused, read_ahead
from gallery.records import (
    DecodedPhoto,
    Face,
    IngestReport,
    Pixels,
    Progress,
    Refusal,
    RefusalCode,
    Space,
    Stage,
    Vectors,
)
from gallery.source_file import SourceFile
from gallery.store import faces as face_store
from gallery.store import photos as photo_store
from gallery.store.library import Library
from gallery.store.originals import read_original

logger = logging.getLogger(__name__)

# Small enough that a kill loses seconds, large enough to keep the embedding queue full.
_BATCH = 16


@dataclass(frozen=True, slots=True)
class FaceModels:
    """The two networks of a run."""

    detector: Detector
    embedder: Embedder

    @property
    def space(self) -> Space:
        """The space of the vectors they make."""
        return embedding_space(self.detector.name, self.embedder)


@dataclass(slots=True)
class _Work:
    """A prepared photo on its way through the models."""

    prepared: Prepared
    faces: list[Face] = field(default_factory=list)
    crops: list[Pixels] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)


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
    known_files = photo_store.known_files(library)
    known_hashes = photo_store.hashes(library)
    done = 0
    for batch in _batches(read_ahead(found, settings, options, known_files, known_hashes)):
        works: list[_Work] = []
        for read in batch:
            if isinstance(read, Refused):
                _refuse(library, read, report)
            elif isinstance(read, Prepared):
                if options.most is not None and report.added + len(works) >= options.most:
                    _refuse(library, _over_the_limit(read.source, options.most), report)
                else:
                    works.append(_Work(read))
            else:
                report.already_known += 1
        _find_faces(works, models, settings)
        _keep(library, works, models, options, report)
        known_hashes.update(work.prepared.sha256 for work in works)
        done += len(batch)
        report.seconds = time.perf_counter() - started
        note = f"{report.faces} faces"
        yield Progress("Taking in photos", done, len(found), report.seconds, note)
    report.seconds = time.perf_counter() - started


def _over_the_limit(source: SourceFile, most: int) -> Refused:
    reason = f"The library is full: this demo holds {most} photos a run. Run the gallery yourself "
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
        photo_store.record_failure(
            library, connection, refused.key, refused.refusal, kept, refused.on_disk
        )
    report.failed.append(refused.refusal)


def _find_faces(works: list[_Work], models: FaceModels, settings: Settings) -> None:
    options = DetectOptions(settings.detect_side, settings.min_score, settings.min_face)
    for work in works:
        photo = work.prepared.photo
        if photo is None:
            continue
        work.faces = with_quality(photo, detect_faces(photo, models.detector, options))
        work.crops = crops_of(photo, work.faces, models.embedder)
        work.pictures = [face_picture(photo, face) for face in work.faces]


def _keep(
    library: Library,
    works: list[_Work],
    models: FaceModels,
    options: IngestOptions,
    report: IngestReport,
) -> None:
    if not works:
        return
    vectors = embed_crops([crop for work in works for crop in work.crops], models.embedder)
    for work in works:
        _write_pictures(library, work, options)
    with library.write() as connection:
        start = 0
        for work in works:
            end = start + len(work.crops)
            _keep_one(library, connection, work, vectors[start:end], models, options, report)
            start = end


def _write_pictures(library: Library, work: _Work, options: IngestOptions) -> None:
    prepared = work.prepared
    if prepared.photo is None:
        return
    if not _stays_in_place(prepared, options):
        key = original_key(prepared.sha256, extension_of(prepared.source, prepared.photo))
        library.media.put(key, prepared.data)
    library.media.put(thumbnail_key(prepared.sha256), prepared.thumbnail)
    for index, picture in enumerate(work.pictures):
        library.media.put(face_key(prepared.sha256, index), picture)


def _stays_in_place(prepared: Prepared, options: IngestOptions) -> bool:
    return options.in_place and prepared.source.on_disk is not None


def _keep_one(
    library: Library,
    connection: Connection,
    work: _Work,
    vectors: Vectors,
    models: FaceModels,
    options: IngestOptions,
    report: IngestReport,
) -> None:
    prepared, source = work.prepared, work.prepared.source
    photo_id = photo_store.id_by_hash(library, connection, prepared.sha256)
    is_new = photo_id is None
    if photo_id is None and prepared.photo is not None:
        photo_id = photo_store.add(
            library, connection, _new_photo(prepared, prepared.photo, options)
        )
        face_ids = face_store.add(
            library,
            connection,
            photo_id,
            models.detector.name,
            work.faces,
            [face_key(prepared.sha256, index) for index in range(len(work.faces))],
        )
        face_store.add_vectors(library, connection, models.space, face_ids, vectors)
        report.added += 1
        report.faces += len(face_ids)
    if photo_id is None:
        # Known a moment ago and deleted since, by another program: the next run takes it in.
        return
    place = photo_store.Place(
        source.key, source.path, source.on_disk is not None, source.size, source.mtime_ns
    )
    new_place = photo_store.add_place(library, connection, photo_id, place)
    if not is_new:
        report.already_known += 1
        report.new_places += new_place


def _new_photo(
    prepared: Prepared, photo: DecodedPhoto, options: IngestOptions
) -> photo_store.NewPhoto:
    original = None
    if not _stays_in_place(prepared, options):
        original = original_key(prepared.sha256, extension_of(prepared.source, photo))
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
        detector=None,
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
            photo = decode(data, settings, longest_side=side)
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


def _batches(
    items: Iterator[Prepared | Refused | Known],
) -> Iterator[list[Prepared | Refused | Known]]:
    while batch := list(islice(items, _BATCH)):
        yield batch
