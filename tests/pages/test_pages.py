"""Opens every page, alone and in the app, over libraries of every kind."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from gallery import people as people_decisions
from gallery.config import Settings
from gallery.pipeline import FaceModels, ingest
from gallery.reading import IngestOptions
from gallery.records import IngestReport, Refusal, RefusalCode, Stage
from gallery.sources import find_photos
from gallery.store import failures as failure_store
from gallery.store import people, photos, timeline
from gallery.store.library import open_library

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["streamlit_app.py", *(f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py"))]
UseLibrary = Callable[[Path], None]


def opened(page: str, **parameters: str) -> AppTest:
    """A page after its first run, which must not have failed."""
    app = AppTest.from_file(str(ROOT / page), default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, [error.value for error in app.exception]
    return app


def texts(app: AppTest) -> str:
    """Everything that is written on a page."""
    written = [*app.markdown, *app.error, *app.info, *app.caption, *app.title, *app.header]
    html = [item.proto.body for item in app.get("html")]
    return "\n".join([*(str(item.value) for item in written), *html])


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_over_an_empty_library(
    page: str, tmp_path: Path, use_library: UseLibrary
) -> None:
    use_library(tmp_path / "library")
    assert not opened(page).error


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_in_the_public_demo(
    page: str, tmp_path: Path, use_library: UseLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_library(tmp_path / "library")
    monkeypatch.setenv("GALLERY_DEMO", "1")
    assert not opened(page).error
    assert not (tmp_path / "library").exists()


@pytest.mark.parametrize("page", PAGES)
def test_a_wrong_setting_is_a_sentence(
    page: str, use_library: UseLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_library(tmp_path / "library")
    monkeypatch.setenv("GALLERY_MIN_SIDE", "many")
    [error] = opened(page).error
    assert "setting min\\_side" in error.value


@pytest.mark.parametrize("page", PAGES)
def test_a_library_that_cannot_be_made_is_a_sentence(
    page: str, use_library: UseLibrary, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    use_library(tmp_path / "file" / "library")
    [error] = opened(page).error
    assert "cannot be made" in error.value


@pytest.mark.models
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_over_the_album(
    page: str, album_copy: Path, use_library: UseLibrary
) -> None:
    use_library(album_copy)
    assert not opened(page, id="1").error


@pytest.mark.models
@pytest.mark.parametrize("page", ["pages/photo.py", "pages/person.py"])
@pytest.mark.parametrize("asked", ["999999", "-1", "x", "²", "9" * 40])
def test_an_unknown_id_is_said(
    page: str, asked: str, album_copy: Path, use_library: UseLibrary
) -> None:
    use_library(album_copy)
    assert "There is no such" in texts(opened(page, id=asked))


@pytest.mark.models
def test_browse_counts_what_is_there(album_copy: Path, use_library: UseLibrary) -> None:
    use_library(album_copy)
    library = open_library(album_copy)
    assert f"{photos.count(library)} photos" in texts(opened("pages/browse.py"))


@pytest.mark.models
def test_a_photo_whose_original_is_gone_shows_its_thumbnail(
    album: Path, tmp_path: Path, models: FaceModels, settings: Settings, use_library: UseLibrary
) -> None:
    """Photos may stay where they are, on a disk that is not always there."""
    disk = tmp_path / "disk"
    disk.mkdir()
    shutil.copy(album / "text" / "notice.png", disk)
    library = open_library(tmp_path / "library")
    in_place = IngestOptions(in_place=True)
    found = find_photos([disk], settings)
    for _ in ingest(library, found, models, settings, IngestReport(), in_place):
        pass
    [tile] = timeline.browse(library, limit=9)
    library.close()
    use_library(tmp_path / "library")
    away = disk.rename(tmp_path / "unplugged")
    assert "not connected" in texts(opened("pages/photo.py", photo=str(tile.id)))
    away.rename(disk)
    assert "not connected" not in texts(opened("pages/photo.py", photo=str(tile.id)))


@pytest.mark.models
def test_a_person_is_renamed_and_the_name_taken_back(
    album_copy: Path, use_library: UseLibrary
) -> None:
    use_library(album_copy)
    library = open_library(album_copy)
    person = people.everyone(library)[0]
    app = opened("pages/person.py", person=str(person.id))
    app.text_input[0].input("Ada_ <b>")
    next(button for button in app.button if button.label == "Save").click()
    app.run()
    assert not app.exception
    assert people.get(library, person.id).name == "Ada_ <b>"
    assert "Ada_ &lt;b&gt;" in texts(app)
    next(button for button in app.button if button.label == "Undo").click()
    app.run()
    assert people.get(library, person.id).name is None


@pytest.mark.models
def test_people_says_what_can_be_undone(album_copy: Path, use_library: UseLibrary) -> None:
    use_library(album_copy)
    library = open_library(album_copy)
    person = people.everyone(library)[0]
    people_decisions.name_person(library, person.id, "Grace")
    assert f"Named Person {person.number} “Grace”." in texts(opened("pages/people.py"))


def test_kept_out_files_are_listed_and_forgotten(tmp_path: Path, use_library: UseLibrary) -> None:
    root = tmp_path / "library"
    use_library(root)
    library = open_library(root)
    with library.write() as connection:
        for name, code in (("a_b.jpg", RefusalCode.EMPTY), ("c.jpg", RefusalCode.TOO_SMALL)):
            refusal = Refusal(f"trip/{name}", Stage.SOURCE, code, "It is *so*.")
            failure_store.record(library, connection, name.encode(), refusal, None, False)
    app = opened("pages/add.py")
    assert [box.label.split(" :gray")[0] for box in app.checkbox if "trip" in box.label] == [
        "trip/a\\_b\\.jpg",
        "trip/c\\.jpg",
    ]
    app.checkbox(key=f"kept-out-{failure_store.listed(library)[0].refusal.id}").check().run()
    next(button for button in app.button if button.label == "Forget them").click().run()
    assert not app.exception
    assert len(failure_store.listed(library)) == 1


@pytest.mark.models
def test_a_folder_is_added(
    album: Path, tmp_path: Path, models: object, use_library: UseLibrary
) -> None:
    use_library(tmp_path / "library")
    app = opened("pages/add.py")
    app.text_input(key="folder").input(str(album / "portraits"))
    app.button(key="add-folder").click()
    app.run(timeout=240)
    assert not app.exception
    assert not app.error
    assert "added" in texts(app)
    assert photos.count(open_library(tmp_path / "library")) > 0


@pytest.mark.parametrize(("folder", "said"), [("", "Write the path"), ("/no/such", "no file or")])
def test_a_folder_that_is_not_there_is_said(
    folder: str, said: str, tmp_path: Path, models: object, use_library: UseLibrary
) -> None:
    use_library(tmp_path / "library")
    app = opened("pages/add.py")
    app.text_input(key="folder").input(folder)
    app.button(key="add-folder").click()
    app.run()
    assert said in app.error[0].value


def test_the_demo_reads_no_folders_and_stops_when_full(
    tmp_path: Path, use_library: UseLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_library(tmp_path / "library")
    monkeypatch.setenv("GALLERY_DEMO", "1")
    app = opened("pages/add.py")
    assert not app.tabs
    assert not app.text_input
    assert "seen by you alone" in texts(app)


def test_settings_are_kept_with_the_library(tmp_path: Path, use_library: UseLibrary) -> None:
    use_library(tmp_path / "library")
    app = opened("pages/settings.py")
    app.slider[0].set_value(0.6).run()
    assert "Your own value" in texts(app)
    assert app.slider[0].value == pytest.approx(0.6)
    next(button for button in app.button if "measured" in button.label).click()
    app.run()
    assert "Your own value" not in texts(app)
