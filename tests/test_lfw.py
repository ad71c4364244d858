"""A floor under the quality of grouping, on a fixed part of LFW."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from gallery.config import Settings
from gallery.pipeline import FaceModels, ingest
from gallery.records import IngestReport
from gallery.sources import find_photos
from gallery.store.library import Library, open_library
from gallery.store.tables import faces, memberships, photo_files
from gallery.workflow import group_library

pytestmark = [pytest.mark.lfw, pytest.mark.models]

PEOPLE = 30
PHOTOS = 10


@pytest.fixture(scope="module")
def people(lfw: Path) -> dict[str, list[Path]]:
    """The first thirty people with at least ten photos, by name, and ten photos of each."""
    everyone = {
        folder.name: sorted(folder.glob("*.jpg"))[:PHOTOS]
        for folder in sorted(lfw.iterdir())
        if folder.is_dir()
    }
    enough = [name for name, photos in everyone.items() if len(photos) == PHOTOS]
    return {name: everyone[name] for name in enough[:PEOPLE]}


@pytest.fixture(scope="module")
def grouped(
    people: dict[str, list[Path]],
    models: FaceModels,
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Library:
    library = open_library(tmp_path_factory.mktemp("lfw") / "library")
    report = IngestReport()
    photos = [photo for photos in people.values() for photo in photos]
    # LFW's pictures are small and were enlarged, so some are as soft as a blurred photo.
    taken = settings.with_changes(min_sharpness=0)
    for _ in ingest(library, find_photos(photos, taken), models, taken, report):
        pass
    assert (report.added, report.failed) == (PEOPLE * PHOTOS, [])
    group_library(library, settings, models.space)
    yield library
    library.close()


@pytest.fixture(scope="module")
def found(grouped: Library) -> list[tuple[str, int, int | None]]:
    """Name, photo and person of the face in the middle of each photo, whom LFW names."""
    query = (
        select(photo_files.c.path, faces, memberships.c.person_id)
        .join(faces, faces.c.photo_id == photo_files.c.photo_id)
        .outerjoin(memberships, memberships.c.face_id == faces.c.id)
    )
    middle: dict[int, tuple[float, str, int | None]] = {}
    with grouped.read() as connection:
        for row in connection.execute(query):
            off = abs(row.x0 + row.x1 - 250) + abs(row.y0 + row.y1 - 250)
            if row.photo_id not in middle or off < middle[row.photo_id][0]:
                middle[row.photo_id] = (off, Path(row.path).parent.name, row.person_id)
    return [(name, photo, person) for photo, (_, name, person) in middle.items()]


def test_every_photo_has_a_face(found: list[tuple[str, int, int | None]]) -> None:
    assert len({photo for _, photo, _ in found}) == PEOPLE * PHOTOS


def pairs(count: int) -> int:
    return count * (count - 1) // 2


def test_faces_of_a_person_are_together_and_others_apart(
    found: list[tuple[str, int, int | None]],
) -> None:
    truth = Counter(name for name, _, _ in found)
    groups = Counter(person for _, _, person in found if person is not None)
    both = Counter((name, person) for name, _, person in found if person is not None)
    right = sum(map(pairs, both.values()))
    precision = right / sum(map(pairs, groups.values()))
    recall = right / sum(map(pairs, truth.values()))
    measure = 2 * precision * recall / (precision + recall)
    assert measure >= 0.97, f"pairwise F {measure:.4f}, {precision=:.4f}, {recall=:.4f}"


def test_no_group_mixes_two_people(found: list[tuple[str, int, int | None]]) -> None:
    groups: dict[int, Counter[str]] = {}
    for name, _, person in found:
        if person is not None:
            groups.setdefault(person, Counter())[name] += 1
    mixed = {}
    for person, names in groups.items():
        second = names.most_common(2)[1:]
        if second and second[0][1] / names.total() > 0.1:
            mixed[person] = names
    assert mixed == {}


def test_hardly_anybody_is_left_over(found: list[tuple[str, int, int | None]]) -> None:
    nobody = [name for name, _, person in found if person is None]
    assert len(nobody) <= 6, nobody
