"""The page Evaluate: the owner's own people, lists of pairs, a threshold that moves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from drawn import Drawn, opened, press, rerun, texts
from small_library import Seen, add, album, owners, regroup
from synthetic import SPACE

from gallery.cluster import Method
from gallery.config import Settings
from gallery.corrections import confirm
from gallery.grouping import group
from gallery.models.cards import Thresholds
from gallery.pipeline import FaceModels
from gallery.store import evaluations, preferences, runs
from gallery.store.library import Library


@pytest.fixture(autouse=True)
def _measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The made-up model of these libraries has a threshold too."""
    monkeypatch.setattr("gallery.models.registry.is_known", lambda *_: True)
    monkeypatch.setattr(
        "gallery.workflow.thresholds_of", lambda _: Thresholds(0.4, 0.5, 0.55, "made up")
    )


@pytest.fixture
def known(library: Library) -> Library:
    """Eight people, each confirmed in six photos; one is hard to tell from another."""
    add(library, [Seen(who) for who in range(8) for _ in range(6)])
    add(library, [Seen((0, 1, 2, 3, 4)) for _ in range(6)], noise=0.05, seed=9)
    regroup(library)
    for person in set(owners(library).values()):
        confirm(library, person)
    return library


def figures(app: object) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def choose(app: object, label: str, value: str) -> None:
    next(group for group in app.button_group if group.label == label).set_value(value)
    rerun(app)


def test_too_little_is_said_with_what_to_do(library: Library) -> None:
    album(library, 4, 3)
    app = opened("evaluate.py")
    assert "Too few people are confirmed" in texts(app)
    assert not app.slider
    confirm(library, 1)
    assert "There is too little to measure" in texts(opened("evaluate.py"))
    confirm(library, 2)
    app = opened("evaluate.py")
    assert "Only 2 people; from 10 on" in texts(app)
    assert figures(app)["FRR"] == "0 %"


def test_rates_move_with_the_threshold(known: Library, drawn: Drawn) -> None:
    app = opened("evaluate.py")
    assert "9 people with 54 faces that you confirmed" in texts(app)
    first = figures(app)
    [slider] = app.slider
    assert slider.value == 0.4
    slider.set_value(0.999)
    rerun(app)
    assert (figures(app)["FAR"], figures(app)["EER"]) == ("0 %", first["EER"])
    assert float(figures(app)["FRR"].split()[0]) > 50
    press(app, "Measured value")
    assert figures(app) == first


def test_errors_are_shown_as_pictures(known: Library, drawn: Drawn) -> None:
    app = opened("evaluate.py")
    choose(app, "What to see", "Errors as pictures")
    assert "Two people taken for one" in texts(app)
    rows = drawn.shown["face_rows"]["rows"]
    assert 0 < len(rows) <= 6
    [group] = rows[0]["groups"]
    assert " and " in group["label"]
    assert len(group["faces"]) == 2
    alike = [float(row["groups"][0]["detail"].split()[1]) for row in rows]
    assert alike == sorted(alike, reverse=True), "the worst first"
    assert min(alike) >= 0.4
    choose(app, "Which errors", "At the line")
    near = [
        float(row["groups"][0]["detail"].split()[1]) for row in drawn.shown["face_rows"]["rows"]
    ]
    assert near == sorted(near, key=lambda score: abs(score - 0.4))
    app.slider[0].set_value(1.0)
    rerun(app)
    assert "None at this threshold" in texts(app)


def test_whom_it_is_bad_at_and_kept_for_reports(known: Library, drawn: Drawn) -> None:
    app = opened("evaluate.py")
    choose(app, "What to see", "Whom is it bad at?")
    assert "Size of the smaller face" in texts(app)
    press(app, "Keep for reports")
    [kept] = evaluations.listed(known, "own")
    assert kept.document["people"] == 9
    assert kept.document["slices"]


def test_nothing_is_grouped_yet(library: Library) -> None:
    assert "No faces yet" in texts(opened("evaluate.py"))


PAIRS = """left,right,same
portraits/eileen-collins.png,portraits/grace-hopper.jpg,0
white-house/2012-portrait.jpg,white-house/2009-address-to-congress.jpg,1
white-house/2012-portrait.jpg,portraits/grace-hopper.jpg,0
things/coffee.png,portraits/grace-hopper.jpg,0
"""


