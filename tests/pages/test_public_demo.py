"""What strangers may see and upload in the public demo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from gallery.config import Settings, load_settings
from gallery.errors import LibraryError
from gallery.records import IngestReport, Refusal, RefusalCode, Stage
from gallery.store import failures as failure_store
from gallery.store import photos, timeline
from gallery.store.library import Library, open_library
from gallery.ui import frame
from gallery.ui.adding import Outcome
from gallery.ui.images import Pictures

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Callable[[Library], Library]:
    """Makes a library that of the visitor of a demo."""

    def use(library: Library) -> Library:
        monkeypatch.setenv("GALLERY_DEMO", "1")
        load_settings.cache_clear()
        visit = SimpleNamespace(library=library, pictures=Pictures(library.media))
        monkeypatch.setattr("gallery.ui.frame.current_visit", lambda: visit)
        return library

    return use


def seen(app: AppTest) -> str:
    """All text of a page that is not part of a picture."""
    written = [*app.markdown, *app.error, *app.info, *app.caption, *app.checkbox]
    html = [item.proto.body for item in app.get("html")]
    return "\n".join([*(f"{getattr(item, 'label', '')}{item.value}" for item in written), *html])


def opened(page: str, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / page), default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_the_demo_has_limits_of_its_own() -> None:
    owners = Settings(threads=3)
    demo = owners.for_demo()
    assert (demo.max_pixels, demo.max_file_mb, demo.max_archive_gb) == (40_000_000, 50, 1)
    assert demo.threads == 3
    assert owners.max_file_mb == 500


def test_stricter_limits_stay_in_the_demo() -> None:
    demo = Settings(max_pixels=2_000_000, max_file_mb=5).for_demo()
    assert (demo.max_pixels, demo.max_file_mb) == (2_000_000, 5)


def test_visitors_get_the_limits_of_the_demo(
    library: Library, visit: Callable[[Library], Library]
) -> None:
    assert frame.open_app().settings.max_pixels == 250_000_000
    visit(library)
    assert frame.open_app().settings.max_pixels == 40_000_000


@pytest.mark.models
@pytest.mark.parametrize("is_demo", [True, False])
def test_only_the_owner_sees_where_a_photo_lies(
    album_copy: Path,
    visit: Callable[[Library], Library],
    use_library: Callable[[Path], None],
    is_demo: bool,
) -> None:
    use_library(album_copy)
    library = open_library(album_copy)
    if is_demo:
        visit(library)
    photo_id = timeline.browse(library, limit=1)[0].id
    place = Path(photos.get(library, photo_id).places[0])
    text = seen(opened("pages/photo.py", photo=str(photo_id)))
    assert place.name in text
    assert (str(place.parent) not in text) == is_demo


@pytest.mark.models
@pytest.mark.parametrize(
    "page", ["streamlit_app.py", *(f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py"))]
)
def test_no_page_of_the_demo_shows_a_folder_of_the_server(
    page: str, album_copy: Path, album: Path, visit: Callable[[Library], Library]
) -> None:
    visit(open_library(album_copy))
    text = seen(opened(page, id="1"))
    for folder in (album, album_copy, Path.home(), load_settings().models_home):
        assert f"{folder}/" not in text.replace("\\", "")


def test_files_kept_out_are_named_without_their_folders(
    library: Library, visit: Callable[[Library], Library]
) -> None:
    visit(library)
    refusal = Refusal(
        "/srv/secret/album/a.jpg", Stage.SOURCE, RefusalCode.EMPTY, "/srv/secret/a.jpg is empty."
    )
    with library.write() as connection:
        failure_store.record(library, connection, b"a", refusal, None, False)
    app = AppTest.from_file(str(ROOT / "pages" / "add.py"), default_timeout=60)
    app.session_state["_outcome"] = Outcome(IngestReport(failed=[refusal]), 0)
    text = seen(app.run())
    assert "album/a\\.jpg" in text
    assert "secret" not in text


def test_an_error_is_told_without_the_folders_of_the_server(
    library: Library, visit: Callable[[Library], Library]
) -> None:
    visit(library)
    told: list[str] = []
    with frame.guarded(told.append):
        raise LibraryError("A picture cannot be written to /tmp/gallery-visitor-x1/library/media.")
    assert told == ["A picture cannot be written to media."]
