"""The page of what was decided: listed by day, taken back one by one or all at once."""

from __future__ import annotations

import pytest
from drawn import Drawn, opened, press, rerun, texts
from small_library import album, owner

from gallery import decisions
from gallery.people import name_person
from gallery.store import people
from gallery.store.library import Library


@pytest.fixture
def person(library: Library) -> int:
    """Named three times."""
    [faces] = album(library, 3)
    person = owner(library, faces[0])
    for name in ("Ada", "Grace", "Mary"):
        name_person(library, person, name)
    return person


def listed(drawn: Drawn) -> list[tuple[str, bool]]:
    days = drawn.shown["history_list"]["days"]
    return [(item["sentence"], item["holds"]) for day in days for item in day["decisions"]]


def test_decisions_are_listed_the_latest_first(person: int, drawn: Drawn) -> None:
    opened("history.py")
    assert listed(drawn) == [
        ("Renamed Grace “Mary”", True),
        ("Renamed Ada “Grace”", True),
        ("Named Person 1 “Ada”", True),
    ]


def test_undo_and_redo_mark_what_holds(library: Library, person: int, drawn: Drawn) -> None:
    app = opened("history.py")
    press(app, "Undo")
    assert [holds for _, holds in listed(drawn)] == [False, True, True]
    assert people.get(library, person).name == "Grace"
    press(app, "Redo")
    assert [holds for _, holds in listed(drawn)] == [True, True, True]
    assert people.get(library, person).name == "Mary"


@pytest.mark.parametrize(("answer", "name"), [("Take 2 decisions back", "Ada"), ("Cancel", "Mary")])
def test_everything_back_to_a_decision_is_taken_back_after_a_question(
    answer: str, name: str, library: Library, person: int, drawn: Drawn
) -> None:
    app = opened("history.py")
    second = decisions.standing(library)[1]
    drawn.answers["history_list"] = {"back": second.id}
    rerun(app)
    assert people.get(library, person).name == "Mary"
    assert "Renamed Ada" in texts(app)
    press(app, answer)
    assert people.get(library, person).name == name
    assert answer not in [button.label for button in app.button]


def test_when_all_is_taken_back_it_stays_listed(
    library: Library, person: int, drawn: Drawn
) -> None:
    decisions.undo(library, 3)
    app = opened("history.py")
    assert "All of it was taken back" in texts(app)
    assert [holds for _, holds in listed(drawn)] == [False] * 3


def test_nothing_was_decided(library: Library, drawn: Drawn) -> None:
    assert "Nothing was decided so far" in texts(opened("history.py"))
