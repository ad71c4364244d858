"""What memory holds of a library goes with who is deleted in it, and with its visitor."""

from __future__ import annotations

import ast
import threading
import time
from pathlib import Path

import pytest
from small_library import album
from synthetic import SPACE

from gallery.errors import LibraryError
from gallery.layout import Chosen, Places, Tell, choose
from gallery.records import Progress, Vectors
from gallery.store import runs
from gallery.ui import describing, explore_map, layout_work, review_work
from gallery.ui.releasing import caches
from gallery.ui.visitors import Visit

UI = Path(__file__).resolve().parents[2] / "gallery" / "ui"

# Models, open libraries, works (which are stopped), and files that are in no library.
_NOT_OF_FACES = {
    "gallery.ui.face_models._loaded",
    "gallery.ui.frame._opened",
    "gallery.ui.layout_work._works",
    "gallery.ui.pair_lists._again",
    "gallery.ui.picture_files._small",
    "gallery.ui.review_work._works",
    "gallery.ui.search_looks._loaded",
    "gallery.ui.text_status._loaded",
    "gallery.ui.text_work._works",
    "gallery.ui.visitors._connected",
    "gallery.ui.visitors._sweep",
}


def test_every_cache_of_the_pages_is_released_or_said_to_hold_no_faces() -> None:
    found = {
        f"gallery.ui.{path.stem}.{node.name}"
        for path in UI.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        if any("st.cache_" in ast.unparse(decorator) for decorator in node.decorator_list)
    }
    released = {f"{cached.__module__}.{cached.__name__}" for cached in caches()}
    assert released | _NOT_OF_FACES == found


def test_nothing_of_a_visitor_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, stopped = threading.Event(), threading.Event()

    def endless(_vectors: Vectors, _chosen: Chosen, tell: Tell) -> Places:
        begun.set()
        try:
            while True:
                tell(Progress("Laying out", 0, None, 0.0))
                time.sleep(0.01)
        finally:
            stopped.set()

    monkeypatch.setattr("gallery.face_map.lay_out_apart", endless)
    visit = Visit()
    album(visit.library, 4, 3)
    run = runs.current(visit.library)
    assert run is not None
    umap = choose("umap", {})
    layout_work.begin(visit.library, SPACE, umap)
    assert begun.wait(10)
    key = (str(visit.library.root),)
    assert len(describing._read(key, visit.library, run).face_ids) == 7
    assert len(explore_map._read(key, visit.library, run).facts) == 7
    review_work.begin(visit.library, SPACE, 0.5, "state").wait()
    visit.library.media.put("faces/a.jpg", b"picture")
    assert visit.pictures.data("faces/a.jpg") == b"picture"

    visit.close_unless_used_since(time.monotonic())
    assert stopped.wait(10)
    assert layout_work.of(visit.library, SPACE, umap) is None
    assert not visit.pictures._held
    assert str(visit.library.root) not in review_work._works()
    for read in (describing._read, explore_map._read):
        with pytest.raises(LibraryError):
            read(key, visit.library, run)
