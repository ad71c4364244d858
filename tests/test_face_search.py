"""Searching by a face: the index is as good as looking at every face, and forgets who is to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import small_library as small
from sqlalchemy import delete, update
from synthetic import SPACE, add_faces, add_photo, random_units

from gallery import photo_bin, vector_index
from gallery.config import Settings
from gallery.errors import LibraryError, NotFoundError, RefusedPhoto
from gallery.face_search import Probe, faces_in, most_likely, open_index, photos_like, vector_of
from gallery.forgetting import forget_person
from gallery.join import JoinOptions
from gallery.people import name_person
from gallery.pipeline import FaceModels
from gallery.search import read_query
from gallery.store import face_index
from gallery.store import faces as face_store
from gallery.store.library import Library, open_library
from gallery.store.tables import faces as face_table
from gallery.store.tables import photos as photo_table
from gallery.vector_index import VectorIndex

OPTIONS = JoinOptions(0.5)


def filled(count: int, dim: int = 16, expected: int | None = None) -> VectorIndex:
    index = VectorIndex.empty(dim, expected or count)
    ids = np.arange(count, dtype=np.int64) * 3 + 5
    list(index.add(ids, random_units(0, count, dim)))
    return index


@pytest.mark.parametrize("expected", [500, vector_index.EXACT_UP_TO + 1])
def test_an_index_finds_what_looking_at_everything_finds(tmp_path: Path, expected: int) -> None:
    vectors = random_units(0, 500, 16)
    filled(500, expected=expected).save(tmp_path / "index")
    index = VectorIndex.load(tmp_path / "index")
    assert len(index) == 500
    assert index.ids.tolist() == list(range(5, 1505, 3))
    shares = []
    for row in range(0, 500, 25):
        scores, ids = index.search(vectors[row], 10)
        best = np.argsort(-(vectors @ vectors[row]), kind="stable")[:10] * 3 + 5
        assert ids[0] == row * 3 + 5
        assert scores[0] == pytest.approx(1, abs=1e-5)
        assert (np.diff(scores) <= 1e-6).all()
        shares.append(len(np.intersect1d(ids, best)) / 10)
    assert np.mean(shares) >= 0.99


def test_an_index_gives_no_more_than_it_has() -> None:
    scores, ids = filled(3).search(random_units(1, 1, 16)[0], 10)
    assert len(scores) == len(ids) == 3
    assert list(VectorIndex.empty(16, 0).search(random_units(1, 1, 16)[0], 10)[1]) == []


def test_a_file_that_is_no_index_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index").write_bytes(b"nothing")
    for name in ("index", "missing"):
        with pytest.raises(OSError, match="is no index"):
            VectorIndex.load(tmp_path / name)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Three people with four, three and two photos, and their faces."""
    opened = small.empty(tmp_path / "library")
    yield opened
    opened.close()


def files(library: Library) -> list[Path]:
    return sorted((library.root / "index").glob("*"))


def like(library: Library, face: int, least: float = 0.5, **more: object) -> list[int]:
    index = open_index(library, SPACE)
    vector = vector_of(library, SPACE, face)
    found = photos_like(library, index, vector, least, limit=50, but=(face,), **more)  # type: ignore[arg-type]
    assert [match.score for match in found] == sorted((m.score for m in found), reverse=True)
    return [match.face_id for match in found]


def test_photos_of_the_same_person_are_found_by_a_face(library: Library) -> None:
    a, b, _ = small.album(library, 4, 3, 2)
    assert sorted(like(library, a[0])) == a[1:]
    assert sorted(like(library, b[1])) == [b[0], b[2]]
    assert like(library, a[0], 0.9999) == []
    assert len(like(library, a[0], -1.0)) == 8


def test_a_query_narrows_what_a_face_finds(library: Library) -> None:
    a, *_ = small.album(library, 4, 3, 2)
    with library.write() as connection:
        connection.execute(update(photo_table).where(photo_table.c.id == 2).values(title="Lyon"))
    assert like(library, a[0], query=read_query("lyon")) == [a[1]]
    assert sorted(like(library, a[0], query=read_query("-lyon"))) == a[2:]


def test_who_a_face_most_likely_is(library: Library) -> None:
    a, b, _ = small.album(library, 4, 3, 2)
    name_person(library, small.owner(library, a[0]), "Ada")
    index = open_index(library, SPACE)
    likely = most_likely(
        library, SPACE, index, vector_of(library, SPACE, a[0]), OPTIONS, but=(a[0],)
    )
    assert likely.person is not None
    assert (likely.person.label, likely.sure) == ("Ada", True)
    assert likely.runner_up is not None
    assert likely.margin == pytest.approx(likely.score - _to(library, a[0], b), abs=0.4)
    assert likely.margin is not None
    assert likely.margin > 0.5
    # Somebody at right angles to all of them.
    stranger = small.vectors_of([small.Seen(7)])[0]
    nobody = most_likely(library, SPACE, index, stranger, OPTIONS)
    assert (nobody.person, nobody.sure) == (None, False)


