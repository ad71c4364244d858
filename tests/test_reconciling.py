"""Clusters become persons: ids outlive every grouping, and what a user said always wins."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery.reconciling import Membership, Standing, reconcile, settle


def before(**persons: list[int]) -> dict[int, int]:
    """Faces by person: `before(p1=[1, 2])`."""
    return {face: int(name[1:]) for name, faces in persons.items() for face in faces}


def clusters(*groups: list[int]) -> dict[int, int | None]:
    return {face: label for label, faces in enumerate(groups) for face in faces}


@pytest.mark.parametrize(
    ("labels", "persons", "known", "fresh", "emptied"),
    [
        pytest.param(clusters([1, 2], [3]), {}, {}, [[1, 2], [3]], set(), id="all are new"),
        pytest.param(
            clusters([3], [1, 2]), before(p5=[1, 2], p6=[3]), {1: 5, 2: 5, 3: 6}, [], set(),
            id="other labels, same persons",
        ),
        pytest.param(
            clusters([1, 2, 3]), before(p5=[1, 2]), {1: 5, 2: 5, 3: 5}, [], set(),
            id="a new face joins",
        ),
        pytest.param(
            clusters([1, 2, 3], [4]), before(p5=[1, 2, 3, 4]), {1: 5, 2: 5, 3: 5}, [[4]], set(),
            id="a split: the larger part keeps the person",
        ),
        pytest.param(
            clusters([1, 2, 3]), before(p5=[1], p6=[2, 3]), {1: 6, 2: 6, 3: 6}, [], {5},
            id="a merge: the larger person stays",
        ),
        pytest.param(
            clusters([1, 2], [3, 4]), before(p5=[1, 3], p6=[2, 4]), None, [], set(),
            id="a tie goes one way or the other, and nobody gets two",
        ),
        pytest.param({1: None, 2: None}, before(p5=[1, 2]), {}, [], {5}, id="nobody left"),
        pytest.param(clusters([1]), before(p5=[2]), {}, [[1]], {5}, id="a face that is gone"),
        pytest.param({}, {}, {}, [], set(), id="nothing"),
    ],
)  # fmt: skip
def test_reconcile(
    labels: dict[int, int | None],
    persons: dict[int, int],
    known: dict[int, int] | None,
    fresh: list[list[int]],
    emptied: set[int],
) -> None:
    found = reconcile(labels, persons)
    if known is not None:
        assert found.known == known
    assert (found.fresh, found.emptied) == (fresh, emptied)
    assert_sound(labels, persons, found)


def test_the_largest_new_person_comes_first() -> None:
    assert reconcile(clusters([1], [2, 3, 4], [5, 6]), {}).fresh == [[2, 3, 4], [5, 6], [1]]


def assert_sound(labels: dict[int, int | None], persons: dict[int, int], found: Membership) -> None:
    """Every labelled face in one person, one cluster one person, and no person invented."""
    fresh = [face for members in found.fresh for face in members]
    placed = [*found.known, *fresh]
    assert sorted(placed) == sorted(face for face, label in labels.items() if label is not None)
    assert set(found.known.values()) <= set(persons.values())
    assert found.emptied == set(persons.values()) - set(found.known.values())
    whose = {**found.known, **{f: -1 - i for i, group in enumerate(found.fresh) for f in group}}
    pairs = {(labels[face], person) for face, person in whose.items()}
    assert len({label for label, _ in pairs}) == len(pairs) == len({p for _, p in pairs})


FACES = st.integers(0, 30)
LABELS = st.dictionaries(FACES, st.none() | st.integers(0, 6))
PERSONS = st.integers(100, 106)


@given(labels=LABELS, persons=st.dictionaries(FACES, PERSONS))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_reconcile_is_sound_for_anything(
    labels: dict[int, int | None], persons: dict[int, int]
) -> None:
    found = reconcile(labels, persons)
    assert_sound(labels, persons, found)
    # What came out is stable: grouping again the same way changes nothing.
    numbers = {f: 200 + i for i, group in enumerate(found.fresh) for f in group}
    after = {**found.known, **numbers}
    assert reconcile(labels, after) == Membership(after, [], set())


SETTLED = [
    pytest.param(
        clusters([1, 2, 3]), Standing(before(p5=[1], p6=[2, 3]), {1: 5}, {5}),
        {1: 5, 2: 5, 3: 5}, [], id="one confirmed face outweighs a larger person",
    ),
    pytest.param(
        clusters([1, 2], [3, 4]), Standing(before(p5=[1, 2, 3, 4]), {1: 5, 3: 5}, {5}),
        {1: 5, 2: 5, 3: 5, 4: 5}, [], id="several clusters may be one person's",
    ),
    pytest.param(
        clusters([1, 2, 3], [4, 5]), Standing(before(p5=[1, 2, 3, 4]), {1: 5}, {5}),
        {1: 5, 2: 5, 3: 5}, [[4, 5]], id="half of a cluster is not more than half",
    ),
    pytest.param(
        clusters([1, 2, 3], [4, 5, 6]), Standing(before(p5=[1, 2, 3, 4, 5]), {1: 5}, {5}),
        dict.fromkeys([1, 2, 3, 4, 5, 6], 5), [], id="more than half stays with a known person",
    ),
    pytest.param(
        clusters([1, 2, 3], [4, 5]), Standing(before(p6=[1, 2, 3, 4, 5])),
        {1: 6, 2: 6, 3: 6}, [[4, 5]], id="but not with one of whom nobody has spoken",
    ),
    pytest.param(
        {1: 0, 2: None}, Standing(before(p5=[1, 2]), {1: 5}, {5}),
        {1: 5, 2: 5}, [], id="nobody's now, but with a known person: it stays",
    ),
    pytest.param(
        {1: 0, 2: None}, Standing(before(p5=[1, 2])), {1: 5}, [], id="with an unknown one it goes",
    ),
    pytest.param(
        {1: 0, 2: None}, Standing(before(p5=[1, 2]), {1: 5}, {5}, {2: {5}}),
        {1: 5}, [], id="a rejected face does not stay",
    ),
    pytest.param(
        clusters([1, 2, 3]), Standing({1: 5}, {1: 5}, {5}, {2: {5}}),
        {1: 5, 3: 5}, [[2]], id="a rejected face is somebody of its own",
    ),
    pytest.param(
        clusters([1], [2, 3]), Standing(before(p5=[1, 2]), {1: 5}, {5}, {3: {5}}),
        {1: 5, 2: 5}, [[3]], id="a rejected face takes nobody else along",
    ),
    pytest.param(
        clusters([1], [2, 3, 4]), Standing(before(p5=[1, 2]), {1: 5}, {5}, {3: {5}, 4: {5}}),
        {1: 5}, [[2, 3, 4]], id="unless there are more of them",
    ),
    pytest.param(
        clusters([1, 2]), Standing({1: 5}, {1: 5}, {5}, {1: {5}}),
        {1: 5, 2: 5}, [], id="that it is confirmed weighs more",
    ),
    pytest.param(
        clusters([1], [2, 3]), Standing(before(p5=[1, 2, 3]), {1: 5}, {5}, {}, {1: 9, 2: 9, 3: 8}),
        {1: 5, 3: 5}, [[2]], id="a second face of one photo does not come back",
    ),
    pytest.param(
        clusters([1, 2]), Standing(before(p5=[1, 2]), {1: 5, 2: 5}, {5}, {}, {1: 9, 2: 9}),
        {1: 5, 2: 5}, [], id="unless a user has said so of both",
    ),
    pytest.param(
        clusters([1]), Standing(before(p5=[1, 2], p6=[3]), {3: 6}, {6}),
        {1: 5, 2: 5, 3: 6}, [], id="faces that were not looked at stay",
    ),
    pytest.param(
        clusters([1, 3]), Standing(before(p5=[1, 2]), {1: 5}, {5}, {}, {1: 7, 2: 9, 3: 9}),
        {1: 5, 3: 5}, [], id="unless another face of their photo sits there by now",
    ),
    pytest.param(
        clusters([1, 2, 3, 4]), Standing(before(p5=[1, 2], p6=[3, 4]), {1: 5, 3: 6}, {5, 6}),
        {1: 5, 2: 5, 3: 6, 4: 6}, [], id="parted while it was being grouped: each to its own",
    ),
    pytest.param(
        clusters([1, 2, 3, 4]), Standing(before(p5=[1, 2], p6=[3]), {1: 5, 2: 5, 3: 6}, {5, 6}),
        {1: 5, 2: 5, 3: 6, 4: 5}, [], id="and who is new with the larger part",
    ),
    pytest.param(
        clusters([1]), Standing(before(p5=[1, 2]), {1: 5}, {5}, {2: {5}}),
        {1: 5}, [], id="or a user has said that they are not",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("labels", "standing", "known", "fresh"), SETTLED)
def test_settle(
    labels: dict[int, int | None],
    standing: Standing,
    known: dict[int, int],
    fresh: list[list[int]],
) -> None:
    found = settle(labels, standing)
    assert (found.known, found.fresh) == (known, fresh)
    assert found.emptied == set(standing.before.values()) - set(known.values())


@given(
    labels=LABELS,
    persons=st.dictionaries(FACES, PERSONS),
    sure=st.sets(FACES),
    known=st.sets(PERSONS),
    rejected=st.dictionaries(FACES, st.frozensets(PERSONS, max_size=2)),
    photos=st.lists(st.integers(0, 12), min_size=31, max_size=31),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_settle_keeps_what_was_said_for_anything(
    labels: dict[int, int | None],
    persons: dict[int, int],
    sure: set[int],
    known: set[int],
    rejected: Mapping[int, frozenset[int]],
    photos: list[int],
) -> None:
    confirmed = {face: persons[face] for face in sure & persons.keys()}
    known = known | set(confirmed.values())
    standing = Standing(persons, confirmed, known, rejected, dict(enumerate(photos)))
    found = settle(labels, standing)
    assert found.known.items() >= confirmed.items()
    fresh = [face for faces in found.fresh for face in faces]
    assert len(fresh) == len(set(fresh)), "a face is made two persons of"
    assert not found.known.keys() & set(fresh)
    assert all(labels.get(face) is not None for face in fresh)
    for face, person in found.known.items():
        if person in known and face not in confirmed:
            assert person not in rejected.get(face, ())
            others = [
                f for f, p in found.known.items()
                if p == person and f != face and photos[f] == photos[face]
                and (f in confirmed or face in labels)
            ]  # fmt: skip
            assert [f for f in others if f in labels or f in confirmed] == []
    # Once everything is settled, the same clusters change nothing for those that are known.
    numbers = {f: 200 + i for i, faces in enumerate(found.fresh) for f in faces}
    after = {**found.known, **numbers}
    again = settle(labels, Standing(after, confirmed, known, rejected, dict(enumerate(photos))))
    assert {f: p for f, p in again.known.items() if p in known} == {
        f: p for f, p in found.known.items() if p in known
    }
