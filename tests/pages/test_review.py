"""The page Review: what it asks, what an answer does, what it says where nothing is left."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from asked_library import LINK
from streamlit.testing.v1 import AppTest
from synthetic import SPACE, add_photo

from gallery import decisions, questions, review
from gallery.people import name_person
from gallery.review import Answer
from gallery.store import people
from gallery.store.library import Library, open_library
from gallery.ui import components

ROOT = Path(__file__).resolve().parents[2]
UseLibrary = Callable[[Path], None]


class Card:
    """Stands in for the drawn card, which only a browser shows: remembers it and answers it."""

    def __init__(self) -> None:
        self.shown: list[dict[str, Any]] = []
        self.to_say: list[tuple[str, str]] = []

    def __call__(self, key: str, data: dict[str, Any], on_answer: Callable[..., None]) -> None:
        self.shown.append(data)
        if self.to_say:
            said, name = self.to_say.pop(0)
            on_answer(data["turn"], data["question"], said, name)
            st.rerun()

    @property
    def last(self) -> dict[str, Any]:
        return self.shown[-1]


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Card:
    made = Card()
    monkeypatch.setattr(components, "review_card", made)
    return made


@pytest.fixture
def who(asked: tuple[Path, dict[str, int]]) -> dict[str, int]:
    return asked[1]


@pytest.fixture
def library(asked: tuple[Path, dict[str, int]], tmp_path: Path, use_library: UseLibrary) -> Library:
    root = Path(shutil.copytree(asked[0], tmp_path / "library"))
    use_library(root)
    return open_library(root)


def opened(page: str = "review") -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60)
    return well(app.run())


def well(app: AppTest) -> AppTest:
    assert not app.exception, [error.value for error in app.exception]
    assert not app.error, [error.value for error in app.error]
    return app


def texts(app: AppTest) -> str:
    html = [item.proto.body for item in app.get("html")]
    written = [*app.title, *app.header, *app.markdown]
    return "\n".join([*(str(item.value) for item in written), *html])


def only(app: AppTest, card: Card, kind: str, *to_say: tuple[str, str]) -> None:
    """Ask questions of one kind, and answer them."""
    card.to_say = list(to_say)
    app.session_state["review-kind"] = kind
    well(app.run())


def test_an_empty_library_leads_to_adding(tmp_path: Path, use_library: UseLibrary) -> None:
    use_library(tmp_path / "library")
    app = opened()
    assert "Nothing to ask yet" in texts(app)
    assert [button.label for button in app.button] == ["Add photos"]


def test_photos_without_a_grouping_say_so(tmp_path: Path, use_library: UseLibrary) -> None:
    use_library(tmp_path / "library")
    library = open_library(tmp_path / "library")
    with library.write() as connection:
        add_photo(library, connection)
    assert "Nobody is grouped yet" in texts(opened())


def test_yes_no_and_not_sure(library: Library, who: dict[str, int], card: Card) -> None:
    app = opened()
    assert "8 questions left: 2 same person?, 1 is this …?, 5 who is this?" in texts(app)
    only(app, card, "same", ("yes", ""), ("no", ""))
    assert [decision.kind for decision in decisions.standing(library)] == ["merge", "different"]
    only(app, card, "face", ("unsure", ""))
    assert decisions.latest(library).kind == "unsure"
    assert "None of this kind is left" in texts(app)
    next(button for button in app.button if button.label == "See all questions").click()
    well(app.run())
    assert "4 questions left: 4 who is this?" in texts(app)


def test_who_is_named_ignored_and_undone(library: Library, who: dict[str, int], card: Card) -> None:
    app = opened()
    only(app, card, "who", ("name", "Anna"))
    assert people.get(library, who["a"]).name == "Anna"
    assert card.last["undo"] == "Named Person 1 “Anna”"
    assert card.last["known"] == ["Anna"]
    only(app, card, "who", ("ignore", ""), ("undo", ""), ("undo", ""))
    assert people.get(library, who["a"]).name is None
    assert card.last["question"] == f"who:{who['a']}"
    assert card.last["undo"] == ""


def test_a_known_name_is_asked_about(library: Library, who: dict[str, int], card: Card) -> None:
    app = opened()
    only(app, card, "who", ("name", "Anna"), ("name", "anna"))
    assert card.last["ask"] == "The same person as Anna?"
    assert [side["id"] for side in card.last["sides"]][1] == who["a"]
    only(app, card, "who", ("yes", ""))
    assert people.get(library, who["a"]).faces == 9


def test_what_cannot_be_done_is_said_on_the_card(library: Library, card: Card) -> None:
    app = opened()
    only(app, card, "who", ("name", "x" * 201))
    assert "at most 200 letters" in card.last["problem"]


def test_a_second_click_on_the_same_card_is_not_heard(library: Library, card: Card) -> None:
    app = opened()
    turn = card.last["turn"]
    only(app, card, "who", ("unsure", ""))
    assert card.last["turn"] == turn + 1
    assert len(decisions.standing(library)) == 1


def test_when_all_is_answered_it_says_what_came_of_it(library: Library, card: Card) -> None:
    app = opened()
    card.to_say = [("unsure", "")] * 8
    well(app.run())
    assert "Nothing left to ask" in texts(app)
    assert "You answered 8 questions" in texts(app)


def test_people_leads_to_the_questions_and_back_to_who_was_left_out(
    library: Library, who: dict[str, int]
) -> None:
    app = opened("people")
    assert "Review 8 questions" in [button.label for button in app.button]
    [question] = [q for q in _questions(library) if q.key == f"who:{who['e']}"]
    review.answer_who(library, question, None)
    well(app.run())
    assert [box.label for box in app.expander] == ["Hidden and ignored (1)"]
    app.button(key=f"back-{who['e']}").click()
    well(app.run())
    assert not people.get(library, who["e"]).ignored
    assert not app.expander


def _questions(library: Library) -> list[questions.Question]:
    return questions.questions(library, SPACE, LINK)


def test_a_name_that_is_known_is_asked_about_on_people(
    library: Library, who: dict[str, int], card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [(who["e"], "anna")]
    name_person(library, who["a"], "Anna")

    def cards(
        key: str, people: object, known: object, on_name: Callable[..., None], _: object
    ) -> None:
        if given:
            on_name(*given.pop(0))
            st.rerun()

    monkeypatch.setattr(components, "naming_cards", cards)
    monkeypatch.setattr("gallery.ui.naming.review_card", card)
    app = opened("people")
    assert card.last["ask"] == "The same person as Anna?"
    assert people.get(library, who["e"]).name is None
    card.to_say = [("yes", "")]
    well(app.run())
    assert people.get(library, who["a"]).faces == 7


def test_yes_said_on_the_command_line_is_seen_by_an_open_page(
    library: Library, who: dict[str, int], card: Card
) -> None:
    app = opened()
    question = next(q for q in _questions(library) if q.key == f"same:{who['a']}:{who['b']}")
    review.answer(library, question, Answer.YES)
    well(app.run())
    assert card.last["undo"] == "Merged Person 2 (4 faces) into Person 1"
    assert "5 questions left" in texts(app)
