"""The page Explore: a map of all faces, what is chosen on it, and what is done with that."""

from __future__ import annotations

import base64
import contextlib
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from drawn import ROOT, Drawn, opened, press, rerun, texts
from small_library import LOOSE, Seen, add, album, confirmed, faces_of, owner, owners, regroup
from streamlit.testing.v1 import AppTest
from synthetic import SPACE

from gallery.errors import GalleryError
from gallery.face_map import make_map
from gallery.forgetting import forget_person
from gallery.layout import choose
from gallery.people import ignore, name_person
from gallery.store import layouts, people
from gallery.store.layouts import Layout
from gallery.store.library import Library
from gallery.ui import explore_map, layout_work
from gallery.ui.layout_work import Work


class Map:
    """Stands in for the drawn map: keeps what it was given, and does what a user would, once."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.look: list[int] = []
        self.choose: list[int] | None = None

    def __call__(
        self,
        key: str,
        data: dict[str, Any],
        on_look: Callable[[list[int]], None],
        on_choose: Callable[[int, list[int]], None],
    ) -> None:
        self.data = data
        look, self.look = self.look, []
        if look:
            on_look(look)
            st.rerun()
        wanted, self.choose = self.choose, None
        if wanted is not None:
            on_choose(data["turn"] + 1, wanted)

    def numbers(self, name: str, kind: str) -> np.ndarray:
        """What goes to the browser as bare bytes."""
        data = self.data[name]
        return np.frombuffer(base64.b64decode(data) if isinstance(data, str) else data, kind)

    @property
    def places(self) -> np.ndarray:
        return self.numbers("points", "<f4")[: 2 * len(self.faces)].reshape(-1, 2)

    @property
    def faces(self) -> list[int]:
        return self.numbers("points", "<u4")[-len(self.numbers("codes", "u1")) :].tolist()


@pytest.fixture
def drawn_map(drawn: Drawn, monkeypatch: pytest.MonkeyPatch) -> Map:
    made = Map()
    monkeypatch.setattr("gallery.ui.explore_map.face_map", made)
    # Nobody serves files here.
    monkeypatch.setattr("gallery.ui.map_data.address", lambda data, *_: data)
    return made


def keep_umap(library: Library) -> Layout:
    """A map as UMAP would leave it, without its cost."""
    faces = np.array(sorted(owners(library)))
    places = np.random.default_rng(0).normal(size=(len(faces), 2)).astype(np.float32)
    layout = Layout(faces, places, np.zeros(len(faces), dtype=np.bool_))
    chosen = choose("umap", {})
    layouts.save(layouts.path(library, SPACE, "umap", chosen.values), layout)
    return layout


@pytest.fixture
def three(library: Library) -> list[list[int]]:
    """Three people with a map."""
    groups = album(library, 5, 4, 3)
    keep_umap(library)
    return groups


def chosen(library: Library, drawn_map: Map, faces: list[int]) -> AppTest:
    """The page with some faces chosen."""
    app = opened("explore.py")
    drawn_map.choose = faces
    return rerun(app)


def test_nothing_to_explore_yet(library: Library, drawn_map: Map) -> None:
    assert "No faces to explore yet" in texts(opened("explore.py"))
    add(library, [Seen(0)])
    assert "once the people in your photos are grouped" in texts(opened("explore.py"))
    assert not drawn_map.data


@pytest.mark.parametrize("count", [1, 2])
def test_hardly_any_faces_are_there_at_once(count: int, library: Library, drawn_map: Map) -> None:
    album(library, count)
    assert f"{count} face" in texts(opened("explore.py"))
    assert len(drawn_map.faces) == count


def test_the_map_that_is_kept_is_shown(
    library: Library, three: list[list[int]], drawn_map: Map
) -> None:
    opened("explore.py")
    assert drawn_map.faces == [face for group in three for face in group]
    assert drawn_map.places.tolist() == keep_umap(library).places.tolist()
    entries = drawn_map.data["legend"]["entries"]
    assert [(e["label"], e["count"]) for e in entries] == [
        ("Person 1", 5),
        ("Person 2", 4),
        ("Person 3", 3),
    ]
    assert drawn_map.numbers("codes", "u1").tolist() == [0] * 5 + [1] * 4 + [2] * 3


def test_while_umap_is_in_the_making_pca_is_shown(library: Library, drawn_map: Map) -> None:
    album(library, 4, 3)
    app = opened("explore.py")
    first = drawn_map.places
    [bar] = app.get("progress")
    assert "can be explored meanwhile" in bar.proto.text
    method = next(group for group in app.button_group if group.label == "Map")
    method.set_value("pca")
    rerun(app)
    assert drawn_map.places.tolist() == first.tolist()
    assert not app.get("progress")


def test_a_map_that_fails_says_so_and_is_tried_again(
    library: Library, drawn_map: Map, monkeypatch: pytest.MonkeyPatch
) -> None:
    album(library, 4, 3)

    def fail(*_: object) -> None:
        raise GalleryError("There was no room.")

    monkeypatch.setattr(layout_work, "make_map", fail)
    app = AppTest.from_file(str(ROOT / "pages" / "explore.py"), default_timeout=60)
    for _ in range(50):
        if app.run().error:
            break
    assert "no room" in app.error[0].value
    assert len(drawn_map.faces) == 7
    monkeypatch.setattr(layout_work, "make_map", lambda *_: keep_umap(library))
    next(button for button in app.button if button.label == "Try again").click()
    app.run()
    assert not app.error


def test_a_map_that_is_ready_while_the_page_is_drawn_is_shown_at_once(
    library: Library, drawn_map: Map, monkeypatch: pytest.MonkeyPatch
) -> None:
    album(library, 4, 3)
    may_end = threading.Event()

    def make_slowly(*_: object) -> Layout:
        assert may_end.wait(10)
        return keep_umap(library)

    def end_while_pca_is_made(*of: Any) -> Layout:
        layout = make_map(*of)
        may_end.set()
        wait_for(layout_work.of(library, SPACE, choose("umap", {})))
        return layout

    monkeypatch.setattr(layout_work, "make_map", make_slowly)
    monkeypatch.setattr(explore_map, "make_map", end_while_pca_is_made)
    opened("explore.py")
    assert drawn_map.places.tolist() == keep_umap(library).places.tolist()


def wait_for(work: Work | None) -> None:
    while work is not None and work.is_going_on:
        work._thread.join(0.1)


def test_a_map_that_cannot_be_kept_is_made_once_and_shown(
    library: Library, drawn_map: Map, monkeypatch: pytest.MonkeyPatch
) -> None:
    album(library, 4, 3)
    layout = keep_umap(library)
    shutil.rmtree(library.root / "layouts")
    (library.root / "layouts").write_bytes(b"where no folder can be made")
    made = []

    def make(*_: object) -> Layout:
        made.append(1)
        return layout

    monkeypatch.setattr(layout_work, "make_map", make)
    app = opened("explore.py")
    for _ in range(3):
        wait_for(layout_work.of(library, SPACE, choose("umap", {})))
        rerun(app)
    assert drawn_map.places.tolist() == layout.places.tolist()
    assert not app.get("progress")
    assert made == [1]


def test_two_tabs_begin_one_map(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    album(library, 4, 3)
    both, begun = threading.Barrier(2), []

    class Slow(Work):
        def __init__(self, *of: Any) -> None:
            begun.append(self)
            # Where nothing keeps the other from it, both are here at once.
            with contextlib.suppress(threading.BrokenBarrierError):
                both.wait(0.5)
            super().__init__(*of)

    monkeypatch.setattr(layout_work, "Work", Slow)
    monkeypatch.setattr(layout_work, "make_map", lambda *_: may_end.wait(10))
    may_end = threading.Event()
    wanted = (library, SPACE, choose("umap", {}))
    with ThreadPoolExecutor() as tabs:
        works = list(tabs.map(lambda _: layout_work.begin(*wanted), range(2)))
    may_end.set()
    assert begun == [works[0]] == [works[1]]


def test_new_faces_are_put_in_and_laid_out_anew_when_asked(
    library: Library, three: list[list[int]], drawn_map: Map
) -> None:
    before = keep_umap(library).places.tolist()
    add(library, [Seen(0)], seed=8)
    app = opened("explore.py")
    assert drawn_map.places[:-1].tolist() == before
    assert "1 face came later and was put beside" in texts(app)
    press(app, "Lay out anew")
    assert drawn_map.places[:-1].tolist() == before
    assert app.get("progress")


def test_other_parameters_are_another_map(
    library: Library, three: list[list[int]], drawn_map: Map
) -> None:
    app = opened("explore.py")
    next(slider for slider in app.slider if "looked at" in slider.label).set_value(4)
    press(app, "Lay out anew")
    assert layout_work.of(library, SPACE, choose("umap", {"neighbours": 4.0})) is not None
    # Meanwhile the one that was seen before is.
    assert drawn_map.places.tolist() == keep_umap(library).places.tolist()
    rerun(app)
    assert next(s for s in app.slider if "looked at" in s.label).value == 4


@pytest.mark.parametrize(
    ("by", "legend"), [("quality", "90%"), ("time", "July 2024"), ("group", "Group 1")]
)
def test_colours(
    by: str, legend: str, library: Library, three: list[list[int]], drawn_map: Map
) -> None:
    app = opened("explore.py")
    next(box for box in app.selectbox if box.label == "Colour by").set_value(by)
    rerun(app)
    assert legend in str(drawn_map.data["legend"])
    # It stays, whatever else is chosen.
    drawn_map.choose = three[0][:1]
    rerun(app)
    assert legend in str(drawn_map.data["legend"])


def test_groups_of_any_run_colour_the_faces(
    library: Library, three: list[list[int]], drawn_map: Map
) -> None:
    regroup(library, LOOSE)
    app = opened("explore.py")
    next(box for box in app.selectbox if box.label == "Colour by").set_value("group")
    rerun(app)
    assert [entry["count"] for entry in drawn_map.data["legend"]["entries"]] == [12]
    next(box for box in app.selectbox if box.label == "Grouping").set_value(1)
    rerun(app)
    assert [entry["count"] for entry in drawn_map.data["legend"]["entries"]] == [5, 4, 3]


def test_what_is_pointed_at_is_said(
    library: Library, three: list[list[int]], drawn_map: Map
) -> None:
    name_person(library, owner(library, three[0][0]), "Ada")
    app = opened("explore.py")
    drawn_map.look = [three[0][0], 999_999]
    rerun(app)
    [seen] = drawn_map.data["seen"]
    assert (seen["id"], seen["label"], seen["detail"]) == (three[0][0], "Ada", "1 July 2024")
    assert drawn_map.data["looked"] == [three[0][0], 999_999]


def test_chosen_faces_appear_beside_the_map(
    library: Library, three: list[list[int]], drawn_map: Map, drawn: Drawn
) -> None:
    faces = [*three[1], three[0][0]]
    app = chosen(library, drawn_map, faces)
    written = texts(app)
    assert "5 faces" in written
    assert "Person 2 (4 of 4), Person 1 (1 of 5)" in written
    shown = drawn.shown["face_picker"]["faces"]
    assert [face["id"] for face in shown] == faces
    assert drawn_map.numbers("chosen", "<u4").tolist() == faces
    assert drawn_map.data["turn"] == 1
    press(app, "Clear")
    assert drawn_map.data["chosen"] == ""
    assert drawn_map.data["turn"] == 2
    assert "Draw around faces" in texts(app)


def test_they_become_somebody_by_name_in_one_decision(
    library: Library, three: list[list[int]], drawn_map: Map, drawn: Drawn
) -> None:
    one, two, _ = three
    before = owners(library)
    app = chosen(library, drawn_map, [*one[:2], two[0]])
    press(app, "Say who they are …")
    drawn.answers["person_picker"] = {"fresh": "Ada"}
    rerun(app)
    person = owner(library, one[0])
    assert people.get(library, person).name == "Ada"
    assert faces_of(library, person) == [*one[:2], two[0]]
    assert "Said that 3 faces" in texts(app)
    # They stay chosen, to be seen under the new name.
    assert "Ada (3 of 3)" in texts(app)
    press(app, "Undo")
    assert owners(library) == before


def test_they_join_somebody_there_is(
    library: Library, three: list[list[int]], drawn_map: Map, drawn: Drawn
) -> None:
    one, two, _ = three
    app = chosen(library, drawn_map, two[:2])
    press(app, "Say who they are …")
    drawn.answers["person_picker"] = {"pick": owner(library, one[0])}
    rerun(app)
    assert owner(library, two[0]) == owner(library, one[0])
    assert set(two[:2]) <= set(confirmed(library))


@pytest.mark.parametrize("others", [0, 1])
def test_somebody_new(
    others: int, library: Library, three: list[list[int]], drawn_map: Map
) -> None:
    one, two, _ = three
    faces = [*one[:2], *two[:others]]
    app = chosen(library, drawn_map, faces)
    press(app, "Somebody new")
    assert faces_of(library, owner(library, one[0])) == faces
    assert owner(library, one[0]) != owner(library, one[2])
    # They are all of a person now, and only lack a name.
    assert "Somebody new" not in [button.label for button in app.button]


def test_all_of_a_person_get_a_name_at_once(
    library: Library, three: list[list[int]], drawn_map: Map, drawn: Drawn
) -> None:
    person = owner(library, three[0][0])
    app = chosen(library, drawn_map, three[0])
    assert [card["id"] for card in drawn.shown["naming_cards"]["people"]] == [person]
    assert "Say who they are …" not in [button.label for button in app.button]
    name_person(library, person, "Ada")
    rerun(app)
    assert "Ada (5 of 5)" in texts(app)
    assert "Say who they are …" in [button.label for button in app.button]


def test_two_of_one_photo_are_mentioned_and_one_is_kept(library: Library, drawn_map: Map) -> None:
    faces = add(library, [Seen(0, "both"), Seen(1, "both"), Seen(0), Seen(1)])
    regroup(library)
    keep_umap(library)
    app = chosen(library, drawn_map, faces)
    assert "1 face is in a photo with another of them" in texts(app)
    press(app, "Keep the clearest of each photo")
    assert "3 faces" in texts(app)
    assert "in a photo with another" not in texts(app)


def test_people_are_merged_after_a_question(
    library: Library, three: list[list[int]], drawn_map: Map
) -> None:
    one, two, three_ = three
    name_person(library, owner(library, two[0]), "Ada")
    before = owners(library)
    app = chosen(library, drawn_map, [one[0], two[0], three_[0]])
    press(app, "Merge 3 people …")
    assert "become **Ada**" in texts(app)
    press(app, "Merge the 3 people")
    assert set(owners(library).values()) == {before[two[0]]}
    press(app, "Undo")
    assert owners(library) == before


def test_people_of_one_photo_are_merged_only_when_said_twice(
    library: Library, drawn_map: Map
) -> None:
    faces = add(library, [Seen(0, "both"), Seen(1, "both"), *[Seen(0)] * 3, *[Seen(1)] * 3])
    regroup(library)
    keep_umap(library)
    app = chosen(library, drawn_map, faces)
    press(app, "Merge 2 people …")
    press(app, "Merge the 2 people")
    assert len(set(owners(library).values())) == 2
    assert "together in a photo" in texts(app)
    press(app, "Merge all the same")
    assert len(set(owners(library).values())) == 1


@pytest.mark.parametrize(
    ("question", "gone", "asks"),
    [
        ("Merge 3 people …", 1, True),
        ("Merge 3 people …", 2, False),
        ("Merge 3 people …", 3, False),
        ("Ignore …", 2, True),
        ("Ignore …", 3, False),
    ],
)
def test_nothing_is_asked_about_people_who_were_deleted_meanwhile(
    question: str,
    gone: int,
    asks: bool,
    library: Library,
    three: list[list[int]],
    drawn_map: Map,
) -> None:
    app = chosen(library, drawn_map, [group[0] for group in three])
    press(app, question)
    for group in three[:gone]:
        forget_person(library, owner(library, group[0]))
    # A face that the page goes on with.
    add(library, [Seen(5)], seed=5)
    rerun(app)
    assert ("Cancel" in [button.label for button in app.button]) == asks
    rerun(app)


def test_strangers_are_ignored_in_one_decision_and_names_are_not(
    library: Library, three: list[list[int]], drawn_map: Map
) -> None:
    one, two, three_ = three
    name_person(library, owner(library, one[0]), "Ada")
    app = chosen(library, drawn_map, [one[0], two[0], three_[0]])
    press(app, "Ignore …")
    press(app, "Ignore 2 people for good")
    assert [person.label for person in people.everyone(library)] == ["Ada"]
    assert "Ignored 2 people: Person 2, Person 3." in texts(app)
    press(app, "Undo")
    assert len(people.everyone(library)) == 3
    ignore(library, owner(library, two[0]))
    rerun(app)
    press(app, "Ignore …")
    assert any(button.label == "Ignore 1 person for good" for button in app.button)


@pytest.mark.parametrize(("action", "left"), [("leave", 3), ("remove", 3), ("move", 4)])
def test_some_of_the_chosen_ones(
    action: str,
    left: int,
    library: Library,
    three: list[list[int]],
    drawn_map: Map,
    drawn: Drawn,
) -> None:
    two = three[1]
    app = chosen(library, drawn_map, two)
    drawn.answers["face_picker"] = {"act": {"action": action, "faces": [two[0]]}}
    rerun(app)
    assert len(drawn.shown["face_picker"]["faces"]) == left
    assert len(owners(library)) == (11 if action == "remove" else 12)
    assert ("person_picker" in drawn.shown) == (action == "move")


def test_people_of_the_chosen_faces_are_named_and_opened(
    library: Library, three: list[list[int]], drawn_map: Map, drawn: Drawn
) -> None:
    one, two, _ = three
    name_person(library, owner(library, one[0]), "Ada")
    app = chosen(library, drawn_map, [one[0], two[0]])
    part = next(group for group in app.button_group if group.label == "What to see")
    part.set_value("people")
    rerun(app)
    assert [card["id"] for card in drawn.shown["naming_cards"]["people"]] == [
        owner(library, two[0])
    ]
    assert [tile["label"] for tile in drawn.shown["people_grid"]["people"]] == ["Ada"]


def test_what_is_gone_is_chosen_no_more(
    library: Library, three: list[list[int]], drawn_map: Map, tmp_path: Path
) -> None:
    app = chosen(library, drawn_map, [*three[0], 999_999])
    assert "5 faces" in texts(app)
