"""Face boxes drawn and deleted by hand, with the real models on photos of the sample album."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import small_library as small
from PIL import Image
from small_library import Seen

from gallery.boxes import BY_HAND, add_face, remove_faces
from gallery.config import Settings
from gallery.decisions import redo, undo
from gallery.errors import GalleryError, LibraryError, NotFoundError, TogetherError
from gallery.pipeline import FaceModels
from gallery.records import Box, Face
from gallery.store import faces as face_store
from gallery.store import people, tables, timeline
from gallery.store import photos as photo_store
from gallery.store.library import Library, open_library
from gallery.workflow import group_library, join_library

models_needed = pytest.mark.models


@pytest.fixture
def photos(album_copy: Path) -> Iterator[Library]:
    """The sample album, grouped."""
    library = open_library(album_copy)
    yield library
    library.close()


def best_face(library: Library) -> Face:
    """The clearest face of the person with most photos."""
    person = people.everyone(library)[0]
    face = face_store.get(library, people.face_ids(library, person.id)[0])
    assert face is not None
    return face


def photo_of(face: Face) -> int:
    assert face.photo_id is not None
    return face.photo_id


@models_needed
def test_a_deleted_face_drawn_again_finds_its_person(
    photos: Library, models: FaceModels, settings: Settings
) -> None:
    face = best_face(photos)
    assert face.id is not None
    others = [f.id for f in face_store.of_photo(photos, photo_of(face)) if f.id != face.id]
    remove_faces(photos, [face.id])
    assert face_store.get(photos, face.id) is None
    assert [f.id for f in face_store.of_photo(photos, photo_of(face))] == others
    x0, y0, x1, y1 = face.box
    drawn = add_face(photos, photo_of(face), (x1 + 3, y1 - 2, x0 - 3, y0 + 2), models, settings)
    assert drawn.recognisable
    found = face_store.get(photos, drawn.id)
    assert found is not None
    assert found.box == pytest.approx((x0 - 3, y0 + 2, x1 + 3, y1 - 2))
    assert found.landmarks is not None
    assert found.quality is not None
    assert found.person_id is None
    assert face_store.detectors_of(photos, [drawn.id]) == {drawn.id: BY_HAND}
    report = join_library(photos, settings, models.space)
    assert (report.faces, report.joined) == (1, 1)
    joined = face_store.get(photos, drawn.id)
    assert joined is not None
    assert joined.person_id == face.person_id
    group_library(photos, settings, models.space)
    again = face_store.get(photos, drawn.id)
    assert again is not None
    assert again.person_id == face.person_id
    vectors = face_store.vectors_of(photos, models.space, [face.id, drawn.id])
    assert float(vectors[face.id] @ vectors[drawn.id]) > 0.95


@models_needed
def test_drawn_and_deleted_boxes_are_taken_back(
    photos: Library, models: FaceModels, settings: Settings
) -> None:
    face = best_face(photos)
    assert face.id is not None
    count = face_store.count(photos)
    remove_faces(photos, [face.id])
    drawn = add_face(photos, photo_of(face), face.box, models, settings)
    crop = face_store.crop_keys(photos, [drawn.id])[drawn.id]
    assert photos.media.has(crop)
    assert face_store.crop_keys(photos, [face.id])[face.id] != crop
    join_library(photos, settings, models.space)
    name = photo_store.get(photos, photo_of(face)).places[0].rsplit("/", 1)[-1]  # type: ignore[union-attr]
    assert small.sentences(photos) == [f"Deleted a face box from {name}", f"Added a face to {name}"]
    undo(photos)
    assert face_store.get(photos, drawn.id) is None
    assert face_store.count(photos) == count - 1
    undo(photos)
    back = face_store.get(photos, face.id)
    assert back is not None
    assert (back.person_id, face_store.count(photos)) == (face.person_id, count)
    redo(photos, 2)
    assert face_store.get(photos, face.id) is None
    assert face_store.get(photos, drawn.id) is not None


@models_needed
def test_a_face_of_a_known_person_is_one_decision(
    photos: Library, models: FaceModels, settings: Settings
) -> None:
    face = best_face(photos)
    assert face.id is not None
    assert face.person_id is not None
    with pytest.raises(TogetherError, match="in that photo already"):
        add_face(photos, photo_of(face), (1.0, 1.0, 90.0, 90.0), models, settings, face.person_id)
    count = face_store.count(photos)
    remove_faces(photos, [face.id])
    drawn = add_face(photos, photo_of(face), face.box, models, settings, face.person_id)
    assert small.owner(photos, drawn.id) == face.person_id
    assert small.sentences(photos)[-1].startswith("Added a face of Person")
    undo(photos)
    assert face_store.get(photos, drawn.id) is None
    assert face_store.count(photos) == count - 1


@models_needed
def test_a_box_around_nothing_is_taken_but_starts_nobody(
    photos: Library, models: FaceModels, settings: Settings
) -> None:
    photo = next(
        tile.id for tile in timeline.browse(photos, limit=200)
        if not face_store.of_photo(photos, tile.id)
    )  # fmt: skip
    drawn = add_face(photos, photo, (0.0, 0.0, 60.0, 60.0), models, settings)
    assert not drawn.recognisable
    found = face_store.get(photos, drawn.id)
    assert found is not None
    assert found.quality is not None
    assert found.quality.overall < settings.weak_quality
    report = join_library(photos, settings, models.space)
    assert report.new_people == 0


def corner(width: int, height: int) -> dict[str, Box]:
    return {
        "too small": (10, 10, 20, 200),
        "no numbers": (float("nan"),) * 4,
        "a line": (10, 10, 10, 200),
        "outside": (-300, -300, -10, -10),
        "beyond": (width + 10, 10, width + 200, 200),
        "nearly outside": (width - 5, height - 5, width + 200, height + 200),
    }


@models_needed
@pytest.mark.parametrize("what", corner(1, 1))
def test_boxes_refused(photos: Library, models: FaceModels, settings: Settings, what: str) -> None:
    photo = photo_store.get(photos, photo_of(best_face(photos)))
    assert photo is not None
    count = face_store.count(photos)
    said = "four numbers" if what == "no numbers" else f"at least {settings.min_face} pixels"
    with pytest.raises(GalleryError, match=said):
        add_face(photos, photo.id, corner(photo.width, photo.height)[what], models, settings)
    assert face_store.count(photos) == count
    assert small.sentences(photos) == []


@models_needed
def test_a_box_on_a_face_that_is_there_is_refused(
    photos: Library, models: FaceModels, settings: Settings
) -> None:
    face = best_face(photos)
    x0, y0, x1, y1 = face.box
    with pytest.raises(GalleryError, match="a face in that place already"):
        add_face(photos, photo_of(face), (x0 + 2, y0, x1, y1 - 2), models, settings)


@models_needed
def test_no_such_photo_and_no_original(
    photos: Library, models: FaceModels, settings: Settings
) -> None:
    with pytest.raises(NotFoundError, match="no photo 9999"):
        add_face(photos, 9999, (0, 0, 99, 99), models, settings)
    face = best_face(photos)
    assert face.id is not None
    remove_faces(photos, [face.id])
    with photos.write() as connection:  # as if it had been left on a disk that is gone
        connection.execute(tables.photos.update().values(original=None))
        connection.execute(tables.photo_files.delete())
    with pytest.raises(LibraryError, match="cannot be read now"):
        add_face(photos, photo_of(face), face.box, models, settings)


@models_needed
def test_a_box_is_in_pixels_of_the_photo_as_it_is_shown(
    photos: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    """Whatever the camera wrote about how it was held."""
    from gallery.pipeline import ingest
    from gallery.records import IngestReport
    from gallery.sources import find_photos
    from gallery.store.originals import read_original

    face = best_face(photos)
    data = read_original(photos, photo_of(face))
    assert data is not None
    (tmp_path / "one").write_bytes(data)
    with Image.open(tmp_path / "one") as image:
        turned = image.convert("RGB").transpose(Image.Transpose.ROTATE_90)
        exif = Image.Exif()
        exif[0x0112] = 6  # shown turned by 90 degrees to the right
        turned.save(tmp_path / "turned.jpg", quality=95, exif=exif)
    other = small.empty(tmp_path / "other")
    sources = find_photos([tmp_path / "turned.jpg"], settings)
    for _ in ingest(other, sources, models, settings, IngestReport()):
        pass
    (photo,) = timeline.browse(other, limit=2)
    for found in face_store.of_photo(other, photo.id):
        assert found.id is not None
        remove_faces(other, [found.id])
    drawn = add_face(other, photo.id, face.box, models, settings)
    assert drawn.recognisable
    assert face.id is not None
    vector = face_store.vectors_of(other, models.space, [drawn.id])[drawn.id]
    assert float(face_store.vectors_of(photos, models.space, [face.id])[face.id] @ vector) > 0.8
    other.close()


# Deleting needs no models.


def test_boxes_are_deleted_in_words(library: Library) -> None:
    small.add(library, [Seen(0, "both"), Seen(1, "both"), Seen(0), Seen(0)])
    small.regroup(library)
    remove_faces(library, [1])
    remove_faces(library, [2, 3])
    assert small.sentences(library) == [
        "Deleted a face box from both.jpg",
        "Deleted 2 face boxes from 2 photos",
    ]
    assert face_store.count(library) == 1
    assert small.owners(library) == {4: 1}
    assert timeline.browse(library, limit=9)[-1].faces in (0, 1)
    undo(library, 2)
    assert small.owners(library).keys() == {1, 2, 3, 4}


def test_a_deleted_face_takes_no_part_in_anything(library: Library) -> None:
    small.add(library, [Seen(0), Seen(0), Seen(1)])
    small.regroup(library)
    cover = people.get(library, 1)
    assert cover is not None
    assert cover.cover_face_id == 1
    remove_faces(library, [1, 3, 1])
    assert small.groups(library) == {"Person 1": [2]}
    found = people.get(library, 1)
    assert found is not None
    assert found.cover_face_id == 2
    assert small.regroup(library).faces == 1
    undo(library)
    assert small.owners(library) == {1: 1, 2: 1, 3: 2}


@pytest.mark.parametrize(
    ("faces", "error", "message"),
    [
        ([], GalleryError, "Pick the face boxes"),
        ([99], NotFoundError, "no face 99"),
        ([1, 99], NotFoundError, "no face 99"),
        ([2], NotFoundError, "no face 2"),
    ],
)
def test_boxes_that_cannot_be_deleted(
    library: Library, faces: list[int], error: type[GalleryError], message: str
) -> None:
    small.add(library, [Seen(0), Seen(0)])
    remove_faces(library, [2])
    with pytest.raises(error, match=message):
        remove_faces(library, faces)
    assert face_store.count(library) == 1
    assert len(small.sentences(library)) == 1