def _to(library: Library, face: int, others: list[int]) -> float:
    vector = vector_of(library, SPACE, face)
    return float(np.mean([vector @ vector_of(library, SPACE, other) for other in others]))


def test_the_index_is_kept_and_follows_the_faces(library: Library) -> None:
    a, *_ = small.album(library, 4, 3, 2)
    open_index(library, SPACE)
    [first] = files(library)
    made = first.stat().st_mtime_ns
    # Vectors of another detector are comparable, and in the same file.
    open_index(library, replace(SPACE, detector="another"))
    assert [(file, file.stat().st_mtime_ns) for file in files(library)] == [(first, made)]
    [new] = small.add(library, [small.Seen(0)], seed=9)
    assert new in like(library, a[0])
    assert first not in files(library)
    assert len(files(library)) == 1
    with library.write() as connection:
        connection.execute(update(face_table).where(face_table.c.id == new).values(removed=True))
    assert new not in like(library, a[0])
    with library.write() as connection:
        connection.execute(delete(face_table).where(face_table.c.id == a[1]))
    assert a[1] not in like(library, a[0])
    assert a[1] not in open_index(library, SPACE).ids


def test_a_large_index_is_added_to(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (vector_index, face_index):
        monkeypatch.setattr(module, "EXACT_UP_TO", 15)
    a, *_ = small.album(library, 4, 8, 7)
    told: list[tuple[int, int]] = []
    open_index(library, SPACE, lambda done, total: told.append((done, total)))
    assert told == [(19, 19)]
    [new] = small.add(library, [small.Seen(0)], seed=9)
    open_index(library, SPACE, lambda done, total: told.append((done, total)))
    assert told[1:] == [(20, 20)]
    assert len(open_index(library, SPACE)) == 20
    assert sorted(like(library, a[0])) == [*a[1:], new]
    with library.write() as connection:
        connection.execute(delete(face_table).where(face_table.c.id.in_(a[1:3])))
    # So many are gone that it is made anew.
    assert len(open_index(library, SPACE)) == 18


def test_a_file_as_an_earlier_version_made_it_is_replaced(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.album(library, 4, 3)
    open_index(library, SPACE)
    [old] = files(library)
    monkeypatch.setattr(face_index, "_VERSION", face_index._VERSION + 1)
    open_index(library, SPACE)
    [new] = files(library)
    assert new != old


def test_who_is_forgotten_is_in_no_index(library: Library) -> None:
    a, b, _ = small.album(library, 4, 3, 2)
    open_index(library, SPACE)
    forget_person(library, small.owner(library, a[0]))
    assert files(library) == []
    assert not set(a) & set(open_index(library, SPACE).ids.tolist())
    assert like(library, b[0], -1.0)


def test_whose_photo_is_deleted_for_good_is_in_no_index(library: Library) -> None:
    a, *_ = small.album(library, 4, 3, 2)
    open_index(library, SPACE)
    photo = face_store.get(library, a[0]).photo_id
    photo_bin.put(library, [photo])
    assert len(files(library)) == 1
    photo_bin.empty(library)
    assert files(library) == []
    assert a[0] not in open_index(library, SPACE).ids


def test_owners_have_indexes_of_their_own(library: Library) -> None:
    small.album(library, 4, 3, 2)
    other = open_library(library.root, "other")
    assert len(open_index(other, SPACE)) == 0
    with pytest.raises(NotFoundError):
        vector_of(other, SPACE, 1)
    face_index.forget(other)
    open_index(library, SPACE)
    face_index.forget(other)
    assert len(files(library)) == 1
    other.close()


def test_a_face_without_a_vector_is_said(library: Library) -> None:
    small.album(library, 2)
    with pytest.raises(LibraryError, match="not described with other"):
        vector_of(library, replace(SPACE, model="other"), 1)


@pytest.mark.models
def test_a_picture_is_looked_at_and_not_kept(
    library: Library, album: Path, models: FaceModels, settings: Settings
) -> None:
    def faces_of(name: str) -> list[Probe]:
        return faces_in((album / "space-coast" / name).read_bytes(), models, settings)

    [known, *_] = faces_of("astronaut.jpg")
    with library.write() as connection:
        photo = add_photo(library, connection)
        [face] = add_faces(library, connection, photo, known.vector[None], models.space)
    before = everything(library)
    probes = faces_of("astronaut-and-admiral.jpg")
    assert [probe.face.width for probe in probes] == sorted(
        (probe.face.width for probe in probes), reverse=True
    )
    assert all(probe.picture.startswith(b"\xff\xd8") for probe in probes)
    index = open_index(library, models.space)
    found = [photos_like(library, index, probe.vector, 0.5, limit=9) for probe in probes]
    assert [match.face_id for matches in found for match in matches] == [face]
    assert everything(library) - before == set(files(library))
    with pytest.raises(RefusedPhoto):
        faces_in(b"no picture", models, settings)


def everything(library: Library) -> set[Path]:
    return {p for p in library.root.rglob("*") if p.is_file() and "library.db" not in p.name}
