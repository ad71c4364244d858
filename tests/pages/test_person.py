"""The page of a person: faces are put right, the person is merged and parted, all undone."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from drawn import Drawn, opened, press, rerun, texts
from small_library import Seen, add, album, confirmed, faces_of, owner, regroup, rejected
from synthetic import encoded, put, sharp_pixels

from gallery import corrections
from gallery.config import load_settings
from gallery.people import name_person
from gallery.store import faces as face_store
from gallery.store import people, runs
from gallery.store.library import Library
from gallery.ui import describing
from gallery.ui.images import Pictures


def choose(drawn: Drawn, action: str, *faces: int) -> None:
    drawn.answers["face_picker"] = {"act": {"action": action, "faces": list(faces)}}


def test_faces_come_least_alike_first_and_turned_round(library: Library, drawn: Drawn) -> None:
    [faces] = album(library, 6)
    app = opened("person.py", person=owner(library, faces[0]))
    first = [face["id"] for face in drawn.shown["face_picker"]["faces"]]
    assert sorted(first) == faces
    order = next(group for group in app.button_group if group.label == "Order")
    order.set_value("Most alike first")
    rerun(app)
    assert [face["id"] for face in drawn.shown["face_picker"]["faces"]] == first[::-1]


def test_an_odd_face_stands_out_until_it_is_confirmed(library: Library, drawn: Drawn) -> None:
    faces = add(library, [Seen(0)] * 11 + [Seen((0, 1))])
    regroup(library)
    person = owner(library, faces[-1])
    opened("person.py", person=person)
    shown = drawn.shown["face_picker"]["faces"]
    assert [face["id"] for face in shown if face["odd"]] == [faces[-1]]
    corrections.confirm(library, person, [faces[-1]])
    opened("person.py", person=person)
    shown = {face["id"]: face for face in drawn.shown["face_picker"]["faces"]}
    assert not shown[faces[-1]]["odd"]
    assert shown[faces[-1]]["sure"]


@pytest.mark.parametrize("action", ["reject", "split", "remove"])
def test_faces_leave_and_come_back(action: str, library: Library, drawn: Drawn) -> None:
    [faces] = album(library, 5)
    person = owner(library, faces[0])
    app = opened("person.py", person=person)
    choose(drawn, action, *faces[:2])
    rerun(app)
    assert faces_of(library, person) == faces[2:]
    press(app, "Undo")
    assert faces_of(library, person) == faces
    assert not confirmed(library)


def test_faces_are_confirmed_and_one_is_the_picture(library: Library, drawn: Drawn) -> None:
    [faces] = album(library, 4)
    person = owner(library, faces[0])
    app = opened("person.py", person=person)
    choose(drawn, "confirm", *faces[:2])
    rerun(app)
    assert set(confirmed(library)) == set(faces[:2])
    choose(drawn, "cover", faces[3])
    rerun(app)
    assert people.get(library, person).cover_face_id == faces[3]


@pytest.mark.parametrize("name", ["Ada", ""])
def test_faces_move_to_somebody_new_in_one_decision(
    name: str, library: Library, drawn: Drawn
) -> None:
    [faces] = album(library, 5)
    person = owner(library, faces[0])
    app = opened("person.py", person=person)
    choose(drawn, "move", *faces[:2])
    rerun(app)
    drawn.answers["person_picker"] = {"fresh": name}
    rerun(app)
    new = owner(library, faces[0])
    assert faces_of(library, new) == faces[:2]
    assert people.get(library, new).name == (name or None)
    assert rejected(library) == {face: {person} for face in faces[:2]}
    press(app, "Undo")
    assert faces_of(library, person) == faces


def test_faces_move_to_whom_the_picker_offers_first(library: Library, drawn: Drawn) -> None:
    one, other, _ = album(library, 5, 4, 3)
    # One of the faces is the other person's in truth.
    [mixed] = add(library, [Seen(1)], seed=7)
    regroup(library)
    person, target = owner(library, one[0]), owner(library, other[0])
    corrections.move(library, [mixed], person)
    app = opened("person.py", person=person)
    choose(drawn, "move", mixed)
    rerun(app)
    offered = drawn.shown["person_picker"]["people"]
    assert offered[0]["id"] == target
    assert person not in [choice["id"] for choice in offered]
    drawn.answers["person_picker"] = {"pick": target}
    rerun(app)
    assert owner(library, mixed) == target
    assert "person_picker" not in drawn.answers
    assert "Said that 1 face" in texts(app)


def test_a_typed_name_that_somebody_has_is_that_person(library: Library, drawn: Drawn) -> None:
    one, other = album(library, 4, 3)
    name_person(library, owner(library, other[0]), "Grace")
    app = opened("person.py", person=owner(library, one[0]))
    choose(drawn, "move", one[0])
    rerun(app)
    drawn.answers["person_picker"] = {"fresh": "grace"}
    rerun(app)
    assert owner(library, one[0]) == owner(library, other[0])


def test_two_in_one_photo_are_merged_only_when_said_twice(library: Library, drawn: Drawn) -> None:
    faces = add(library, [Seen(0, "both"), Seen(1, "both"), Seen(0), Seen(0), Seen(1)])
    regroup(library)
    stays, joins = owner(library, faces[0]), owner(library, faces[1])
    app = opened("person.py", person=stays)
    drawn.menu = "Merge with …"
    rerun(app)
    drawn.answers["person_picker"] = {"pick": joins}
    rerun(app)
    assert faces_of(library, joins)
    assert "together in a photo" in texts(app)
    assert "--twice" not in texts(app)
    press(app, "Cancel")
    assert "together in a photo" not in texts(app)
    assert faces_of(library, joins)


def test_a_face_moves_into_a_photo_twice_only_when_said_so(library: Library, drawn: Drawn) -> None:
    faces = add(library, [Seen(0, "both"), Seen(1, "both"), Seen(0), Seen(1)])
    regroup(library)
    person, target = owner(library, faces[1]), owner(library, faces[0])
    corrections.confirm(library, target)
    app = opened("person.py", person=person)
    choose(drawn, "move", faces[1])
    rerun(app)
    drawn.answers["person_picker"] = {"pick": target}
    rerun(app)
    assert owner(library, faces[1]) == person
    press(app, "Move all the same")
    assert owner(library, faces[1]) == target


def test_the_parts_of_a_mixed_person_are_split_off(library: Library, drawn: Drawn) -> None:
    faces = add(library, [Seen(0)] * 5 + [Seen(1)] * 3)
    regroup(library)
    person, other = owner(library, faces[0]), owner(library, faces[-1])
    corrections.merge(library, person, [other])
    app = opened("person.py", person=person)
    drawn.menu = "Split …"
    rerun(app)
    press(app, "Split into 2 people")
    assert faces_of(library, person) == faces[:5]
    assert {owner(library, face) for face in faces[5:]}.isdisjoint({person})
    press(app, "Undo")
    assert faces_of(library, person) == faces


def test_one_person_is_not_parted(library: Library, drawn: Drawn) -> None:
    faces = add(library, [Seen(0)] * 2, noise=0.0)
    regroup(library)
    app = opened("person.py", person=owner(library, faces[0]))
    drawn.menu = "Split …"
    rerun(app)
    assert "still belong together" in texts(app)


@pytest.mark.parametrize(
    ("option", "back", "field"),
    [("Hide", "Show again", "hidden"), ("Ignore for good", "Stop ignoring", "ignored")],
)
def test_a_person_is_hidden_and_shown_again(
    option: str, back: str, field: str, library: Library, drawn: Drawn
) -> None:
    [faces] = album(library, 3)
    person = owner(library, faces[0])
    app = opened("person.py", person=person)
    drawn.menu = option
    rerun(app)
    assert getattr(people.get(library, person), field)
    drawn.menu = back
    rerun(app)
    assert not getattr(people.get(library, person), field)


def test_a_person_is_deleted_for_good_after_a_question(
    library: Library, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = album(library, 3, 2)
    person = owner(library, one[0])
    app = opened("person.py", person=person)
    drawn.menu = "Delete for good …"
    rerun(app)
    assert "the one thing that cannot be undone" in texts(app)
    press(app, "Cancel")
    assert faces_of(library, person) == one
    drawn.menu = "Delete for good …"
    rerun(app)
    monkeypatch.setattr("gallery.ui.who_dialogs.go", lambda page: None)
    press(app, "Delete for good")
    assert people.get(library, person) is None
    assert face_store.count(library) == 2


def test_nothing_of_somebody_deleted_stays_in_memory_or_to_be_downloaded(
    library: Library, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = album(library, 3, 2)
    monkeypatch.setenv("GALLERY_DEMO", "1")
    load_settings.cache_clear()
    visit = SimpleNamespace(library=library, pictures=Pictures(library.media))
    monkeypatch.setattr("gallery.ui.frame.current_visit", lambda: visit)
    monkeypatch.setattr("gallery.ui.who_dialogs.go", lambda page: None)
    crops = face_store.crop_keys(library, one)
    for key in crops.values():
        library.media.put(key, encoded(sharp_pixels(0)))
        assert visit.pictures.data(key)
    written = put(library.root.parent / "data-set.zip", b"crops")
    run = runs.current(library)
    assert run is not None
    held = describing._read(("before",), library, run)
    app = opened("person.py", person=owner(library, one[0]))
    drawn.menu = "Delete for good …"
    rerun(app)
    assert "that you made" not in texts(app), "there is nothing that a visitor could have made"
    press(app, "Delete for good")
    assert not set(crops.values()) & set(visit.pictures._held)
    assert describing._read(("before",), library, run) is not held
    assert not written.exists()


def test_an_owner_is_told_that_copies_stay(
    library: Library, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gallery.ui.who_dialogs.go", lambda page: None)
    [faces] = album(library, 3)
    written = put(library.root.parent / "data-set.zip", b"crops")
    app = opened("person.py", person=owner(library, faces[0]))
    drawn.menu = "Delete for good …"
    rerun(app)
    assert "Data sets, reports and copies that you made" in texts(app)
    press(app, "Delete for good")
    assert written.exists()


def test_the_latest_decision_is_offered_to_be_undone_where_it_is_about_the_person(
    library: Library, drawn: Drawn
) -> None:
    one, other = album(library, 3, 2)
    name_person(library, owner(library, one[0]), "Ada")
    assert "Named Person 1" in texts(opened("person.py", person=owner(library, one[0])))
    app = opened("person.py", person=owner(library, other[0]))
    assert not [button for button in app.button if button.label == "Undo"]


def test_all_faces_are_confirmed_and_a_birth_year_is_kept(library: Library, drawn: Drawn) -> None:
    [faces] = album(library, 3)
    person = owner(library, faces[0])
    app = opened("person.py", person=person)
    drawn.menu = "Confirm all faces"
    rerun(app)
    assert set(confirmed(library)) == set(faces)
    drawn.menu = "Birth year …"
    rerun(app)
    app.number_input[0].set_value(1990)
    # The first is that of the name.
    [button for button in app.button if button.label == "Save"][-1].click()
    rerun(app)
    assert people.get(library, person).birth_year == 1990
    assert "born in 1990" in texts(app)


def test_why_a_face_is_here(library: Library, drawn: Drawn) -> None:
    one, _ = album(library, 4, 3)
    app = opened("person.py", person=owner(library, one[0]))
    choose(drawn, "why", one[0])
    rerun(app)
    written = texts(app)
    assert "Grouped with Person 1" in written
    assert "to the 3 other faces of Person 1" in written
    assert "Person 2 comes next" in written
    assert [len(row["groups"][0]["faces"]) for row in drawn.shown["face_rows"]["rows"]] == [3, 3]


def test_an_address_of_a_merged_person_leads_on(
    library: Library, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = album(library, 4, 3)
    stays, gone = owner(library, one[0]), owner(library, other[0])
    corrections.merge(library, stays, [gone])
    led: list[dict[str, object]] = []

    def go(page: str, **parameters: object) -> None:
        led.append({"page": page, **parameters})

    monkeypatch.setattr("gallery.ui.frame.go", go)
    opened("person.py", person=gone)
    assert led == [{"page": "person", "person": stays}]


def test_nobody_is_left_when_all_faces_are_deleted(library: Library, drawn: Drawn) -> None:
    one, _ = album(library, 2, 3)
    person = owner(library, one[0])
    app = opened("person.py", person=person)
    choose(drawn, "remove", *one)
    rerun(app)
    assert "No faces are left here" in texts(app)
    press(app, "Undo")
    assert faces_of(library, person) == one
    assert face_store.count(library) == 5
