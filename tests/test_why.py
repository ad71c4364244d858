"""Why a face is where it is."""

from __future__ import annotations

import numpy as np
import pytest
import small_library as small
from small_library import Seen
from synthetic import SPACE

from gallery import corrections
from gallery.boxes import remove_faces
from gallery.decisions import undo
from gallery.errors import NotFoundError
from gallery.grouping import join_new
from gallery.join import JoinOptions
from gallery.people import name_person
from gallery.store import faces as face_store
from gallery.store import tables
from gallery.store.library import Library
from gallery.why import SUPPORTERS, explain


@pytest.fixture
def album(library: Library) -> Library:
    """Persons 1, 2 and 3 with faces 1-6, 7-10 and 11-12, and face 13 that is nobody's."""
    small.album(library, 6, 4, 2)
    small.add(library, [Seen((4, 0), quality=0.1)], seed=1)
    small.regroup(library, small.GraphOptions(0.8, 0.8))
    return library


def test_a_grouped_face(album: Library) -> None:
    why = explain(album, 1, SPACE)
    vectors = face_store.embedded(album, SPACE).vectors
    to_others = vectors[1:6] @ vectors[0]
    assert why.own is not None
    assert why.own.person.label == "Person 1"
    assert why.own.score == pytest.approx(float(to_others.mean()), abs=1e-5)
    supporters = [s.similarity for s in why.own.supporters]
    assert len(supporters) == SUPPORTERS
    assert supporters == pytest.approx(sorted(to_others.tolist(), reverse=True)[:SUPPORTERS])
    assert 1 not in [s.face_id for s in why.own.supporters]
    means = {2: vectors[6:10], 3: vectors[10:12]}
    scores = {person: float(np.mean(some @ vectors[0])) for person, some in means.items()}
    assert why.runner_up is not None
    assert why.runner_up.person.id == max(scores, key=lambda person: scores[person])
    assert why.margin == pytest.approx(why.own.score - max(scores.values()), abs=1e-5)
    assert (why.decision, why.threshold, why.space) == (None, 0.8, SPACE)
    assert why.run is not None
    first, alike, following, quality = why.sentences
    assert first.startswith("It was grouped with Person 1 by run 2 (graph: ")
    assert "link 0.8" in first
    assert alike.endswith("on average; groups merge from 0.80 on.")
    assert f"margin of {why.margin:.2f}" in following
    assert quality == "Quality 0.90 of 1: 50 pixels, facing the camera, sharpness 80."


def test_a_face_that_a_user_placed(album: Library) -> None:
    corrections.move(album, [1], 2)
    why = explain(album, 1, SPACE)
    assert why.placement.confirmed
    assert why.decision is not None
    assert why.sentences[0].startswith("It is Person 2 because of what you said: Said that 1 face")
    assert [person.id for person in why.rejected] == [1]
    assert "You said that it is not Person 1." in why.sentences
    assert why.runner_up is not None
    assert why.runner_up.person.id == 3, "it is known not to be Person 1"
    assert why.margin is not None
    assert why.margin == pytest.approx(0, abs=1)


def test_a_named_persons_face(album: Library) -> None:
    name_person(album, 1, "Ada")
    assert "Named Person 1 “Ada”" in explain(album, 1, SPACE).sentences[0]
    undo(album)
    assert explain(album, 1, SPACE).decision is None


def test_a_face_of_nobody(album: Library) -> None:
    why = explain(album, 13, SPACE)
    assert (why.own, why.margin, why.run) == (None, None, None)
    assert why.runner_up is not None
    assert why.runner_up.person.id == 1
    assert why.sentences[0].startswith("It is nobody's")
    assert why.sentences[1].startswith("Next comes Person 1 with 0.")
    assert "margin" not in why.sentences[1]


def test_a_face_that_joined(album: Library) -> None:
    (face,) = small.add(album, [Seen(0)], seed=5)
    strangers = small.add(album, [Seen(6), Seen(6)], noise=0.05, seed=6)
    join_new(album, SPACE, small.OPTIONS, small.WEAK, JoinOptions(link=0.55))
    why = explain(album, face, SPACE, join=0.55)
    assert (why.joined, why.threshold) == (True, 0.55)
    assert why.sentences[0].startswith("It came after run 2 and joined Person 1, ")
    assert why.sentences[1].endswith("on average; new faces join from 0.55 on.")
    assert not explain(album, 2, SPACE, join=0.55).joined
    assert not explain(album, strangers[0], SPACE, join=0.55).joined, "they found each other"


def test_a_rejected_face(album: Library) -> None:
    corrections.reject(album, [1], 1)
    why = explain(album, 1, SPACE)
    assert why.own is None
    said = "It is nobody's because of what you said: Said that 1 face is not Person 1."
    assert why.sentences[0] == said
    assert why.runner_up is not None
    assert why.runner_up.person.id != 1
    assert why.sentences[-1] == "You said that it is not Person 1."


def test_a_face_moved_back_is_not_said_to_be_somebody_else(album: Library) -> None:
    corrections.reject(album, [1], 1)
    corrections.move(album, [1], 1)
    assert [s for s in explain(album, 1, SPACE).sentences if "is not" in s] == []


def test_a_face_that_is_not_described(album: Library) -> None:
    with album.write() as connection:
        connection.execute(tables.vectors.delete().where(tables.vectors.c.face_id == 1))
    why = explain(album, 1, SPACE)
    assert (why.space, why.runner_up, why.margin) == (None, None, None)
    assert why.own is not None
    assert (why.own.person.id, why.own.supporters) == (1, [])
    assert any("not described by the present model yet" in said for said in why.sentences)
    assert not any("no other face" in said for said in why.sentences)


def test_the_only_face_of_a_person(album: Library) -> None:
    corrections.move(album, [1], None)
    why = explain(album, 1, SPACE)
    assert why.margin is None
    assert any(said == "Person 4 has no other face to compare it with." for said in why.sentences)


def test_a_face_whose_run_is_no_longer_kept(album: Library) -> None:
    with album.write() as connection:
        connection.execute(tables.runs.delete().where(tables.runs.c.current))
    why = explain(album, 1, SPACE)
    assert (why.run, why.threshold) == (None, None)
    assert why.sentences[0].startswith("It is Person 1, ")
    assert why.sentences[1].endswith("on average.")


@pytest.mark.parametrize("face", [99, 2])
def test_no_such_face(album: Library, face: int) -> None:
    remove_faces(album, [2])
    with pytest.raises(NotFoundError, match=f"no face {face}"):
        explain(album, face, SPACE)
