"""The owner's own people as a test set: which pairs there are, and what they can tell."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import small_library as small
from small_library import Seen
from synthetic import SPACE

from gallery.corrections import confirm
from gallery.errors import NotFoundError
from gallery.evaluate.grouped import Grouping, own_set
from gallery.evaluate.measuring import keep_own, measure_grouping
from gallery.evaluate.own import (
    KnownFaces,
    document,
    known_faces,
    own_pairs,
    slices,
    too_little,
)
from gallery.evaluate.verification import rates_at
from gallery.forgetting import forget_person
from gallery.people import name_person
from gallery.store import evaluations
from gallery.store.library import Library


def test_only_confirmed_faces_count(library: Library) -> None:
    one, other = small.album(library, 6, 3)
    assert len(known_faces(library, SPACE).ids) == 0
    name_person(library, small.owner(library, one[0]), "Ada")
    confirm(library, small.owner(library, other[0]), other[:2])
    known = known_faces(library, SPACE)
    assert len(known.ids) == 4 + 2
    assert known.labels == {1: "Ada", 2: "Person 2"}
    pairs = own_pairs(known)
    assert (int(pairs.trials.genuine.sum()), len(pairs.trials.genuine)) == (6 + 1, 15)
    assert not pairs.drawn
    alike = known.vectors @ known.vectors.T
    assert pairs.trials.scores == pytest.approx(alike[pairs.left, pairs.right], abs=1e-6)
    same = known.persons[pairs.left] == known.persons[pairs.right]
    assert pairs.trials.genuine.tolist() == same.tolist()


def faces(
    persons: list[int],
    vectors: np.ndarray | None = None,
    sizes: list[float] | None = None,
    years: list[float] | None = None,
) -> KnownFaces:
    count = len(persons)
    taken = [datetime(int(y), 1, 1, tzinfo=UTC).timestamp() for y in years or []]
    return KnownFaces(
        ids=np.arange(count),
        photos=np.arange(count),
        persons=np.array(persons),
        labels={person: f"Person {person}" for person in persons},
        vectors=np.eye(count, dtype=np.float32) if vectors is None else vectors,
        sizes=np.array(sizes or [100.0] * count),
        sharpness=np.full(count, np.nan),
        seconds=np.array(taken or [np.nan] * count),
    )


def test_a_pair_is_as_hard_as_its_harder_face_and_few_pairs_tell_nothing() -> None:
    # Twelve faces of Person 1, ten large ones and two small; three of Person 2.
    persons, sizes = [1] * 12 + [2] * 3, [100.0] * 10 + [30.0] * 2 + [100.0] * 3
    found = {
        part.name: part
        for part in slices(own_pairs(faces(persons, sizes=sizes)), 0.5)
        if part.kind == "size"
    }
    assert set(found) == {"below 40 pixels", "80 to 160 pixels"}
    small_, large = found["below 40 pixels"], found["80 to 160 pixels"]
    assert (small_.genuine, small_.impostors) == (2 * 10 + 1, 2 * 3)
    assert (small_.far, small_.frr) == (None, None)
    assert (large.genuine, large.impostors) == (10 * 9 / 2 + 3, 10 * 3)
    # Vectors at right angles: nobody is accepted.
    assert (large.far, large.frr) == (0, 1)


def test_years_and_days_apart() -> None:
    found = slices(own_pairs(faces([1, 1, 1, 2], years=[2000, 2003, 2020, 2000])), 0.5)
    counts = {(part.kind, part.name): (part.genuine, part.impostors) for part in found}
    assert counts["years", "below 1 years apart"] == (0, 1)
    assert counts["years", "1 to 5 years apart"] == (1, 1)
    assert counts["years", "10 and more years apart"] == (2, 1)
    assert counts["event", "within a day"] == (0, 1)
    assert counts["event", "further apart"] == (3, 2)
    assert counts["person", "Person 2"] == (0, 3)


def test_without_dates_or_measures_there_are_only_persons() -> None:
    known = faces([1, 1, 2], sizes=[float("nan")] * 3)
    assert {part.kind for part in slices(own_pairs(known), 0.5)} == {"person"}


def test_many_pairs_are_drawn_by_a_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gallery.evaluate.own.MOST_GENUINE", 40)
    monkeypatch.setattr("gallery.evaluate.own.MOST_IMPOSTOR", 60)
    known = faces([1] * 30 + [2] * 5)
    pairs = own_pairs(known, seed=1)
    same = pairs.trials.genuine
    assert pairs.drawn
    assert 0 < (~same).sum() <= 60
    of_one = known.persons[pairs.left[same]]
    assert ((of_one == 1).sum(), (of_one == 2).sum()) == (20, 10), "as many of each as there are"
    assert len({*zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)}) == len(same)
    assert (pairs.left != pairs.right).all()
    again = own_pairs(known, seed=1)
    assert np.array_equal(again.left, pairs.left)


def test_somebody_with_very_many_faces_takes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gallery.evaluate.own.MOST_GENUINE", 1000)
    persons = [1] * 30_000 + [2]
    tracemalloc.start()
    pairs = own_pairs(faces(persons, np.ones((len(persons), 1), np.float32)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (pairs.drawn, int(pairs.trials.genuine.sum())) == (True, 1000)
    assert peak < 300e6, "all 450 million pairs would be over 7 GB"


def test_each_person_is_counted_by_the_pairs_with_its_faces() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(60, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    pairs = own_pairs(faces([row % 5 for row in range(60)], vectors))
    found = {part.person_id: part for part in slices(pairs, 0.2) if part.kind == "person"}
    assert list(found) == [0, 1, 2, 3, 4]
    persons, trials = pairs.known.persons, pairs.trials
    for person, part in found.items():
        rows = (persons[pairs.left] == person) | (persons[pairs.right] == person)
        rates = rates_at(trials.rows(rows), 0.2)
        assert (part.far, part.frr) == (pytest.approx(rates.far), pytest.approx(rates.frr))
        assert part.genuine + part.impostors == rows.sum()


def test_namesakes_are_two(library: Library) -> None:
    one, other = small.album(library, 6, 6)
    ada = name_person(library, small.owner(library, one[0]), "Ada")
    name_person(library, small.owner(library, other[0]), "Ada", not_same=ada.id)
    assert sorted(known_faces(library, SPACE).labels.values()) == ["Ada", "Ada (2)"]
    assert set(own_set(library, SPACE).people) == {"Ada", "Ada (2)", None}


def test_nothing_is_kept_of_somebody_deleted_meanwhile(library: Library) -> None:
    one, other = small.album(library, 6, 6)
    for faces_of in (one, other):
        confirm(library, small.owner(library, faces_of[0]))
    pairs = own_pairs(known_faces(library, SPACE))
    grouped_faces = own_set(library, SPACE)
    forget_person(library, small.owner(library, one[0]))
    with pytest.raises(NotFoundError, match="Measure again"):
        keep_own(library, SPACE, pairs, 0.5)
    with pytest.raises(NotFoundError, match="Measure again"):
        measure_grouping(library, grouped_faces, Grouping(small.OPTIONS, small.WEAK))
    assert evaluations.listed(library) == []


@pytest.mark.parametrize(
    ("persons", "said"),
    [
        pytest.param([], ["There is too little"], id="nobody"),
        pytest.param([1, 1, 1], ["There is too little"], id="one person"),
        pytest.param([1, 2, 3], ["There is too little"], id="one face each"),
        pytest.param([1, 1, 2], ["Only 2 people", "Only 1 pair", "A FAR below"], id="two people"),
        pytest.param([who for who in range(60) for _ in range(5)], [], id="enough"),
    ],
)
def test_it_says_when_there_is_too_little(persons: list[int], said: list[str]) -> None:
    found = too_little(own_pairs(faces(persons)))
    assert [sentence[: len(start)] for sentence, start in zip(found, said, strict=True)] == said


def test_figures_and_intervals(library: Library) -> None:
    small.add(library, [Seen(who) for who in range(8) for _ in range(6)])
    small.regroup(library)
    for person in set(small.owners(library).values()):
        confirm(library, person)
    pairs = own_pairs(known_faces(library, SPACE))
    found = document(pairs, SPACE, 0.5, slices(pairs, 0.5))
    assert (found["people"], found["faces"]) == (8, 48)
    assert (found["genuine"], found["impostors"]) == (8 * 15, 48 * 47 / 2 - 8 * 15)
    assert found["accuracy_at_threshold"] == found["auc"] == found["tar_at_far"]["0.1"] == 1
    assert found["tar_at_far"]["0.001"] == 1, "one pair of 1,008"
    assert (found["far"], found["frr"], found["eer"]) == (0, 0, 0)
    assert found["intervals"] == {}
    assert any("8 people" in remark for remark in found["remarks"])
    kinds = {part["by"] for part in found["slices"]}
    assert kinds == {"size", "sharpness", "years", "event", "person"}
    many = faces([who for who in range(12) for _ in range(3)])
    assert "frr" not in own_pairs(many).intervals(0.5), "all are wrong in every draw"
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(36, 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    far = own_pairs(replace(many, vectors=vectors)).intervals(0.5)["far"]
    assert 0 < far.low < far.high < 1
