"""Whole runs with the real models: what is taken in, what is kept out, and what a kill leaves."""

from __future__ import annotations

import dataclasses
import io
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select, text
from synthetic import blurred, encoded, put, sharp_pixels

from gallery.config import Settings
from gallery.errors import LibraryError
from gallery.models.loading import load_embedder
from gallery.pipeline import FaceModels, embed_missing, ingest
from gallery.reading import IngestOptions, sources_again
from gallery.records import IngestReport, Refusal, RefusalCode, Stage
from gallery.source_file import SourceFile
from gallery.sources import find_photos, from_upload
from gallery.store import faces as face_store
from gallery.store import failures as failure_store
from gallery.store import people, tables, timeline
from gallery.store import photos as photo_store
from gallery.store.library import Library, open_library
from gallery.store.originals import read_original
from gallery.workflow import group_if_needed, group_library

pytestmark = pytest.mark.models

COLLINS = "portraits/eileen-collins.png"
HOPPER = "portraits/grace-hopper.jpg"


def take_in(
    library: Library,
    sources: Iterable[SourceFile | Refusal | Path],
    models: FaceModels,
    settings: Settings,
    options: IngestOptions | None = None,
) -> IngestReport:
    report = IngestReport()
    items = list(sources)
    if items and all(isinstance(item, Path) for item in items):
        items = list(find_photos(items, settings))  # type: ignore[arg-type]
    for _ in ingest(library, items, models, settings, report, options or IngestOptions()):  # type: ignore[arg-type]
        pass
    return report


def pictures(folder: Path, count: int, start: int = 0) -> list[Path]:
    """Sharp pictures of nothing, each of its own."""
    return [
        put(folder / f"{n:03}.png", encoded(sharp_pixels(n, 120, 90), "PNG"))
        for n in range(start, start + count)
    ]


def contents(library: Library) -> dict[str, object]:
    """What a run leaves that a second one in other circumstances has to leave as well."""
    query = (
        select(
            tables.photos.c.sha256, tables.faces.c.x0, tables.faces.c.y0, tables.vectors.c.vector
        )
        .outerjoin(tables.faces, tables.faces.c.photo_id == tables.photos.c.id)
        .outerjoin(tables.vectors, tables.vectors.c.face_id == tables.faces.c.id)
    )
    with library.read() as connection:
        rows = [
            (r.sha256, r.x0 and round(r.x0, 2), r.y0 and round(r.y0, 2), r.vector is not None)
            for r in connection.execute(query)
        ]
        places = connection.execute(
            select(tables.photo_files.c.path, tables.photos.c.sha256).join(tables.photos)
        ).all()
        failed = connection.execute(select(tables.failures.c.path, tables.failures.c.code)).all()
    return {
        "faces": sorted(rows, key=repr),
        "places": sorted(tuple(row) for row in places),
        "failed": sorted(tuple(row) for row in failed),
    }


def assert_whole(library: Library) -> None:
    """No row points nowhere, no photo is there twice, every picture named is there."""
    with library.read() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        photos = connection.execute(select(tables.photos)).all()
        crops = connection.execute(select(tables.faces.c.crop)).scalars().all()
        without = connection.execute(
            select(func.count())
            .select_from(tables.faces)
            .outerjoin(tables.vectors, tables.vectors.c.face_id == tables.faces.c.id)
            .where(tables.vectors.c.face_id.is_(None))
        ).scalar()
    assert len({photo.sha256 for photo in photos}) == len(photos)
    assert [photo.id for photo in photos if photo.detector is None] == []
    assert without == 0
    named = [photo.original for photo in photos if photo.original]
    named += [f"thumbnails/{photo.sha256[:2]}/{photo.sha256}.jpg" for photo in photos]
    assert [key for key in [*named, *crops] if not library.media.has(key)] == []


