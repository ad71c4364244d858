"""Figures of verification, by hand-worked cases and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from gallery.evaluate.bootstrap import intervals, numbered
from gallery.evaluate.figures import few_pairs, figures, histogram, thinned
from gallery.evaluate.verification import Trials, best_threshold, by_folds, rates_at


def trials(genuine: list[float], impostor: list[float]) -> Trials:
    return Trials(
        np.array([*genuine, *impostor], dtype=np.float64),
        np.array([True] * len(genuine) + [False] * len(impostor)),
    )


# Four of each kind: one genuine pair below two impostors, one impostor above two genuine pairs.
MIXED = trials([0.9, 0.7, 0.5, 0.2], [0.6, 0.3, 0.1, 0.0])


@pytest.mark.parametrize(
    ("threshold", "far", "frr", "accuracy"),
    [
        (1.0, 0.0, 1.0, 4 / 8),
        (0.65, 0.0, 0.5, 6 / 8),
        (0.6, 0.25, 0.5, 5 / 8),
        (0.4, 0.25, 0.25, 6 / 8),
        (0.15, 0.5, 0.0, 6 / 8),
        (-1.0, 1.0, 0.0, 4 / 8),
    ],
)
def test_rates_at_a_threshold(threshold: float, far: float, frr: float, accuracy: float) -> None:
    found = rates_at(MIXED, threshold)
    assert (found.far, found.frr, found.accuracy) == (far, frr, accuracy)
    assert (found.false_accepts, found.false_rejects) == (4 * far, 4 * frr)


def test_the_curve() -> None:
    curve = MIXED.curve
    assert curve.far.tolist() == [0, 0, 0, 0.25, 0.25, 0.5, 0.5, 0.75, 1]
    assert curve.tar.tolist() == [0, 0.25, 0.5, 0.5, 0.75, 0.75, 1, 1, 1]
    assert curve.thresholds.tolist()[1:] == [0.9, 0.7, 0.6, 0.5, 0.3, 0.2, 0.1, 0.0]
    assert np.isinf(curve.thresholds[0])
    # 13 of the 16 pairs of a genuine and an impostor pair are in order.
    assert curve.auc == 13 / 16
    assert curve.eer == 0.25


@pytest.mark.parametrize(
    ("far", "tar", "threshold"), [(0.0, 0.5, 0.7), (0.2, 0.5, 0.7), (0.25, 0.75, 0.5), (1, 1, 0.0)]
)
def test_tar_at_far(far: float, tar: float, threshold: float) -> None:
    assert MIXED.curve.tar_at(far) == tar
    assert MIXED.curve.threshold_at(far) == threshold


def test_three_of_three_thousand_are_a_thousandth() -> None:
    impostors = [0.9, 0.8, 0.7, *np.linspace(0, 0.5, 2997)]
    assert trials([0.75, 0.65, 0.6], impostors).curve.tar_at(0.001) == 1


def test_equal_error_rate_between_two_thresholds() -> None:
    # At 0.5 one of three genuine pairs is rejected, and none or all four impostors accepted.
    found = trials([0.9, 0.8, 0.1], [0.5] * 4).curve
    assert found.eer == pytest.approx(1 / 3)


def test_a_missing_face_is_an_error_at_every_threshold() -> None:
    missing = trials([0.9, np.nan], [np.nan, 0.1])
    assert missing.missed == 2
    for threshold in (-2.0, 0.5, 2.0):
        found = rates_at(missing, threshold)
        assert found.false_accepts >= 1
        assert found.false_rejects >= 1
    assert rates_at(missing, 0.5).accuracy == 0.5
    assert missing.curve.tar_at(0.5) == 0.5
    assert missing.curve.tar_at(0.4) == 0


@pytest.mark.parametrize(
    ("genuine", "impostor", "threshold"),
    [
        pytest.param([0.9, 0.8], [0.2, 0.0], 0.5, id="the middle of the gap"),
        pytest.param([0.9, 0.4], [0.5, 0.1], 0.7, id="of two gaps the wider"),
        pytest.param([0.9, 0.4, np.nan], [0.2], 0.3, id="what was not found does not count"),
    ],
)
def test_the_best_threshold(genuine: list[float], impostor: list[float], threshold: float) -> None:
    assert best_threshold(trials(genuine, impostor)) == pytest.approx(threshold)


def test_a_fold_is_scored_with_the_threshold_of_the_others() -> None:
    # Alone the first fold would take 0.25 and the second 0.75, and each be faultless.
    scores = np.array([0.4, 0.1, 0.9, 0.6])
    found = by_folds(Trials(scores, np.array([True, False, True, False])), [0, 0, 1, 1])
    assert found.thresholds == pytest.approx([0.75, 0.25])
    assert found.accuracies == [0.5, 0.5]
    assert (found.accuracy, found.spread, found.threshold) == (0.5, 0.0, pytest.approx(0.5))


def test_too_little_to_tell() -> None:
    with pytest.raises(ValueError, match="genuine and impostor"):
        _ = trials([0.5], []).curve
    with pytest.raises(ValueError, match="two folds"):
        by_folds(MIXED, [0] * 8)
    with pytest.raises(ValueError, match="no pair has a score"):
        best_threshold(trials([np.nan], [np.nan]))
    with pytest.raises(ValueError, match="one length"):
        Trials(np.zeros(2), np.zeros(3, bool))


SCORES = st.lists(st.integers(-20, 20).map(lambda n: n / 20), min_size=1, max_size=25)


@given(genuine=SCORES, impostor=SCORES)
@settings(max_examples=80, deadline=None, derandomize=True)
def test_curves_agree_with_counting_and_with_scikit_learn(
    genuine: list[float], impostor: list[float]
) -> None:
    found = trials(genuine, impostor)
    curve = found.curve
    assert curve.auc == pytest.approx(roc_auc_score(found.genuine, found.scores))
    for far, tar, threshold in zip(curve.far, curve.tar, curve.thresholds, strict=True):
        rates = rates_at(found, float(threshold))
        assert (rates.far, 1 - rates.frr) == (pytest.approx(far), pytest.approx(tar))
    best = rates_at(found, best_threshold(found)).accuracy
    assert best == pytest.approx(max(rates_at(found, t).accuracy for t in [*found.scores, 2.0]))
    # Between the two thresholds where the larger of FAR and FRR is least.
    assert min(np.maximum(curve.far, curve.frr)) >= curve.eer - 1e-12
    assert max(np.minimum(curve.far, curve.frr)) <= curve.eer + 1e-12


def drawn(people: int, seed: int) -> tuple[Trials, np.ndarray, np.ndarray]:
    """Two genuine pairs of each person and four impostor pairs; some people are harder."""
    rng = np.random.default_rng(seed)
    hard = rng.normal(0, 0.1, people)
    left = np.repeat(np.arange(people), 6)
    genuine = np.tile([True, True, False, False, False, False], people)
    other = (left + rng.integers(1, people, len(left))) % people
    right = np.where(genuine, left, other)
    scores = np.where(genuine, 0.6 + hard[left], 0.1) + rng.normal(0, 0.15, len(left))
    return Trials(scores, genuine), left, right


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    # Of endless people: what nearly all of 20,000 say.
    truth = drawn(20_000, 99)[0]
    wanted = {"frr": rates_at(truth, 0.35).frr, "auc": truth.curve.auc, "eer": truth.curve.eer}
    inside = dict.fromkeys(wanted, 0)
    for seed in range(60):
        found = intervals(*drawn(80, seed), 0.35, replicas=150, seed=seed)
        for name, value in wanted.items():
            inside[name] += found[name].low <= value <= found[name].high
    assert all(count >= 50 for count in inside.values()), inside


def test_intervals_hold_the_figure_and_do_not_depend_on_order() -> None:
    pairs, left, right = drawn(60, 3)
    found = intervals(pairs, left, right, 0.35, replicas=200)
    rates = rates_at(pairs, 0.35)
    for name, value in {
        "accuracy": rates.accuracy, "far": rates.far, "frr": rates.frr, "auc": pairs.curve.auc,
        "eer": pairs.curve.eer, "tar_at_far_0.01": pairs.curve.tar_at(0.01),
    }.items():  # fmt: skip
        assert found[name].low <= value <= found[name].high, name
    order = np.random.default_rng(0).permutation(len(left))
    again = intervals(pairs.rows(order), left[order], right[order], 0.35, replicas=200)
    assert again.keys() == found.keys()
    for name, interval in found.items():
        assert again[name].low == pytest.approx(interval.low)
        assert again[name].high == pytest.approx(interval.high)


def test_too_few_people_have_no_interval() -> None:
    assert intervals(*drawn(6, 0), 0.35) == {}


def test_people_are_numbered() -> None:
    assert numbered(["b", "a", "b"]).tolist() == [1, 0, 1]


def test_a_thinned_curve_keeps_its_shape() -> None:
    rng = np.random.default_rng(0)
    found = trials(rng.normal(0.6, 0.15, 3000).tolist(), rng.normal(0.1, 0.12, 3000).tolist())
    few = thinned(found.curve, 120)
    assert len(few["far"]) <= 125
    assert (few["far"][0], few["far"][-1], few["frr"][0], few["frr"][-1]) == (0, 1, 1, 0)
    far, frr = np.array(few["far"]), np.array(few["frr"])
    assert (np.diff(far) >= 0).all()
    assert (np.diff(frr) <= 0).all()
    # Points of the curve itself, close enough to read TAR at FAR from.
    for rate in (0.1, 0.01, 0.001):
        at = np.searchsorted(far, rate + 1e-9, side="right") - 1
        assert 1 - frr[at] == pytest.approx(found.curve.tar_at(rate), abs=0.01)
    whole = thinned(MIXED.curve)
    assert whole["far"] == MIXED.curve.far.tolist()


def test_a_histogram_counts_every_pair_with_a_score() -> None:
    found = histogram(trials([0.93, 0.95, np.nan], [0.1, -0.5]), bins=15)
    assert (sum(found["genuine"]), sum(found["impostor"])) == (2, 2)
    assert found["edges"][0] == -0.5
    assert found["genuine"][-1] == 2


def test_figures_hold_what_the_curve_says() -> None:
    found = figures(MIXED, 0.4)
    assert (found["far"], found["frr"], found["eer"], found["auc"]) == (0.25, 0.25, 0.25, 13 / 16)
    assert found["tar_at_far"] == {"0.1": None, "0.01": None, "0.001": None}, "of 4 pairs"
    many = trials(MIXED.scores[MIXED.genuine].tolist(), [0.1] * 100)
    assert figures(many, 0.4)["tar_at_far"] == {"0.1": 1, "0.01": 1, "0.001": None}
    assert few_pairs(many, 9) == [
        "Only 9 people; from 10 on there are intervals.",
        "Only 4 pairs of one person: FRR is rough.",
        "A FAR below 10 % cannot be told from so few pairs.",
    ]
