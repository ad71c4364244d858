"""New faces join whom they belong to, and nobody is put anywhere without good reason."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from synthetic import blobs, random_units

from gallery.join import JoinOptions, Offer, Verdict, offers
from gallery.records import Vectors
from gallery.vectors import unit

OPTIONS = JoinOptions(link=0.6, margin=0.1, nearly=0.1)
JOINS, UNSURE, NEW = Verdict.JOINS, Verdict.UNSURE, Verdict.NEW


@dataclass
class Library:
    """Faces of persons; every face good, unconfirmed and in a photo of its own by default."""

    vectors: Vectors
    person: list[int]
    confirmed: list[bool] = field(default_factory=list)
    quality: list[float] = field(default_factory=list)
    photos: list[int] = field(default_factory=list)

    def offered(
        self,
        new: Vectors,
        *,
        strong: list[bool] | None = None,
        photos: list[int] | None = None,
        banned: dict[int, set[int]] | None = None,
        options: JoinOptions = OPTIONS,
    ) -> list[Offer]:
        count, known = len(new), len(self.vectors)
        return offers(
            new,
            np.ones(count, bool) if strong is None else np.array(strong),
            np.array(photos or range(10_000, 10_000 + count), dtype=np.int64),
            [frozenset((banned or {}).get(row, ())) for row in range(count)],
            self.vectors,
            np.array(self.person, dtype=np.int64),
            np.array(self.confirmed or [False] * known, dtype=bool),
            np.array(self.quality or [1.0] * known, dtype=np.float32),
            np.array(self.photos or range(50_000, 50_000 + known), dtype=np.int64),
            options,
        )


def axes(count: int, dim: int = 8) -> Vectors:
    return np.eye(dim, dtype=np.float32)[:count]


def towards(*parts: float, dim: int = 8) -> Vectors:
    """One face with these cosines to the axes; what is missing to length 1 lies elsewhere."""
    vector = np.zeros((1, dim), np.float32)
    vector[0, : len(parts)] = parts
    vector[0, -1] = np.sqrt(1 - sum(part**2 for part in parts))
    return vector


TWO = Library(axes(2), [5, 9])


@pytest.mark.parametrize("seed", range(3))
def test_faces_go_to_their_people_and_strangers_are_new(seed: int) -> None:
    vectors, truth = blobs(seed, [14, 10, 6, 4, 8], noise=0.6)
    is_new = np.arange(len(truth)) % 3 == 0
    people = np.array(truth) + 40
    stays = ~is_new & (people != 44)  # of the last person no face is known yet
    found = Library(vectors[stays], people[stays].tolist()).offered(vectors[is_new])
    for offer, person in zip(found, people[is_new].tolist(), strict=True):
        if person == 44:
            assert (offer.person, offer.verdict) == (None, NEW)
        else:
            assert (offer.person, offer.verdict) == (person, JOINS)
            assert offer.score > 0.6 > offer.runner_up_score


@pytest.mark.parametrize(
    ("score", "verdict", "person"),
    [(0.62, JOINS, 5), (0.58, UNSURE, 5), (0.55, NEW, None)],
)
def test_link_and_nearly_decide(score: float, verdict: Verdict, person: int | None) -> None:
    offer = TWO.offered(towards(score, 0.2))[0]
    assert (offer.verdict, offer.person) == (verdict, person)
    assert offer.score == pytest.approx(score, abs=1e-5)
    assert (offer.runner_up, offer.runner_up_score) == (9, pytest.approx(0.2, abs=1e-5))


@pytest.mark.parametrize(("second", "verdict"), [(0.60, JOINS), (0.62, UNSURE)])
def test_the_runner_up_must_be_a_margin_behind(second: float, verdict: Verdict) -> None:
    # A margin of a tenth of 1 - 0.6 is 0.04.
    offer = TWO.offered(towards(0.65, second))[0]
    assert (offer.verdict, offer.person, offer.runner_up) == (verdict, 5, 9)


def test_a_weak_face_joins_or_is_nobody_s_but_never_new() -> None:
    found = TWO.offered(np.concatenate([towards(0.7), towards(0.1)]), strong=[False, False])
    assert [(o.person, o.verdict) for o in found] == [(5, JOINS), (None, UNSURE)]


def test_a_banned_person_is_not_even_a_rival() -> None:
    offer = TWO.offered(towards(0.7, 0.69), banned={0: {5, 77}})[0]
    assert (offer.person, offer.runner_up, offer.verdict) == (9, None, JOINS)
    everyone = TWO.offered(towards(0.7, 0.69), banned={0: {5, 9}})[0]
    assert everyone == Offer(None, -1.0, None, -1.0, NEW)


def test_nobody_is_twice_in_a_photo() -> None:
    library = Library(axes(2), [5, 9], photos=[1, 2])
    offer = library.offered(towards(0.7, 0.69), photos=[1])[0]
    assert (offer.person, offer.runner_up, offer.verdict) == (9, None, JOINS)


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_of_two_new_faces_of_a_photo_the_better_goes_first(order: list[int]) -> None:
    new = np.concatenate([towards(0.70, 0.66), towards(0.95)])[order]
    found = TWO.offered(new, photos=[7, 7])
    second, best = found[order.index(0)], found[order.index(1)]
    assert (best.person, best.verdict) == (5, JOINS)
    assert (second.person, second.verdict) == (9, JOINS)
    assert [o.person for o in TWO.offered(new, photos=[7, 8])] == [5, 5]


def test_who_loses_to_an_unsure_face_is_unsure_too() -> None:
    new = np.concatenate([towards(0.67, 0.66), towards(0.62)])
    first, second = TWO.offered(new, photos=[7, 7])
    assert (first.person, first.verdict) == (5, UNSURE)
    assert (second.person, second.verdict) == (None, UNSURE)


def test_a_whole_photo_of_faces_that_want_one_person() -> None:
    library = Library(axes(6), list(range(6)))
    new = unit(np.ones((6, 8)) + 0.1 * random_units(3, 6))
    found = library.offered(new, photos=[1] * 6, options=JoinOptions(link=0.2, margin=0.0))
    assert sorted(o.person for o in found if o.person is not None) == list(range(6))


def test_weak_faces_do_not_vouch_for_a_person() -> None:
    face = towards(0.7)
    assert Library(axes(1), [5], quality=[0.1]).offered(face)[0].verdict is UNSURE
    assert Library(axes(1), [5], quality=[0.9]).offered(face)[0].verdict is JOINS
    confirmed = Library(axes(1), [5], confirmed=[True], quality=[0.1])
    assert confirmed.offered(face)[0].verdict is JOINS


def test_a_weak_face_or_an_odd_one_does_not_move_its_person() -> None:
    crowd, _ = blobs(2, [6], noise=0.2)
    stray = random_units(9, 1, 64)
    vectors, persons = np.concatenate([crowd, stray]), [5] * 7
    alone = Library(crowd, persons[:6]).offered(crowd[:1])[0].score
    for quality in ([1.0] * 7, [1.0] * 6 + [0.0]):
        score = Library(vectors, persons, quality=quality).offered(crowd[:1])[0].score
        assert score == pytest.approx(alone, abs=1e-6)
    sure = Library(vectors, persons, confirmed=[False] * 6 + [True])
    assert sure.offered(crowd[:1])[0].score < alone - 0.001


def test_the_mean_direction_counts_and_not_the_single_face() -> None:
    # 0.55 to either face of the person, 0.58 to the direction between them.
    between = Library(unit(np.array([[1, 0.3, 0], [1, -0.3, 0]])), [5, 5])
    score = 0.6
    face = np.array([[score, 0, np.sqrt(1 - score**2)]], np.float32)
    assert max(face @ between.vectors.T, key=max).max() < 0.58
    assert between.offered(face)[0].score == pytest.approx(0.6, abs=1e-5)


def test_nobody_s_faces_are_nobody() -> None:
    offer = Library(axes(2), [-1, 9]).offered(towards(0.9))[0]
    assert (offer.person, offer.runner_up, offer.verdict) == (None, None, NEW)
    assert offer.score == pytest.approx(0.0)


def test_nothing_new_and_nobody_there() -> None:
    assert TWO.offered(np.empty((0, 8), np.float32)) == []
    empty = Library(np.empty((0, 8), np.float32), [])
    found = empty.offered(axes(2), strong=[True, False])
    assert [(o.person, o.verdict) for o in found] == [(None, NEW), (None, UNSURE)]


def test_the_order_of_new_faces_and_members_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    vectors, truth = blobs(4, [9, 7, 5, 5, 2], noise=1.1)
    photos = rng.integers(0, 12, 10).tolist()
    new, order, shuffle = vectors[::3][:10], rng.permutation(10), rng.permutation(len(truth))
    straight = Library(vectors, truth).offered(new, photos=photos)
    shuffled = Library(vectors[shuffle], [truth[i] for i in shuffle]).offered(
        new[order], photos=[photos[i] for i in order]
    )
    for position, row in enumerate(order.tolist()):
        one, other = shuffled[position], straight[row]
        assert (one.person, one.runner_up, one.verdict) == (
            other.person,
            other.runner_up,
            other.verdict,
        )


def test_options_that_make_no_sense() -> None:
    with pytest.raises(ValueError, match="link"):
        JoinOptions(link=1.5)
    with pytest.raises(ValueError, match="margin"):
        JoinOptions(link=0.5, margin=-0.1)


def test_every_new_face_needs_its_photo() -> None:
    with pytest.raises(ValueError, match="photo"):
        TWO.offered(axes(2), photos=[1])
