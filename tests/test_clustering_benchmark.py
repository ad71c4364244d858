"""The clustering benchmark: nobody is scored with a threshold that they chose."""

from __future__ import annotations

import importlib
from types import ModuleType

import numpy as np
import pytest
from synthetic import blobs

from gallery.evaluate.clustering import score_clustering

pytestmark = pytest.mark.usefixtures("benchmarks")


@pytest.fixture
def splits() -> ModuleType:
    return importlib.import_module("splits")


@pytest.fixture
def benchmark() -> ModuleType:
    return importlib.import_module("clustering")


def labelled(seed: int = 0) -> tuple[list[int | None], np.ndarray]:
    """A grouping with some of everything wrong, and the truth."""
    rng = np.random.default_rng(seed)
    people = np.repeat(np.arange(30), rng.integers(1, 9, 30))
    labels: list[int | None] = (people // 2 * 2 + rng.integers(0, 2, len(people))).tolist()
    for row in rng.choice(len(people), 9, replace=False).tolist():
        labels[row] = None
    return labels, people


@pytest.mark.parametrize("seed", range(3))
def test_tallies_agree_with_the_library_s_scores(splits: ModuleType, seed: int) -> None:
    labels, people = labelled(seed)
    figures = splits.tally(labels, people).figures()
    scores = score_clustering(labels, people.tolist())
    assert figures["pairwise_p"] == pytest.approx(scores.pairwise.precision)
    assert figures["pairwise_r"] == pytest.approx(scores.pairwise.recall)
    assert figures["bcubed_f"] == pytest.approx(scores.bcubed.f)
    assert figures["purity"] == pytest.approx(scores.purity)
    assert (figures["clusters"], figures["people"]) == (scores.clusters, scores.people)
    assert figures["held"] == 9


def test_halves_add_up_to_the_whole(splits: ModuleType) -> None:
    labels, people = labelled()
    half = people % 2 == 0
    added = splits.tally(labels, people, half) + splits.tally(labels, people, ~half)
    whole = splits.tally(labels, people).figures()
    assert added.figures() == pytest.approx(whole)
    assert splits.tally(labels, people, half).figures() != pytest.approx(whole)


def test_impure_clusters_are_counted_without_who_is_held_back(splits: ModuleType) -> None:
    people = np.array([1, 1, 2, 3, 3, 4])
    assert splits.tally([0, 0, 0, 1, 1, 1], people).figures()["impure"] == 2
    assert splits.tally([0, 0, None, 1, 1, 1], people).figures()["impure"] == 1


def test_who_judges_is_never_scored(splits: ModuleType) -> None:
    people = np.repeat(np.arange(700), 1)
    people = np.concatenate([people, np.repeat(np.arange(700, 740), 25)])
    seen = set()
    for trial in splits.trials(people, [0, 1]):
        judges = set(people[trial.tried[trial.judges]].tolist())
        scored = set(people[trial.grouped[trial.scored]].tolist())
        assert judges
        assert scored
        assert not judges & scored, trial.data
        seen.add(trial.data)
        if trial.data == "family":
            assert len(scored) == 530
    assert seen == {"all", "without-largest", "half", "family"}


def test_both_halves_are_scored_once_a_seed(splits: ModuleType) -> None:
    people = np.repeat(np.arange(50), 3)
    for data in ("all", "half"):
        own = [trial for trial in splits.trials(people, [3]) if trial.data == data]
        scored = np.concatenate([trial.grouped[trial.scored] for trial in own])
        assert sorted(scored.tolist()) == list(range(150))


@pytest.mark.parametrize(
    ("method", "floor"),
    [("graph", 0.95), ("graph+gate", 0.9), ("components", 0.9), ("kmeans", 0.6)],
)
def test_well_parted_people_are_found(benchmark: ModuleType, method: str, floor: float) -> None:
    vectors, truth = blobs(1, [20] * 12 + [1] * 10, noise=0.6)
    faces = benchmark.Faces(vectors, np.array(truth), np.ones(len(truth), np.float32))
    rows = benchmark.compare(faces, [method], [0], 0.25)
    assert [row["data"] for row in rows] == ["all", "without-largest", "half"]
    assert all(row["bcubed_f"] > floor for row in rows)
    assert all(row["seconds"] > 0 for row in rows)


def test_the_threshold_is_the_judges(
    benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, truth = blobs(2, [12] * 20, noise=0.6)
    faces = benchmark.Faces(vectors, np.array(truth), np.ones(len(truth), np.float32))
    runner = benchmark.Runner(faces, benchmark.CONTESTANTS["graph"], 0.25)
    asked = []
    real = benchmark.tally

    def spy(labels: object, people: np.ndarray, scored: np.ndarray) -> object:
        asked.append(frozenset(people[scored].tolist()))
        return real(labels, people, scored)

    monkeypatch.setattr(benchmark, "tally", spy)
    everyone = np.arange(len(truth))
    first = np.array(truth) < 10
    trial = importlib.import_module("splits").Trial("all", 0, everyone, first, everyone, ~first)
    runner.run(trial)
    assert set(asked[:-1]) == {frozenset(range(10))}
    assert asked[-1] == frozenset(range(10, 20))


def test_the_grid_lies_between_strangers_and_one_person(benchmark: ModuleType) -> None:
    vectors, truth = blobs(3, [15] * 20, noise=0.6)
    faces = benchmark.Faces(vectors, np.array(truth), np.ones(len(truth), np.float32))
    grid = benchmark.grid_of(faces)
    same = float(np.median((vectors @ vectors.T)[np.equal.outer(truth, truth)]))
    assert 0 < grid[0] < same < 1
    assert grid == sorted(grid)
    assert grid == benchmark.grid_of(faces)


def test_the_table_names_the_machine_and_the_goals(benchmark: ModuleType) -> None:
    vectors, truth = blobs(4, [6] * 8, noise=0.4)
    faces = benchmark.Faces(vectors, np.array(truth), np.ones(len(truth), np.float32))
    document = {
        "machine": {"cpu": "A chip", "cores": 2, "python": "3.12"},
        "space": "a space",
        "faces": 48,
        "people": 8,
        "weak": 0,
        "seeds": [0],
        "results": benchmark.compare(faces, ["graph"], [0], 0.25),
    }
    text = benchmark.as_text(document)
    assert "A chip, 2 cores" in text
    assert "goals for all: pairwise F 0.998, BCubed F 0.99, purity 0.992" in text
    assert text.count("\ngraph ") == 3
