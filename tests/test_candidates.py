"""Who faces are most like, and whom a merged person became."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_library import SPACE, Seen, add, album, empty, owner, owners, regroup

from gallery import corrections, decisions
from gallery.candidates import best_for_each, most_alike
from gallery.merged import who_became
from gallery.store import faces as face_store
from gallery.store.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return empty(tmp_path / "library")


def test_persons_come_by_average_similarity(library: Library) -> None:
    faces = add(library, [Seen(0), Seen(0), Seen((0, 1)), Seen((0, 1)), Seen(2)], noise=0)
    regroup(library)
    described = face_store.embedded(library, SPACE)
    found = most_alike(described, owners(library), [faces[0]])
    assert found[0][0] == owner(library, faces[1])
    scores = dict(found)
    # The face itself does not count for its own person.
    vectors = described.vectors
    own = [faces.index(f) for f in faces[1:] if owner(library, f) == owner(library, faces[0])]
    assert scores[owner(library, faces[0])] == pytest.approx(
        sum(float(vectors[0] @ vectors[i]) for i in own) / len(own), abs=1e-6
    )
    assert scores[owner(library, faces[4])] == pytest.approx(0, abs=1e-6)


def test_faces_that_are_not_described_are_like_nobody(library: Library) -> None:
    album(library, 2)
    assert most_alike(face_store.embedded(library, SPACE), owners(library), [99]) == []


def test_each_face_has_the_best_person_it_is_not_known_not_to_be(library: Library) -> None:
    faces = add(library, [Seen(0), Seen(0), Seen(1), Seen(1), Seen((0, 0, 1))], noise=0)
    regroup(library)
    first, second = owner(library, faces[0]), owner(library, faces[2])
    described = face_store.embedded(library, SPACE)
    persons = {face: p for face, p in owners(library).items() if face != faces[4]}
    free = best_for_each(described, persons, {}, [faces[4], 99])
    assert set(free) == {faces[4]}
    told = best_for_each(described, persons, {faces[4]: {first}}, [faces[4]])
    assert told[faces[4]][0] == second
    assert best_for_each(described, persons, {faces[4]: {first, second}}, [faces[4]]) == {}


def test_a_merged_person_became_another_until_that_is_taken_back(library: Library) -> None:
    one, two, three = (owner(library, faces[0]) for faces in album(library, 4, 3, 2))
    assert who_became(library, three) is None
    corrections.merge(library, two, [three])
    corrections.merge(library, one, [two])
    assert who_became(library, three).id == one
    assert who_became(library, one) is None
    decisions.undo(library)
    assert who_became(library, three).id == two
    assert who_became(library, two) is None