def test_the_album(album: Path, album_copy: Path, settings: Settings) -> None:
    library = open_library(album_copy)
    found = list(find_photos([album], settings))
    failed = failure_store.listed(library)
    places = photo_store.known_files(library)
    assert len(found) == len(places) + len(failed)
    assert photo_store.count(library) == len(places) - 2, "two files are copies, byte for byte"
    kept_out = {Path(item.refusal.path).name: str(item.refusal.code) for item in failed}
    assert kept_out == {
        "cut-off.jpg": "truncated",
        "empty.jpg": "empty",
        "far-too-blurred.jpg": "too-blurry",
        "not-a-picture.jpg": "unsupported",
        "too-small.png": "too-small",
    }
    assert face_store.count(library) >= 25
    assert people.count(library) >= 3
    assert_whole(library)
    library.close()


def test_a_second_run_adds_nothing(
    album: Path, album_copy: Path, models: FaceModels, settings: Settings
) -> None:
    library = open_library(album_copy)
    before = contents(library)
    report = take_in(library, [album], models, settings)
    assert (report.added, report.faces, report.new_places) == (0, 0, 0)
    assert report.already_known == len(photo_store.known_files(library))
    assert len(report.failed) == 5
    assert contents(library) == before
    library.close()


def test_the_same_bytes_in_two_places_are_one_photo(
    library: Library, album: Path, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    data = (album / HOPPER).read_bytes()
    first, second = put(tmp_path / "a" / "x.jpg", data), put(tmp_path / "b" / "y.jpg", data)
    report = take_in(library, [tmp_path / "a", tmp_path / "b"], models, settings)
    assert (report.added, report.already_known, report.faces) == (1, 1, 1)
    (tile,) = timeline.browse(library, limit=9)
    photo = photo_store.get(library, tile.id)
    assert photo is not None
    assert photo.places == (str(first), str(second))
    third = put(tmp_path / "c" / "z.jpg", data)
    report = take_in(library, [third], models, settings)
    assert (report.added, report.already_known, report.new_places) == (0, 1, 1)


def test_many_copies_at_once_are_one_photo(
    library: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    data = encoded(sharp_pixels(1), "PNG")
    for number in range(40):
        put(tmp_path / "photos" / f"{number}.png", data)
    report = take_in(library, [tmp_path / "photos"], models, settings)
    assert (report.added, report.already_known, report.failed) == (1, 39, [])
    assert_whole(library)


@pytest.mark.parametrize("in_place", [True, False])
def test_originals_are_kept_or_left_where_they_are(
    library: Library,
    models: FaceModels,
    settings: Settings,
    tmp_path: Path,
    in_place: bool,
) -> None:
    (path,) = pictures(tmp_path / "photos", 1)
    take_in(library, [path], models, settings, IngestOptions(in_place=in_place))
    (tile,) = timeline.browse(library, limit=9)
    assert (library.root / "media" / "originals").exists() is not in_place
    assert read_original(library, tile.id) == path.read_bytes()
    data = path.read_bytes()
    path.write_bytes(b"something else")
    assert read_original(library, tile.id) == (None if in_place else data)
    path.unlink()
    assert read_original(library, tile.id) == (None if in_place else data)


def test_in_place_a_zip_is_copied_all_the_same(
    library: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    data = encoded(sharp_pixels(3), "PNG")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("inner/a.png", data)
    take_in(library, [tmp_path / "a.zip"], models, settings, IngestOptions(in_place=True))
    (tmp_path / "a.zip").unlink()
    (tile,) = timeline.browse(library, limit=9)
    assert tile.name == "a.png"
    assert read_original(library, tile.id) == data


def test_changed_bytes_at_the_same_path_are_another_photo(
    library: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    (path,) = pictures(tmp_path, 1)
    take_in(library, [path], models, settings)
    old = timeline.browse(library, limit=9)[0].id
    path.write_bytes(encoded(sharp_pixels(99, 300, 200), "PNG"))
    report = take_in(library, [path], models, settings)
    assert (report.added, report.already_known) == (1, 0)
    places = {t.id: photo_store.get(library, t.id) for t in timeline.browse(library, limit=9)}
    assert {photo_id: p.places for photo_id, p in places.items() if p} == {
        old: (),
        next(i for i in places if i != old): (str(path),),
    }
    assert take_in(library, [path], models, settings).already_known == 1


def test_a_file_damaged_and_restored_is_no_failure(
    library: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    (path,) = pictures(tmp_path, 1)
    data, status = path.read_bytes(), path.stat()
    take_in(library, [path], models, settings)
    path.write_bytes(data[:100])
    assert [r.code for r in take_in(library, [path], models, settings).failed] == ["truncated"]
    assert len(failure_store.listed(library)) == 1
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    report = take_in(library, [path], models, settings)
    assert (report.added, report.already_known) == (0, 1)
    assert failure_store.listed(library) == []


def test_a_file_that_vanishes_on_the_way_is_named(
    library: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    paths = pictures(tmp_path / "photos", 5)
    found = list(find_photos([tmp_path / "photos"], settings))
    paths[2].unlink()
    report = take_in(library, found, models, settings)
    assert report.added == 4
    (failed,) = report.failed
    assert (failed.path, failed.stage) == (str(paths[2]), Stage.SOURCE)
    assert "vanished" in failed.reason


def malformed(seed: int) -> list[tuple[str, bytes]]:
    """Forty files that look like photos and are not, or not any more."""
    rng = np.random.default_rng(seed)
    formats = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "bmp": "BMP",
               "tif": "TIFF", "avif": "AVIF"}  # fmt: skip
    good = {e: encoded(sharp_pixels(7, 300, 200), name) for e, name in formats.items()}
    files = [("empty.jpg", b""), ("text.png", b"just text"), ("zeros.jpg", bytes(5000))]
    files += [(f"noise{n}.jpg", rng.bytes(3000)) for n in range(5)]
    files += [(f"magic.{e}", data[:16] + rng.bytes(900)) for e, data in good.items()]
    files += [(f"third.{e}", data[: len(data) // 3]) for e, data in good.items()]
    files += [(f"head.{e}", data[:40]) for e, data in good.items()]
    files += [("tiny.png", encoded(sharp_pixels(1, 20, 20), "PNG")),
              ("grey.jpg", encoded(np.full((200, 200, 3), 90, np.uint8))),
              ("huge.bmp", b"BM" + bytes(12) + (40).to_bytes(4, "little")
               + (60000).to_bytes(4, "little") * 2 + bytes(30)),
              ("svg.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
              ("exe.jpg", b"MZ" + rng.bytes(500)), ("page.jpg", b"<!DOCTYPE html><p>404"),
              ("zip.jpg", b"PK\x03\x04" + rng.bytes(300)), ("pdf.png", b"%PDF-1.7\n" + bytes(99)),
              ("utf16.png", "photo".encode("utf-16")), ("half.jpg", b"\xff\xd8"),
              ("markers.jpg", b"\xff\xd8" + b"\xff\xe1\xff\xff" * 200)]  # fmt: skip
    return files[:40]


def test_forty_malformed_files(
    library: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    files = malformed(0)
    assert len(files) == 40
    for name, data in files:
        put(tmp_path / "bad" / name, data)
    good = pictures(tmp_path / "bad", 3)
    report = take_in(library, [tmp_path / "bad"], models, settings)
    assert report.added == len(good)
    assert {Path(r.path).name for r in report.failed} == {name for name, _ in files}
    assert [r for r in report.failed if r.code is RefusalCode.INTERNAL] == []
    assert all(r.reason.endswith(".") and r.stage in set(Stage) for r in report.failed)
    listed = {(i.refusal.path, i.refusal.reason) for i in failure_store.listed(library)}
    assert listed == {(r.path, r.reason) for r in report.failed}


def retry(
    library: Library, models: FaceModels, settings: Settings, *codes: RefusalCode
) -> IngestReport:
    failed = failure_store.listed(library)
    options = IngestOptions(overruled=frozenset(codes))
    report = take_in(
        library, list(sources_again(library, failed, settings)), models, settings, options
    )
    failure_store.drop_kept(library, failed)
    return report


BLURRY = encoded(blurred(sharp_pixels(1, 400, 300), 20), "PNG")


def waiting(library: Library) -> list[Path]:
    folder = library.root / "media" / "refused"
    return [path for path in folder.rglob("*") if path.is_file()]


def refused_somehow(
    how: str, library: Library, models: FaceModels, settings: Settings, folder: Path
) -> None:
    """A blurry photo that was refused: as a file, in a ZIP, or as an upload."""
    if how == "file":
        sources = list(find_photos([put(folder / "blurry.png", BLURRY)], settings))
    elif how == "zip":
        with zipfile.ZipFile(folder / "a.zip", "w") as archive:
            archive.writestr("inner/blurry.png", BLURRY)
        sources = list(find_photos([folder / "a.zip"], settings))
    else:
        stream = io.BytesIO(BLURRY)
        sources = list(from_upload("blurry.png", stream, settings))
    report = take_in(library, sources, models, settings)
    assert [refusal.code for refusal in report.failed] == [RefusalCode.TOO_BLURRY]
    if how == "zip":
        (folder / "a.zip").unlink()
    elif how == "upload":
        stream.close()


@pytest.mark.parametrize("how", ["file", "zip", "upload"])
def test_a_blurry_photo_can_be_taken_in_all_the_same(
    library: Library, models: FaceModels, settings: Settings, tmp_path: Path, how: str
) -> None:
    refused_somehow(how, library, models, settings, tmp_path)
    assert len(waiting(library)) == (how != "file"), "bytes without a file of their own wait"
    report = retry(library, models, settings)
    assert (report.added, len(report.failed)) == (0, 1)
    assert len(waiting(library)) == (how != "file"), "still refused, so they still wait"
    report = retry(library, models, settings, RefusalCode.TOO_BLURRY)
    assert (report.added, report.failed) == (1, [])
    assert failure_store.listed(library) == []
    assert waiting(library) == []
    (tile,) = timeline.browse(library, limit=9)
    assert tile.name == "blurry.png"
    assert read_original(library, tile.id) == BLURRY


def test_a_limit_on_new_photos(
    library: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    known = pictures(tmp_path / "a", 2)
    take_in(library, known, models, settings)
    for number, path in enumerate(known):
        put(tmp_path / "b" / f"0copy{number}.png", path.read_bytes())
    pictures(tmp_path / "b", 5, start=10)
    report = take_in(
        library, [tmp_path / "a", tmp_path / "b"], models, settings, IngestOptions(most=3)
    )
    assert (report.added, report.already_known) == (3, 4), "copies do not count as new photos"
    assert [str(refusal.code) for refusal in report.failed] == ["out-of-space"] * 2
    assert photo_store.count(library) == 5


def test_another_embedder_describes_every_face_anew(
    album: Path, library: Library, models: FaceModels, settings: Settings
) -> None:
    names = (COLLINS, HOPPER, "portraits/eileen-collins-close.jpg", "portraits/two-portraits.jpg")
    take_in(library, [album / name for name in names], models, settings)
    by_sface = group_library(library, settings, models.space)
    # The same network by another runtime's hand, as if its weights were of another version.
    other = load_embedder("sface", settings)
    other.version = "another"  # type: ignore[misc]
    changed = FaceModels(models.detector, other)
    assert changed.space != models.space
    steps = list(embed_missing(library, changed, settings))
    assert (steps[-1].done, steps[-1].total) == (4, 4)
    assert list(embed_missing(library, changed, settings)) == []
    embedded = face_store.embedded(library, changed.space)
    assert len(embedded.face_ids) == face_store.count(library) == 5
    first = face_store.embedded(library, models.space)
    assert np.diag(embedded.vectors @ first.vectors.T).min() > 0.999
    again = group_library(library, settings, changed.space)
    assert (again.faces, again.people, again.new_people) == (5, by_sface.people, 0)


def test_faces_of_a_run_that_was_stopped_are_grouped_by_the_next(
    album: Path, library: Library, models: FaceModels, settings: Settings
) -> None:
    take_in(library, [album / COLLINS], models, settings)
    assert group_if_needed(library, settings, models.space) is not None
    take_in(library, [album / HOPPER], models, settings)
    assert people.unassigned(library) == 1
    again = take_in(library, [album / HOPPER], models, settings)
    assert again.added == 0
    assert group_if_needed(library, settings, models.space) is not None
    assert people.unassigned(library) == 0
    assert group_if_needed(library, settings, models.space) is None
    by_another_detector = dataclasses.replace(models.space, detector="yunet")
    assert group_if_needed(library, settings, by_another_detector) is None
    by_another_network = dataclasses.replace(models.space, version="another")
    with pytest.raises(LibraryError, match="nothing was changed"):
        group_if_needed(library, settings, by_another_network)


def test_photos_that_cannot_be_read_now_are_passed_over(
    album: Path, library: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    paths = [put(tmp_path / Path(n).name, (album / n).read_bytes()) for n in (COLLINS, HOPPER)]
    take_in(library, paths, models, settings, IngestOptions(in_place=True))
    other = load_embedder("sface", settings)
    other.version = "another"  # type: ignore[misc]
    changed = FaceModels(models.detector, other)
    moved = paths[0].rename(tmp_path / "unplugged")
    list(embed_missing(library, changed, settings))
    assert len(face_store.embedded(library, changed.space).face_ids) == 1
    moved.rename(paths[0])
    list(embed_missing(library, changed, settings))
    assert len(face_store.embedded(library, changed.space).face_ids) == 2


def test_a_damaged_zip_that_was_replaced_is_read_on_a_second_try(
    library: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    packed = put(tmp_path / "a.zip", b"PK\x03\x04 cut short")
    report = take_in(library, [packed], models, settings)
    assert [str(refusal.code) for refusal in report.failed] == ["damaged"]
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(pictures(tmp_path / "b", 1)[0], "good.png")
    failed = failure_store.listed(library)
    again = take_in(library, sources_again(library, failed, settings), models, settings)
    assert (again.added, again.failed) == (1, [])
    assert failure_store.listed(library) == []


def test_a_second_try_says_what_is_gone(
    library: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    empty = put(tmp_path / "empty.jpg", b"")
    take_in(library, [empty], models, settings)
    empty.unlink()
    failed = failure_store.listed(library)
    take_in(library, sources_again(library, failed, settings), models, settings)
    (left,) = failure_store.listed(library)
    assert "not there any more" in left.refusal.reason


def test_a_photo_only_referred_to_is_copied_when_asked(
    library: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    files = pictures(tmp_path / "stick", 2)
    take_in(library, files, models, settings, IngestOptions(in_place=True))
    report = take_in(library, files, models, settings)
    assert (report.added, report.already_known) == (0, 2)
    wanted = [file.read_bytes() for file in files]
    for file in files:
        file.unlink()
    with library.read() as connection:
        ids = connection.execute(select(tables.photos.c.id).order_by(tables.photos.c.id)).scalars()
        assert sorted(read_original(library, i) or b"" for i in ids) == sorted(wanted)


class _Breaks:
    """A detector with a fault of its own for one picture."""

    name = "breaks"

    def __init__(self, detector: object) -> None:
        self._detector = detector

    def detect(self, image: np.ndarray) -> list[object]:
        if image.shape[0] > image.shape[1]:
            raise ZeroDivisionError("a side rounds to 0")
        return self._detector.detect(image)  # type: ignore[attr-defined, no-any-return]


def test_a_photo_that_breaks_the_detector_is_named_and_the_run_goes_on(
    library: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    good = pictures(tmp_path / "in", 2)
    put(tmp_path / "in" / "tall.png", encoded(sharp_pixels(5, 90, 120), "PNG"))
    broken = FaceModels(_Breaks(models.detector), models.embedder)  # type: ignore[arg-type]
    report = take_in(library, [tmp_path / "in"], broken, settings)
    assert report.added == len(good)
    (refusal,) = report.failed
    assert (refusal.path, refusal.stage) == (str(tmp_path / "in" / "tall.png"), Stage.DETECT)
    assert "ZeroDivisionError" in refusal.reason


def test_yunet_takes_a_picture_of_any_shape(settings: Settings, models: FaceModels) -> None:
    from gallery.models.loading import load_detector

    detector = load_detector("yunet", settings)
    assert detector.detect(np.full((64, 30_000, 3), 128, np.uint8)) == []


def test_nothing_is_written_for_photos_over_the_limit(
    library: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    report = take_in(library, pictures(tmp_path, 9), models, settings, IngestOptions(most=2))
    assert (report.added, len(report.failed)) == (2, 7)
    stored = [path for path in (library.root / "media").rglob("*") if path.is_file()]
    assert len(stored) == 4  # an original and a thumbnail of each
