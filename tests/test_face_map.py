"""The map of a library: kept, steady when faces come and go, laid out anew when asked."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from small_library import Seen, add, album, empty, owner
from synthetic import SPACE

from gallery import face_map
from gallery.boxes import remove_faces
from gallery.errors import GalleryError
from gallery.face_map import kept_map, make_map
from gallery.forgetting import forget_person
from gallery.layout import Chosen, Method, Places, choose, lay_out
from gallery.layout_process import lay_out_apart
from gallery.records import Progress, Vectors
from gallery.store import facts, layouts
from gallery.store.layouts import Layout
from gallery.store.library import Library, open_library

PCA = choose("pca", {})
UMAP = choose("umap", {"neighbours": 4.0})


def quietly(_: Progress) -> None:
    """Nobody listens."""


def made(library: Library, chosen: Chosen = PCA) -> Layout:
    return make_map(library, SPACE, chosen, quietly)


def kept(library: Library, chosen: Chosen = PCA) -> Layout | None:
    return kept_map(library, SPACE, chosen, list(facts.of_described(library, SPACE)))


def place_of(layout: Layout) -> dict[int, list[float]]:
    return dict(zip(layout.face_ids.tolist(), layout.places.tolist(), strict=True))


def test_nothing_is_kept_before_it_is_made(library: Library) -> None:
    album(library, 4, 3)
    assert kept(library) is None
    layout = made(library)
    assert len(layout.face_ids) == 7
    assert place_of(kept(library)) == place_of(layout)
    assert kept(library, UMAP) is None


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_library_of_hardly_any_faces(count: int, library: Library) -> None:
    if count:
        add(library, [Seen(0)] * count)
    for chosen in (PCA, UMAP):
        assert made(library, chosen).places.shape == (count, 2)
        assert place_of(kept(library, chosen)) == place_of(made(library, chosen))


@pytest.mark.parametrize("chosen", [PCA, UMAP], ids=["pca", "umap"])
def test_no_face_moves_when_new_ones_come(chosen: Chosen, library: Library) -> None:
    groups = album(library, 5, 5, 5)
    before = made(library)
    # However it was laid out: the places themselves are what has to stay.
    layouts.save(layouts.path(library, SPACE, chosen.method.name, chosen.values), before)
    new = add(library, [Seen(0), Seen(1)], seed=5)
    after = kept(library, chosen)
    assert after.face_ids.tolist() == [*before.face_ids.tolist(), *new]
    assert after.places[: len(before.places)].tolist() == before.places.tolist()
    assert after.later.tolist() == [False] * 15 + [True] * 2
    for face, own in zip(new, groups, strict=False):
        middle = np.mean([place_of(before)[one] for one in own], axis=0)
        assert np.linalg.norm(np.array(place_of(after)[face]) - middle) < 0.3
    # Read again, they lie where they were put.
    assert place_of(kept(library, chosen)) == place_of(after)
    again = made(library, PCA)
    assert not again.later.any()


def test_faces_that_are_gone_leave_the_others_where_they_are(library: Library) -> None:
    one, two = album(library, 4, 3)
    before = place_of(made(library))
    remove_faces(library, one[:1])
    after = place_of(kept(library))
    assert after == {face: place for face, place in before.items() if face != one[0]}
    forget_person(library, owner(library, two[0]))
    [file] = (library.root / "layouts").iterdir()
    assert layouts.load(file).face_ids.tolist() == one[1:]


def test_a_map_of_faces_that_are_all_gone_is_none(library: Library) -> None:
    [faces] = album(library, 3)
    made(library)
    remove_faces(library, faces)
    add(library, [Seen(1)], seed=3)
    assert kept(library) is None


@pytest.mark.parametrize(
    ("chosen", "first", "more", "stays"),
    [
        (PCA, 1, 1, False),
        (PCA, 4, 2, True),
        (PCA, 4, 3, False),
        (UMAP, 3, 1, True),
        (UMAP, 4, 1, False),
        (UMAP, 6, 3, True),
        (UMAP, 6, 4, False),
    ],
)
def test_a_map_is_laid_out_anew_once_many_came_later(
    chosen: Chosen, first: int, more: int, stays: bool, library: Library
) -> None:
    album(library, first)
    layout = made(library)
    layouts.save(layouts.path(library, SPACE, chosen.method.name, chosen.values), layout)
    # One after the other: each is few beside those there are.
    found = [
        kept(library, chosen) is not None
        for seed in range(1, more + 1)
        if add(library, [Seen(seed % 8)], seed=seed)
    ]
    assert found == [True] * (more - 1) + [stays]
    assert (kept(library, chosen) is not None) == stays, "nor is it taken the next time"


def test_somebody_deleted_while_a_map_is_made_is_not_on_it(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = album(library, 4, 3)
    person = owner(library, two[0])

    def meanwhile(vectors: Vectors, chosen: Chosen) -> Places:
        forget_person(library, person)
        return lay_out(vectors, chosen)

    monkeypatch.setattr(face_map, "lay_out", meanwhile)
    assert made(library).face_ids.tolist() == one
    [file] = (library.root / "layouts").iterdir()
    assert layouts.load(file).face_ids.tolist() == one


@dataclass
class Mapped:
    """A map of 15 faces by UMAP: made here, said meanwhile, and made by command elsewhere."""

    layout: Layout
    said: list[Progress]
    document: dict[str, Any]


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Mapped:
    """Both at a time: each has to compile UMAP first, which takes most of it."""
    home = tmp_path_factory.mktemp("mapped")
    library = empty(home / "library")
    album(library, 6, 5, 4)
    library.close()
    copy = shutil.copytree(home / "library", home / "copy")
    call = ["explore", "--neighbours", "4", "--json", "--library", str(copy)]
    other = subprocess.Popen([sys.executable, "-m", "gallery", *call], stdout=subprocess.PIPE)
    said: list[Progress] = []
    library = open_library(home / "library")
    layout = make_map(library, SPACE, UMAP, said.append)
    library.close()
    written, _ = other.communicate()
    assert other.returncode == 0
    return Mapped(layout, said, json.loads(written))


def test_umap_puts_alike_faces_together_and_says_how_far_it_is(mapped: Mapped) -> None:
    places, groups = mapped.layout.places, np.repeat([0, 1, 2], [6, 5, 4])
    away = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(away, np.inf)
    assert (groups[away.argmin(axis=1)] == groups).all()
    assert "Getting ready" in {step.stage for step in mapped.said}


def test_umap_gives_the_same_in_another_process(mapped: Mapped) -> None:
    found = [[point["x"], point["y"]] for point in mapped.document["points"]]
    assert np.array(found) == pytest.approx(mapped.layout.places, abs=1e-4)
    assert mapped.document["parameters"] == {"neighbours": 4, "min_dist": 0.5}


def test_what_is_told_can_stop_the_work() -> None:
    def refuse(_: Progress) -> None:
        raise KeyError

    before = threading.active_count()
    with pytest.raises(KeyError):
        lay_out_apart(np.eye(8, dtype=np.float32), UMAP, refuse)
    assert threading.active_count() == before


def test_a_process_that_fails_is_a_sentence() -> None:
    unknown = Chosen(Method("nothing", "Nothing", "", ()), {})
    with pytest.raises(GalleryError, match=r"could not be laid out.*There is no layout"):
        lay_out_apart(np.eye(8, dtype=np.float32), unknown, quietly)
