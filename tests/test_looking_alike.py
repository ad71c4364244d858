"""Photos that look alike are found by their scene vectors, and never asked about twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest
from pictured_library import NOON, add_picture, faces_of, jpeg, scene
from synthetic import SPACE, random_units

from gallery import duplicates, looking_alike
from gallery.albums import create
from gallery.cli import main
from gallery.decisions import undo
from gallery.duplicates import Kind, find_group, groups
from gallery.looking_alike import LEAST, LEAST_OF_PORTRAITS, left_to_compare
from gallery.photo_bin import put, restore
from gallery.records import Metadata, Vectors
from gallery.resolving import Choice, resolve, tell_apart
from gallery.scene_neighbours import SceneNeighbours
from gallery.store import binned, scene_pairs, scenes
from gallery.store.library import Library
from gallery.tagging import add_tag
from gallery.vectors import unit
from gallery.without_chains import gather_and_part


def at(degrees: float) -> Vectors:
    """A vector so many degrees from the first axis."""
    found = np.zeros(8, np.float32)
    found[:2] = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return found


def seen(library: Library, vectors: dict[int, Vectors], model: str = "made") -> None:
    with library.write() as connection:
        scenes.replace(library, connection, model, vectors)


def filled_with(library: Library, degrees: Sequence[float]) -> None:
    """Different pictures, with scene vectors at these angles."""
    for seed, angle in enumerate(degrees):
        photo = add_picture(library, jpeg(scene(seed)), f"{seed}.jpg")
        seen(library, {photo: at(angle)})


def looked_through(library: Library) -> None:
    for _ in duplicates.find(library):
        pass
    for _ in looking_alike.find(library):
        pass


def found(library: Library) -> list[tuple[int, ...]]:
    looked_through(library)
    return sorted(group.photos for group in groups(library, Kind.SIMILAR))


def test_photos_that_look_alike_are_found_without_chains(library: Library) -> None:
    # 25 degrees are a cosine of 0.906, 50 degrees one of 0.64.
    filled_with(library, [0, 25, 50, 75, 200, 210])
    assert left_to_compare(library) == 0  # by pixels first
    assert found(library) == [(1, 2, 3), (5, 6)]
    assert left_to_compare(library) == 0
    assert list(looking_alike.find(library)) == []
    assert groups(library, Kind.SAME_PICTURE) == []


def test_only_what_is_new_is_compared(library: Library) -> None:
    filled_with(library, [0, 100])
    looked_through(library)
    photo = add_picture(library, jpeg(scene(7)), "new.jpg")
    for _ in duplicates.find(library):
        pass
    assert left_to_compare(library) == 0  # the tagger has not seen it
    assert scene_pairs.without_vector(library) == 1
    seen(library, {photo: at(95)})
    (step,) = looking_alike.find(library)
    assert (step.done, step.total) == (1, 1)
    assert found(library) == [(2, 3)]


def test_a_new_vector_forgets_what_the_old_one_found(library: Library) -> None:
    filled_with(library, [0, 5, 100])
    assert found(library) == [(1, 2)]
    seen(library, {2: at(98)})
    assert groups(library, Kind.SIMILAR) == []
    assert left_to_compare(library) == 1
    assert found(library) == [(2, 3)]


def test_vectors_of_two_models_are_never_compared(library: Library) -> None:
    filled_with(library, [0, 5, 5])
    seen(library, {3: at(0)}, model="other")
    assert found(library) == [(1, 2)]


@pytest.mark.parametrize("module", [duplicates, looking_alike])
def test_another_version_compares_anew(
    library: Library, monkeypatch: pytest.MonkeyPatch, module: object
) -> None:
    filled_with(library, [0, 5])
    looked_through(library)
    monkeypatch.setattr(module, "VERSION", 99)
    monkeypatch.setattr(looking_alike, "LEAST", 0.9999)
    assert found(library) == []
    assert left_to_compare(library) == 0


def test_what_is_surer_is_in_no_group_of_similar_ones(library: Library) -> None:
    """Of copies and bursts one stands for all."""
    for name, data, seconds in (
        ("a", jpeg(scene(0)), 0),
        ("b", jpeg(scene(0), 40), 0),
        ("c", jpeg(np.roll(scene(0), 7, axis=1)), 2),
        ("d", jpeg(scene(1)), 900),
    ):
        when = Metadata(taken_at=NOON + timedelta(seconds=seconds))
        photo = add_picture(library, data, name, when)
        seen(library, {photo: at(photo)})
    assert found(library) == [(1, 4)]
    assert [group.photos for group in groups(library, Kind.SAME_PICTURE)] == [(1, 2)]
    assert [group.photos for group in groups(library, Kind.BURST)] == [(1, 3)]


def test_portraits_have_to_be_more_alike(library: Library) -> None:
    assert LEAST < np.cos(np.radians(25)) < LEAST_OF_PORTRAITS < np.cos(np.radians(20))
    for seed, angle in enumerate([0, 25, 45]):
        photo = add_picture(
            library, jpeg(scene(seed)), f"{seed}", vectors=random_units(seed, 1, SPACE.dim)
        )
        assert faces_of(library, photo)
        seen(library, {photo: at(angle)})
    assert found(library) == [(2, 3)]


def test_groups_are_small_and_those_answered_stay_away(library: Library) -> None:
    filled_with(library, [0.01 * photo for photo in range(15)])
    first, second = found(library)
    assert (len(first), len(second)) == (12, 3)
    tell_apart(library, find_group(library, f"similar-{first[0]}"))
    assert found(library) == [second]
    undo(library)
    assert found(library) == [first, second]


def test_what_was_told_apart_leaves_its_group() -> None:
    star = [(1, 5), (2, 5), (3, 5), (4, 5)]
    assert gather_and_part(star, (), 9) == [(1, 2, 3, 4, 5)]
    assert gather_and_part(star, (), 3) == [(1, 2, 5)]
    assert gather_and_part(star, {(1, 5), (2, 3)}, 9) == [(2, 4, 5)]
    assert gather_and_part(star, {(1, 2), (1, 5), (2, 5)}, 3) == []


def test_the_bin_is_left_out_and_comes_back(library: Library) -> None:
    filled_with(library, [0, 5])
    put(library, [2])
    assert found(library) == []
    restore(library, [2])
    assert found(library) == [(1, 2)]


def test_what_was_said_of_another_picture_does_not_go_over(library: Library) -> None:
    filled_with(library, [0, 5])
    add_tag(library, "birthday", [1])
    create(library, "Cakes", [1])
    looked_through(library)
    done = resolve(library, [Choice(find_group(library, "similar-1"), 2)])
    assert (done.binned, [photo.id for photo in binned.listed(library)]) == (1, [1])
    with library.read() as connection:
        tagged = connection.exec_driver_sql("SELECT photo_id FROM photo_tags").fetchall()
        inside = connection.exec_driver_sql("SELECT photo_id FROM album_photos").fetchall()
    assert {row[0] for row in (*tagged, *inside)} == {1}
    undo(library)
    assert found(library) == [(1, 2)]


def test_the_command_lists_them_only_when_asked(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    filled_with(library, [0, 5])
    add_picture(library, jpeg(scene(9)), "unseen.jpg")

    def run(*arguments: str) -> str:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main(["duplicates", *arguments, "--library", str(library.root)])
        assert not stop.value.code
        return capsys.readouterr().out

    assert json.loads(run("list", "--json")) == []
    (group,) = json.loads(run("list", "--class", "similar", "--json"))
    assert (group["group"], group["class"]) == ("similar-1", "similar")
    assert "sharpest" in group["reason"]
    assert "Look much alike: 1 group" in run("list", "--class", "similar")
    assert "nobody asks again" in run("resolve", "similar-1", "--different")
    assert json.loads(run("list", "--class", "similar", "--json")) == []


def test_neighbours_by_cells_are_those_of_every_comparison() -> None:
    rng = np.random.default_rng(0)
    places = np.repeat(random_units(3, 150, 256), 4, axis=0)
    vectors = unit(places + 0.02 * rng.normal(size=places.shape)).astype(np.float16)
    rows = list(range(0, 600, 7))
    exact = list(SceneNeighbours(vectors, len(rows)).near(rows, 0.8, 3))
    assert {(row, other // 4) for row, other, _ in exact} == {(row, row // 4) for row in rows}
    assert len(exact) == 3 * len(rows)
    cells = list(SceneNeighbours(vectors, len(rows), exact=0).near(rows, 0.8, 3))
    assert [pair[:2] for pair in cells] == [pair[:2] for pair in exact]
    assert len(list(SceneNeighbours(vectors, 1).near([5], 0.8, 1))) == 1
    assert list(SceneNeighbours(vectors[:1], 1).near([0], 0.8, 3)) == []
