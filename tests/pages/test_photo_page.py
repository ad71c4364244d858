"""The page of a photo: why each face is where it is, who it is, faces added and deleted."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from drawn import Drawn, opened, press, rerun, texts
from small_library import Seen, add, owner, owners, regroup, rejected
from synthetic import SPACE

from gallery.boxes import DrawnFace
from gallery.records import Photo
from gallery.store import faces as face_store
from gallery.store import photos
from gallery.store.library import Library
from gallery.ui import adding_faces


@pytest.fixture
def faces(library: Library) -> list[int]:
    """Two people on one photo, elsewhere a weak face of nobody's, a little like one of them."""
    found = add(library, [Seen(0, "both"), Seen(1, "both"), *[Seen(0)] * 3, *[Seen(1)] * 3])
    found += add(library, [Seen((0, 2, 3, 4, 5), "blurred", quality=0.1)], noise=0, seed=5)
    regroup(library)
    return found


def photo_of(library: Library, face: int) -> int:
    return face_store.get(library, face).photo_id


def ask(drawn: Drawn, face: int) -> None:
    drawn.answers["photo_view"] = {"ask": face}


def test_why_with_the_faces_that_speak_for_it(
    library: Library, faces: list[int], drawn: Drawn
) -> None:
    app = opened("photo.py", photo=photo_of(library, faces[0]))
    ask(drawn, faces[0])
    rerun(app)
    assert "Grouped with Person" in texts(app)
    own, other = (row["groups"][0] for row in drawn.shown["face_rows"]["rows"])
    assert own["label"].startswith("Most alike of")
    assert [float(face["score"]) for face in own["faces"]] == sorted(
        (float(face["score"]) for face in own["faces"]), reverse=True
    )
    assert other["label"].startswith("Next: ")


def test_a_face_of_nobody_is_not_sure_and_may_be_somebody(
    library: Library, faces: list[int], drawn: Drawn
) -> None:
    assert faces[-1] not in owners(library)
    app = opened("photo.py", photo=photo_of(library, faces[-1]))
    [box] = drawn.shown["photo_view"]["faces"]
    label = f"Person {owner(library, faces[0])}"
    assert (box["label"], box["detail"]) == ("Not sure", f"{label}?")
    ask(drawn, faces[-1])
    rerun(app)
    press(app, f"Yes, {label}")
    assert owner(library, faces[-1]) == owner(library, faces[0])
    press(app, "Undo")
    assert faces[-1] not in owners(library)


def test_not_this_person_and_not_a_face(library: Library, faces: list[int], drawn: Drawn) -> None:
    person = owner(library, faces[0])
    app = opened("photo.py", photo=photo_of(library, faces[0]))
    ask(drawn, faces[0])
    rerun(app)
    press(app, f"Not Person {person}")
    assert rejected(library) == {faces[0]: {person}}
    ask(drawn, faces[1])
    rerun(app)
    press(app, "Not a face")
    assert [face["id"] for face in drawn.shown["photo_view"]["faces"]] == [faces[0]]


def test_it_is_somebody_else(library: Library, faces: list[int], drawn: Drawn) -> None:
    app = opened("photo.py", photo=photo_of(library, faces[2]))
    ask(drawn, faces[2])
    rerun(app)
    press(app, "It is somebody else …")
    drawn.answers["person_picker"] = {"pick": owner(library, faces[1])}
    rerun(app)
    assert owner(library, faces[2]) == owner(library, faces[1])


def test_a_face_that_is_gone_is_said(library: Library, faces: list[int], drawn: Drawn) -> None:
    app = opened("photo.py", photo=photo_of(library, faces[0]))
    ask(drawn, 999)
    rerun(app)
    assert "This face is gone" in texts(app)


def test_a_drawn_face_is_added_and_named(
    library: Library, faces: list[int], drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = photos.get(library, photo_of(library, faces[0]))
    asked: list[object] = []

    def add_face(_library: Library, photo_id: int, box: object, *_: object) -> DrawnFace:
        asked.append((photo_id, box))
        return DrawnFace(faces[-1], recognisable=False)

    monkeypatch.setattr(adding_faces.boxes, "add_face", add_face)
    monkeypatch.setattr(adding_faces, "ready_models", lambda _: SimpleNamespace(space=SPACE))
    app = opened("photo.py", photo=photo.id)
    box = {"left": 10, "top": 20, "width": 5.5, "height": 10}
    drawn.answers["photo_view"] = {"drawn": box}
    rerun(app)
    assert asked == [(photo.id, pytest.approx((40, 60, 62, 90)))]
    assert "No face is recognisable" in texts(app)
    drawn.answers["person_picker"] = {"fresh": "Ada"}
    rerun(app)
    assert "somebody new, Ada" in texts(app)


def test_a_box_is_drawn_in_pixels_of_the_photo() -> None:
    photo = SimpleNamespace(width=400, height=300)
    box = adding_faces.pixels_of(_photo(photo), (50, 50, 60, 50))
    assert box == (200, 150, 400, 300)


def _photo(shape: object) -> Photo:
    return shape  # type: ignore[return-value]


@pytest.mark.parametrize(
    "sent", [None, 3, {}, {"left": "a", "top": 1, "width": 1, "height": 1}, {"left": -1}]
)
def test_nonsense_from_a_browser_is_no_box(
    sent: object, library: Library, faces: list[int], drawn: Drawn
) -> None:
    app = opened("photo.py", photo=photo_of(library, faces[0]))
    drawn.answers["photo_view"] = {"drawn": sent, "ask": "x", "open": True}
    rerun(app)
