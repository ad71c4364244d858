"""The page of groupings: those that are kept, what changed between them, other ways to group."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from drawn import Drawn, opened, press, rerun, texts
from small_library import LOOSE, OPTIONS, STRICT, album, owners, regroup
from synthetic import SPACE

from gallery.algorithms import ALGORITHMS
from gallery.store import runs
from gallery.store.library import Library
from gallery.ui import choices


@pytest.fixture
def library(library: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    """Three people, grouped; the models are not needed to group them again."""
    monkeypatch.setattr(choices, "ready_models", lambda _: SimpleNamespace(space=SPACE))
    monkeypatch.setattr(choices, "embed_missing", lambda *_: iter(()))
    album(library, 4, 3, 2)
    return library


def test_a_grouping_is_said_in_words(library: Library, drawn: Drawn) -> None:
    written = texts(opened("groupings.py"))
    assert "9 faces, 3 groups, 0 left alone" in written
    assert "alike from 0.50 on" in written
    assert "weak_quality" not in written


def test_what_changed_is_shown_with_faces(library: Library, drawn: Drawn) -> None:
    regroup(library, LOOSE)
    app = opened("groupings.py")
    assert "3 people became 1 by merging" in texts(app)
    [row] = drawn.shown["face_rows"]["rows"]
    assert [len(group["faces"]) for group in row["groups"]] == [4, 3, 2]
    assert " became Person 1" in row["title"]


def test_any_two_are_compared(library: Library, drawn: Drawn) -> None:
    regroup(library, LOOSE)
    regroup(library, OPTIONS)
    app = opened("groupings.py")
    assert "1 person parted into 3" in texts(app)
    first = next(box for box in app.selectbox if box.label == "From")
    first.set_value(1)
    rerun(app)
    assert "Nothing changed" in texts(app)
    first = next(box for box in app.selectbox if box.label == "From")
    first.set_value(3)
    rerun(app)
    assert "same grouping" in texts(app)


def test_going_back_to_one(library: Library, drawn: Drawn) -> None:
    before = owners(library)
    regroup(library, STRICT)
    assert owners(library) != before
    app = opened("groupings.py")
    press(app, "Go back to this one")
    assert owners(library) == before
    assert runs.current(library).id == 1


@pytest.mark.parametrize("name", ALGORITHMS)
def test_every_other_way_runs_with_its_defaults(name: str, library: Library, drawn: Drawn) -> None:
    app = opened("groupings.py")
    next(box for box in app.selectbox if box.label == "How to group").set_value(name)
    rerun(app)
    press(app, "Group this way")
    run = runs.current(library)
    assert run.algorithm == name
    assert run.id == 2
    assert "What changed" in texts(app)


def test_what_is_set_is_what_runs(library: Library, drawn: Drawn) -> None:
    app = opened("groupings.py")
    next(box for box in app.selectbox if box.label == "How to group").set_value("kmeans")
    rerun(app)
    app.number_input[0].set_value(2)
    rerun(app)
    press(app, "Group this way")
    assert runs.current(library).parameters["k"] == 2
    assert "2 groups" in texts(app)


def test_there_is_nothing_to_group(
    tmp_path: Path, use_library: Callable[[Path], None], drawn: Drawn
) -> None:
    use_library(tmp_path / "other")
    assert "Nothing to group yet" in texts(opened("groupings.py"))
