"""Faces of known people grouped as if nobody were known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import small_library as small
from small_library import LINK, Seen
from synthetic import SPACE, blobs

from gallery.algorithms import ALGORITHMS, choose
from gallery.corrections import confirm, merge
from gallery.evaluate.grouped import (
    CURVE_POINTS,
    FaceSet,
    Grouping,
    curve,
    document,
    folder_set,
    group_set,
    knob_values,
    mistakes,
    own_set,
    score,
)
from gallery.evaluate.labelled import LabelledFaces
from gallery.evaluate.measuring import measure_grouping
from gallery.records import Progress
from gallery.store import evaluations
from gallery.store.library import Library

HOW = Grouping(small.OPTIONS, small.WEAK)


def known(*sizes: int, noise: float = 0.35) -> FaceSet:
    """People a, b, ... with so many faces, one in each photo."""
    vectors, people = blobs(0, list(sizes), noise=noise)
    return FaceSet(
        name="made",
        space=SPACE,
        vectors=vectors,
        quality=np.ones(len(vectors), dtype=np.float32),
        photos=np.arange(len(vectors)),
        people=[chr(ord("a") + int(person)) for person in people],
        ids=list(range(len(vectors))),
    )


def test_what_was_said_is_the_truth_and_not_a_help(library: Library) -> None:
    one, other = small.album(library, 6, 3)
    merge(library, small.owner(library, one[0]), [small.owner(library, other[0])])
    confirm(library, small.owner(library, one[0]))
    faces = own_set(library, SPACE)
    assert faces.ids == [*one, *other]
    assert faces.people == ["Person 1"] * 9
    labels = group_set(faces, HOW)
    scores = score(faces, labels)
    assert scores is not None
    # Said to be one person, found to be two: 15 + 3 of 36 pairs.
    assert scores.pairwise.recall == pytest.approx(18 / 36)
    impure, fragmented = mistakes(faces, labels)
    assert (impure, [m.wrong for m in fragmented]) == ([], [3])


def test_only_faces_of_known_people_are_scored(library: Library) -> None:
    one, _ = small.album(library, 6, 3)
    confirm(library, small.owner(library, one[0]), one[:4])
    faces = own_set(library, SPACE)
    labels = group_set(faces, HOW)
    found = document(faces, labels, HOW)
    assert (found["grouped"], found["groups"], found["faces"], found["people"]) == (9, 2, 4, 1)
    assert found["without_largest"] == {"left_out": "Person 1"}
    assert found["silhouette"] > 0.5


def test_without_known_people_there_is_no_score(library: Library) -> None:
    small.album(library, 6, 3)
    faces = own_set(library, SPACE)
    found = measure_grouping(library, faces, HOW)
    assert "pairwise_f" not in found
    assert found["groups"] == 2
    assert evaluations.listed(library) == []


def test_figures_mistakes_and_curve_are_kept(library: Library) -> None:
    faces = known(8, 8, 4)
    steps: list[Progress] = []
    found = measure_grouping(library, faces, HOW, steps.append, with_curve=True)
    [kept] = evaluations.listed(library, "clusters")
    assert (kept.data, kept.document["pairwise_f"]) == ("made", found["pairwise_f"])
    drawn = kept.document["curve"]
    assert drawn["knob"] == "link"
    assert {len(drawn[name]) for name in ("values", "pairwise_f", "purity", "clusters")} == {
        CURVE_POINTS
    }
    assert steps[-1].done == steps[-1].total == CURVE_POINTS
    assert found["fragmented"] == len(found["fragmented_people"])


def test_a_curve_has_its_top_between_everybody_and_nobody() -> None:
    faces = known(12, 12, 12, noise=0.8)
    drawn = curve(faces, Grouping(choose("graph", {"link": 0.5}, 0.5, 0.5), 0.25))
    assert drawn["clusters"] == sorted(drawn["clusters"])
    best = int(np.argmax(drawn["bcubed_f"]))
    assert drawn["bcubed_f"][best] == 1
    assert drawn["bcubed_f"][-1] < 1
    assert drawn["purity"][-1] == 1


@pytest.mark.parametrize("name", ALGORITHMS)
def test_every_algorithm_has_a_curve_within_its_range(name: str) -> None:
    method = choose(name, {}, LINK, LINK)
    knob = ALGORITHMS[name].parameters[0]
    own = {p.name for p in ALGORITHMS[name].parameters}
    given = {key: value for key, value in method.parameters.items() if key in own}
    values = knob_values(name, given, 30)
    assert values == sorted(set(values))
    assert len(values) > 5
    for value in values:
        choose(name, given | {knob.name: value}, LINK, LINK)


def test_a_gate_holds_faces_back() -> None:
    from gallery.doubt import DoubtOptions

    faces = known(12, 12, noise=0.9)
    gate = DoubtOptions(LINK, limit=0.01, easing=0)
    free = document(faces, group_set(faces, HOW), HOW)
    gated = Grouping(HOW.method, HOW.weak_quality, gate)
    held = document(faces, group_set(faces, gated), gated)
    assert held["nobodys"] > free["nobodys"] == 0


def test_a_folder_has_a_face_for_each_photo() -> None:
    faces = LabelledFaces(
        photos=[Path("x/1.jpg"), Path("y/2.jpg")],
        people=["x", "y"],
        vectors=np.eye(2, 8, dtype=np.float32),
        quality=np.ones(2, dtype=np.float32),
    )
    found = folder_set("folder", faces, SPACE)
    assert (found.ids, found.people, found.known) == (["x/1.jpg", "y/2.jpg"], ["x", "y"], [0, 1])
    assert len(set(group_set(found, HOW))) == 2


def test_unlike_people_in_one_photo_stay_two(library: Library) -> None:
    small.add(library, [Seen(0, photo="p"), Seen(0, photo="p"), Seen(1)])
    small.regroup(library)
    faces = own_set(library, SPACE)
    labels = group_set(faces, HOW)
    assert labels[0] != labels[1]
