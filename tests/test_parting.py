"""How a mixed group may be parted, and which faces are worth a look."""

from __future__ import annotations

import pytest
import small_library as small
from small_library import LINK, LOOSE, Seen
from synthetic import SPACE

from gallery import corrections
from gallery.errors import NotFoundError
from gallery.oddness import faces_by_oddness
from gallery.parting import propose_parts
from gallery.store import tables
from gallery.store.library import Library


def mixed(library: Library, *who: int) -> None:
    """All in one person, whoever they are; the noise is small so that all are clearly alike."""
    small.add(library, [Seen(one) for one in who], noise=0.1)
    small.regroup(library, LOOSE)
    assert len(small.groups(library)) == 1


@pytest.mark.parametrize(
    ("who", "parts"),
    [
        pytest.param((0, 0, 0, 1, 1), [[1, 2, 3], [4, 5]], id="two people"),
        pytest.param((0, 1, 2, 1, 0, 2, 2), [[3, 6, 7], [1, 5], [2, 4]], id="three people"),
        pytest.param((0, 0, 0, 1, 1, 2), [[1, 2, 3, 6], [4, 5]], id="a single odd face stays"),
        pytest.param((0, 1), [[1], [2]], id="two faces"),
        pytest.param((0, 0, 1), [[1, 2], [3]], id="of three, one may be somebody else"),
    ],
)
def test_parts(library: Library, who: tuple[int, ...], parts: list[list[int]]) -> None:
    mixed(library, *who)
    assert sorted(map(sorted, propose_parts(library, 1, SPACE, LINK))) == sorted(parts)
    assert len(propose_parts(library, 1, SPACE, LINK)[0]) == max(map(len, parts))


def test_one_person_is_not_parted(library: Library) -> None:
    small.add(library, [Seen(0) for _ in range(5)], noise=0.0)
    small.regroup(library)
    assert propose_parts(library, 1, SPACE, LINK) == [[1, 2, 3, 4, 5]]


def test_a_person_without_faces_and_one_that_is_not_there(library: Library) -> None:
    small.album(library, 2, 1)
    corrections.merge(library, 1, [2])
    assert propose_parts(library, 2, SPACE, LINK) == []
    with pytest.raises(NotFoundError, match="no person 99"):
        propose_parts(library, 99, SPACE, LINK)


@pytest.mark.parametrize("gone", [[5], [1, 2, 3, 4, 5]])
def test_faces_that_are_not_described_stay_in_the_largest_part(
    library: Library, gone: list[int]
) -> None:
    mixed(library, 0, 0, 1, 1, 0)
    with library.write() as connection:
        connection.execute(tables.vectors.delete().where(tables.vectors.c.face_id.in_(gone)))
    parts = propose_parts(library, 1, SPACE, LINK)
    assert sorted(face for part in parts for face in part) == [1, 2, 3, 4, 5]
    assert set(gone) <= set(parts[0])


def test_what_is_proposed_can_be_done(library: Library) -> None:
    mixed(library, 0, 0, 0, 1, 1)
    parts = propose_parts(library, 1, SPACE, LINK)
    (own,) = corrections.split(library, 1, parts[1:])
    assert small.faces_of(library, own.id) == [4, 5]


def test_the_least_alike_faces_come_first(library: Library) -> None:
    mixed(library, 0, 0, 0, 1, 0)
    corrections.confirm(library, 1, [2])
    with library.write() as connection:
        connection.execute(tables.vectors.delete().where(tables.vectors.c.face_id == 5))
    listed = faces_by_oddness(library, 1, SPACE)
    assert listed[0].face_id == 4
    assert (listed[-1].face_id, listed[-1].score) == (5, None)
    scores = [face.score for face in listed[:-1]]
    assert scores == sorted(scores, key=lambda score: score or 0)
    assert [face.face_id for face in listed if face.confirmed] == [2]
    assert all(face.path.endswith(".jpg") and face.crop for face in listed)


def test_a_single_face_is_like_nothing(library: Library) -> None:
    small.album(library, 1)
    (face,) = faces_by_oddness(library, 1, SPACE)
    assert (face.face_id, face.score) == (1, None)