@pytest.mark.models
def test_a_list_of_pairs_is_measured_and_compared(
    library: Library, drawn: Drawn, album: Path, models: FaceModels, settings: Settings,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("GALLERY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GALLERY_MODELS_HOME", str(settings.models_home))
    listed = tmp_path / "pairs.csv"
    listed.write_text(PAIRS)
    app = opened("evaluate.py")
    choose(app, "What to measure", "Pairs")

    def send(folder: str, file: str) -> None:
        images, pairs = app.text_input
        images.input(folder)
        pairs.input(file)
        next(button for button in app.button if button.label == "Measure").click()
        app.run()
        assert not app.exception

    send("", "")
    assert "in which folder" in app.error[0].value
    send(str(album), str(tmp_path / "none.csv"))
    assert "cannot be read" in app.error[0].value
    send(str(album), str(listed))
    assert not app.error
    [kept] = evaluations.listed(library, "pairs")
    assert (kept.data, kept.document["pairs"], kept.document["missed"]) == ("pairs.csv", 4, 1)
    assert "retinaface with sface" in texts(app)
    assert figures(app)["Right"] == "75.00 %"
    choose(app, "What to see", "Errors as pictures")
    assert "One person taken for two: 0 pairs" in texts(app)


def test_the_public_demo_measures_no_folders(
    tmp_path: Path, use_library: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_library(tmp_path / "library")
    monkeypatch.setenv("GALLERY_DEMO", "1")
    app = opened("evaluate.py")
    choose(app, "What to measure", "Pairs")
    assert not app.text_input
    assert "cannot be measured in the public demo" in texts(app)


def lab() -> object:
    """The page with its part about grouping."""
    app = opened("evaluate.py")
    choose(app, "What to measure", "Grouping")
    return app


def test_grouping_without_known_people_says_how_they_get_known(library: Library) -> None:
    assert "No faces yet" in texts(lab())
    album(library, 4, 3)
    app = lab()
    assert "7 faces in 2 groups. How good that is can be told" in texts(app)
    assert not app.metric


def test_grouping_is_measured_and_moves_with_its_sliders(known: Library, drawn: Drawn) -> None:
    app = lab()
    first = figures(app)
    assert set(first) >= {"Pairwise F", "BCubed F", "Purity", "NMI", "ARI", "Silhouette", "Groups"}
    link = next(slider for slider in app.slider if slider.label == "How alike faces have to be")
    link.set_value(0.98)
    rerun(app)
    assert int(figures(app)["Groups"]) > int(first["Groups"])
    choose(app, "What to see", "Parted people")
    assert "in more than one group" in texts(app)
    assert drawn.shown["face_rows"]["rows"]
    press(app, "Measured values")
    assert figures(app) == first
    choose(app, "What to see", "At other values")
    assert not app.exception
    press(app, "Keep for reports")
    [kept] = evaluations.listed(known, "clusters")
    assert kept.document["curve"]["knob"] == "link"


def test_what_would_change_is_done_and_taken_back(
    known: Library, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gallery.ui.grouping_effect.group_anew", regrouped)
    before, owned = runs.current(known), owners(known)
    app = lab()
    assert "Nothing: your people are grouped like this." in texts(app)
    preferences.save(known, "embedder", "embedder")
    add(known, [Seen(7) for _ in range(6)], seed=30)
    regroup(known)
    app = lab()
    link = next(slider for slider in app.slider if slider.label == "How alike faces have to be")
    link.set_value(0.98)
    rerun(app)
    assert "parted into" in texts(app)
    assert len(runs.listed(known)) == 2
    press(app, "Group this way")
    assert len(runs.listed(known)) == 3
    assert preferences.load(known)["link_threshold"] == "0.98"
    press(app, "Take the last one back")
    assert "link_threshold" not in preferences.load(known)
    now = runs.current(known)
    assert before is not None
    assert now is not None
    assert now.id == 2
    assert {face: owners(known)[face] for face in owned} == owned


def regrouped(app: object, method: Method) -> None:
    """What the page does, without the real models: these faces have vectors already."""
    group(app.library, SPACE, method, 0.25)


def test_a_report_can_be_taken_along(known: Library) -> None:
    app = opened("evaluate.py")
    press(app, "Keep for reports")
    choose(app, "What to measure", "Report")
    assert "own people, embedder" in texts(app)
    assert [d.label for d in app.get("download_button")] == ["HTML", "PDF", "Markdown", "JSON"]
    [kept] = evaluations.listed(known)
    press(app, "Leave out")
    assert "left out" in texts(app)
    assert evaluations.listed(known) == [kept], "the measurement stays"
    assert app.get("download_button")
    press(app, "Put back")
    assert "left out" not in texts(app)


def test_a_report_of_nothing_says_what_to_do(library: Library) -> None:
    app = opened("evaluate.py")
    choose(app, "What to measure", "Report")
    assert "Nothing to report yet" in texts(app)
