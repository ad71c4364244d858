"""Copies are found, each in its class; different pictures and what was told apart are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictured_library import NOON, add_picture, jpeg, scene

from gallery import duplicates
from gallery.decisions import undo
from gallery.duplicates import Kind, find, find_group, groups, kind_of, left_to_compare
from gallery.errors import NotFoundError
from gallery.photo_bin import put, restore
from gallery.records import Metadata
from gallery.resolving import tell_apart
from gallery.same_picture import Likeness
from gallery.store import duplicates as store
from gallery.store import photos as photo_store
from gallery.store.duplicates import Uncompared
from gallery.store.library import Library
from gallery.without_chains import gather

SAME = Likeness(0.99, 0.98, 0.99)
ALIKE = Likeness(0.7, 0.4, 0.9)
OTHER = Likeness(0.2, 0.0, 0.3)


def shot(seconds: float = 0.0, camera: str = "Canon") -> Metadata:
    return Metadata(taken_at=NOON + timedelta(seconds=seconds), camera_make=camera)


def moved(seed: int, shift: int) -> np.ndarray:
    """The same scene a moment later: the frame has moved, and so has what is in it."""
    pixels = np.roll(scene(seed), shift, axis=1)
    pixels[80:160, 120:200] = np.roll(pixels[80:160, 120:200], 9, axis=0)
    return pixels


def looked_through(library: Library) -> None:
    for _ in find(library):
        pass


def found(library: Library, kind: Kind) -> list[tuple[int, ...]]:
    looked_through(library)
    return sorted(group.photos for group in groups(library, kind))


def photo(
    taken_at: datetime | None = None, camera: str = "Canon", ratio: float = 1.5
) -> Uncompared:
    return Uncompared(1, "", b"", taken_at, camera, ratio, None)


@pytest.mark.parametrize(
    ("one", "other", "likeness", "expected"),
    [
        (photo(), photo(), SAME, Kind.SAME_PICTURE),
        (photo(), photo(NOON), SAME, Kind.SAME_PICTURE),
        (photo(NOON), photo(NOON), SAME, Kind.SAME_PICTURE),
        (photo(), photo(), ALIKE, None),
        (photo(NOON), photo(NOON), ALIKE, Kind.BURST),
        (photo(NOON), photo(NOON + timedelta(seconds=3)), ALIKE, Kind.BURST),
        # However alike: a camera took them at two moments.
        (photo(NOON), photo(NOON + timedelta(seconds=3)), SAME, Kind.BURST),
        (photo(NOON), photo(NOON + timedelta(seconds=40)), SAME, None),
        (photo(NOON), photo(NOON + timedelta(seconds=3)), OTHER, None),
        (photo(NOON), photo(NOON + timedelta(seconds=3), camera="Nikon"), ALIKE, None),
        (photo(NOON), photo(NOON + timedelta(seconds=3), ratio=1.0), ALIKE, None),
        # A zone that one of the files has lost, and the fraction of a second.
        (photo(NOON), photo(NOON + timedelta(hours=2)), SAME, Kind.SAME_PICTURE),
        (photo(NOON), photo(NOON + timedelta(microseconds=350_000)), SAME, Kind.SAME_PICTURE),
        (
            photo(NOON + timedelta(microseconds=100_000)),
            photo(NOON + timedelta(microseconds=350_000)),
            SAME,
            Kind.BURST,
        ),
    ],
)
def test_the_class_of_two_photos(
    one: Uncompared, other: Uncompared, likeness: Likeness, expected: Kind | None
) -> None:
    assert kind_of(one, other, likeness) is expected
    assert kind_of(other, one, likeness) is expected


def test_copies_are_found_and_other_pictures_are_not(library: Library) -> None:
    for seed in range(8):
        add_picture(library, jpeg(scene(seed)), f"{seed}.jpg")
    add_picture(library, jpeg(scene(0), quality=40), "compressed.jpg")
    add_picture(library, jpeg(scene(0), factor=0.5), "small.jpg")
    add_picture(library, jpeg(np.ascontiguousarray(np.rot90(scene(3)))), "turned.jpg")
    assert left_to_compare(library) == 11
    assert found(library, Kind.SAME_PICTURE) == [(1, 9, 10), (4, 11)]
    assert found(library, Kind.BURST) == []
    assert left_to_compare(library) == 0
    (turned,) = [pair for pair in store.pairs(library, Kind.SAME_PICTURE) if pair.first == 4]
    assert turned.turns == 1


def test_a_burst_is_no_duplicate(library: Library) -> None:
    for at in range(3):
        add_picture(library, jpeg(moved(0, 6 * at)), f"burst-{at}.jpg", shot(2 * at))
    add_picture(library, jpeg(moved(0, 18)), "later.jpg", shot(600))
    add_picture(library, jpeg(scene(1)), "elsewhere.jpg", shot(3))
    assert found(library, Kind.SAME_PICTURE) == []
    assert found(library, Kind.BURST) == [(1, 2, 3)]


def test_a_copy_without_its_moment_does_not_make_one_picture_of_two(library: Library) -> None:
    """The copy is like both pictures, and there is no telling which of them it is."""
    add_picture(library, jpeg(scene(0)), "a.jpg", shot(0))
    add_picture(library, jpeg(np.roll(scene(0), 3, axis=1)), "b.jpg", shot(2))
    add_picture(library, jpeg(scene(0), quality=40), "copy.jpg")
    assert found(library, Kind.SAME_PICTURE) == [(1, 3)]
    assert {(p.first, p.second) for p in store.pairs(library, Kind.SAME_PICTURE)} == {
        (1, 3),
        (2, 3),
    }
    assert found(library, Kind.BURST) == [(1, 2)]


def test_of_a_picture_of_a_burst_that_is_there_twice_one_is_in_the_burst(library: Library) -> None:
    add_picture(library, jpeg(moved(0, 0)), "a.jpg", shot(0))
    add_picture(library, jpeg(moved(0, 6)), "b.jpg", shot(2))
    add_picture(library, jpeg(moved(0, 0), quality=40), "a-small.jpg", shot(0))
    assert found(library, Kind.SAME_PICTURE) == [(1, 3)]
    assert found(library, Kind.BURST) == [(1, 2)]


def test_one_photo_in_two_files(library: Library) -> None:
    first = add_picture(library, jpeg(scene(0)), "a.jpg")
    add_picture(library, jpeg(scene(1)), "b.jpg")
    place = photo_store.Place(b"/copies/a.jpg", "/copies/a.jpg", True, 1, 1)
    with library.write() as connection:
        photo_store.add_place(library, connection, first, place)
    (group,) = groups(library, Kind.SAME_BYTES)
    assert (group.photos, group.places) == ((first,), ("/copies/a.jpg", "/photos/a.jpg"))
    assert found(library, Kind.SAME_PICTURE) == []


def test_what_comes_later_is_compared_with_what_was_there(library: Library) -> None:
    add_picture(library, jpeg(scene(0)), "a.jpg")
    add_picture(library, jpeg(scene(1)), "b.jpg")
    looked_through(library)
    assert list(find(library)) == []
    add_picture(library, jpeg(scene(1), quality=30), "b-again.jpg")
    add_picture(library, jpeg(scene(0), quality=30), "a-again.jpg")
    steps = list(find(library))
    assert (steps[-1].done, steps[-1].total) == (2, 2)
    assert found(library, Kind.SAME_PICTURE) == [(1, 4), (2, 3)]


def test_a_run_that_was_stopped_goes_on(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "_PORTION", 2)
    for seed in (0, 1, 2, 0, 1, 2):
        quality = 90 - photo_store.count(library)
        add_picture(library, jpeg(scene(seed), quality), f"{quality}.jpg")
    run = find(library)
    next(run)
    run.close()
    assert left_to_compare(library) == 4
    assert found(library, Kind.SAME_PICTURE) == [(1, 4), (2, 5), (3, 6)]


def test_another_version_compares_all_anew(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_picture(library, jpeg(scene(0)), "a.jpg")
    add_picture(library, jpeg(scene(0), quality=30), "b.jpg")
    looked_through(library)
    monkeypatch.setattr(duplicates, "VERSION", duplicates.VERSION + 1)
    assert left_to_compare(library) == 2
    assert found(library, Kind.SAME_PICTURE) == [(1, 2)]
    assert left_to_compare(library) == 0


def test_a_photo_without_a_thumbnail_is_left_out(library: Library) -> None:
    add_picture(library, jpeg(scene(0)), "a.jpg")
    photo_id = add_picture(library, jpeg(scene(0), quality=30), "b.jpg")
    gone = photo_store.get(library, photo_id)
    assert gone is not None
    library.media.remove(f"thumbnails/{gone.sha256[:2]}/{gone.sha256}.jpg")
    assert found(library, Kind.SAME_PICTURE) == []
    assert left_to_compare(library) == 0


def test_what_was_told_apart_is_not_asked_again(library: Library) -> None:
    add_picture(library, jpeg(scene(0)), "a.jpg")
    add_picture(library, jpeg(scene(0), quality=30), "b.jpg")
    looked_through(library)
    tell_apart(library, find_group(library, "same-picture-1"))
    assert found(library, Kind.SAME_PICTURE) == []
    # A third one is like both, and they still are not asked about together.
    add_picture(library, jpeg(scene(0), quality=60), "c.jpg")
    (pair,) = found(library, Kind.SAME_PICTURE)
    assert 3 in pair
    assert len(pair) == 2
    undo(library)
    assert found(library, Kind.SAME_PICTURE) == [(1, 2, 3)]


def test_what_is_in_the_bin_is_no_duplicate(library: Library) -> None:
    add_picture(library, jpeg(scene(0)), "a.jpg")
    add_picture(library, jpeg(scene(0), quality=30), "b.jpg")
    put(library, [2])
    assert found(library, Kind.SAME_PICTURE) == []
    restore(library, [2])
    assert found(library, Kind.SAME_PICTURE) == [(1, 2)]


def test_a_group_that_is_gone_says_so(library: Library) -> None:
    for key in ("same-picture-7", "burst-x", "nonsense"):
        with pytest.raises(NotFoundError, match="gallery duplicates list"):
            find_group(library, key)


def test_no_chain_forms() -> None:
    chain = [(1, 2), (2, 3), (3, 4), (4, 5), (5, 6)]
    assert gather(chain) == [(1, 2, 3), (4, 5, 6)]


def test_a_picture_and_its_copies_are_one_group() -> None:
    star = [(1, 5), (2, 5), (3, 5), (4, 5)]
    assert gather(star) == [(1, 2, 3, 4, 5)]
    assert gather(star, apart={(1, 2)}) == [(1, 3, 4, 5)]
    assert gather(star, apart={(1, 5)}) == [(2, 3, 4, 5)]


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda p: p[0] < p[1])),
    st.sets(st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda p: p[0] < p[1])),
)
def test_groups_part_what_is_apart_and_have_a_middle(
    pairs: list[tuple[int, int]], apart: set[tuple[int, int]]
) -> None:
    pairs = list(dict.fromkeys(pairs))
    made = gather(pairs, apart)
    members = [one for group in made for one in group]
    assert len(members) == len(set(members))
    for group in made:
        inside = {(a, b) for a in group for b in group if a < b}
        assert not inside & apart
        alike = (inside & set(pairs)) - apart
        assert any(
            all(tuple(sorted((middle, one))) in alike for one in group if one != middle)
            for middle in group
        )
    left = {p for p in pairs if p not in apart and not set(p) & set(members)}
    assert not left


def test_a_camera_that_keeps_no_time_has_no_bursts(library: Library) -> None:
    for at in range(2):
        add_picture(library, jpeg(moved(0, 8 * at)), f"{at}.jpg", replace(shot(), taken_at=None))
    assert found(library, Kind.BURST) == []
