"""The doctor finds what is wrong with a library, makes anew what it can, and names the rest."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pictured_library import faces_of, filled, state
from sqlalchemy import text
from synthetic import SPACE
from test_photo_bin import six

from gallery.cli import main
from gallery.config import Settings
from gallery.errors import NotFoundError
from gallery.health.examine import examine
from gallery.health.finding import Examination, Finding, Patient
from gallery.pipeline import FaceModels
from gallery.relocating import relocate
from gallery.search import read_query
from gallery.store import face_index, found
from gallery.store import photos as photo_store
from gallery.store.checks import kept_photos
from gallery.store.library import Library, open_library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = filled(tmp_path / "library", six)
    # Their pictures of faces are no pictures, but nothing is wrong with that.
    yield opened
    opened.close()


@pytest.fixture
def look(library: Library, settings: Settings, tmp_path: Path) -> Callable[..., dict[str, Finding]]:
    """Examine the library, but for models, which are not there."""

    def findings(*, repair: bool = False, thorough: bool = False) -> dict[str, Finding]:
        elsewhere = settings.with_changes(models_home=tmp_path / "nothing")
        examination = Examination()
        for _ in examine(Patient(library, elsewhere, repair, thorough), examination):
            pass
        assert any(finding.check == "models" for finding in examination.findings)
        return {one.check: one for one in examination.findings if one.check != "models"}

    return findings


Look = Callable[..., dict[str, Finding]]


def execute(library: Library, *statements: str) -> None:
    with library.write() as connection:
        for statement in statements:
            connection.execute(text(statement))


def keys(library: Library, photo: int) -> tuple[str, str, list[str]]:
    """Where original, thumbnail and pictures of faces of a photo lie."""
    kept = next(one for one in next(kept_photos(library)) if one.id == photo)
    assert kept.original is not None
    return kept.original, kept.thumbnail, list(kept.crops.values())


def test_a_library_that_is_whole(look: Look) -> None:
    assert look(thorough=True) == {}


def test_words_that_were_forgotten_are_written_anew(library: Library, look: Look) -> None:
    execute(
        library,
        "UPDATE photo_words SET title = 'something else' WHERE rowid = 1",
        "DELETE FROM photo_words WHERE rowid = 2",
        "INSERT INTO photo_words (rowid, title) VALUES (99, 'a ghost')",
    )
    assert look()["words"].left == 3
    assert found.count(library, read_query("file:1.jpg")) == 0
    assert look(repair=True)["words"].repaired == 3
    assert look() == {}
    assert found.count(library, read_query("file:1.jpg")) == 1


def test_an_index_of_words_that_is_damaged_is_made_anew(library: Library, look: Look) -> None:
    execute(library, "UPDATE photo_words_data SET block = x'00' WHERE id > 10")
    assert look()["words"].left
    assert not look(repair=True)["words"].left
    assert look() == {}


def test_faces_are_counted_anew(library: Library, look: Look) -> None:
    execute(library, "UPDATE photos SET face_count = 7, face_share = 0 WHERE id IN (1, 4)")
    assert list(look()["face-counts"].named) == ["photo 1", "photo 4"]
    assert look(repair=True)["face-counts"].left == 0
    assert found.count(library, read_query("faces:2")) == 3
    assert look() == {}


def test_faces_of_persons_are_counted_anew(library: Library, look: Look) -> None:
    execute(library, "UPDATE people SET face_count = 7 WHERE id = 1")
    assert list(look()["person-counts"].named) == ["person 1"]
    assert look(repair=True)["person-counts"].left == 0
    assert look() == {}


def test_pictures_are_made_anew_from_the_original(library: Library, look: Look) -> None:
    _, thumbnail, crops = keys(library, 1)
    _, other, _ = keys(library, 2)
    was = library.media.get(thumbnail)
    for key in (thumbnail, crops[0], other):
        library.media.remove(key)
    (Path(library.root) / "media" / other).touch()  # nothing is in it
    assert look()["pictures"].left == 3
    done = look(repair=True)["pictures"]
    assert (done.many, done.repaired) == (3, 3)
    assert library.media.get(thumbnail) == was
    assert (library.media.get(crops[0]) or b"").startswith(b"\xff\xd8")
    assert look() == {}


def test_an_original_that_is_gone_is_named_and_brought_back_where_its_file_is(
    library: Library, look: Look, tmp_path: Path
) -> None:
    original, thumbnail, _ = keys(library, 3)
    data = library.media.get(original) or b""
    library.media.remove(original)
    library.media.remove(thumbnail)
    left = look(repair=True)
    assert (left["originals"].many, left["originals"].repaired) == (1, 0)
    assert "backup" in left["originals"].advice
    assert left["pictures"].left == 1
    assert list(left["originals"].named) == ["2.jpg (photo 3)"]
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "2.jpg").write_bytes(data)
    assert relocate(library, Path("/photos"), tmp_path / "photos").files == 6
    done = look(repair=True)
    assert done["originals"].repaired == done["pictures"].repaired == 1
    assert library.media.get(original) == data
    assert look(thorough=True) == {}


def test_an_original_that_has_changed_is_seen_by_its_hash(library: Library, look: Look) -> None:
    original, _, _ = keys(library, 1)
    path = library.root / "media" / original
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    assert look() == {}
    assert look(thorough=True, repair=True)["originals"].left == 1


def test_files_elsewhere_that_cannot_be_found_are_named(
    library: Library, look: Look, tmp_path: Path
) -> None:
    original, _, _ = keys(library, 1)
    data = library.media.get(original) or b""
    execute(library, "UPDATE photos SET original = NULL WHERE id = 1")
    found = look()
    assert list(found["files-elsewhere"].named) == ["/photos/0.jpg (photo 1)"]
    assert "relocate" in found["files-elsewhere"].advice
    (tmp_path / "moved").mkdir()
    (tmp_path / "moved" / "0.jpg").write_bytes(data)
    moved = relocate(library, Path("/photos"), tmp_path / "moved")
    assert (moved.files, moved.absent) == (6, 5)
    assert "files-elsewhere" not in look(thorough=True)
    photo = photo_store.need(library, 1)
    assert photo.places == (str(tmp_path / "moved" / "0.jpg"),)
    with pytest.raises(NotFoundError, match="knows no file"):
        relocate(library, Path("/photos"), tmp_path / "moved")
    with pytest.raises(NotFoundError, match="There is no folder"):
        relocate(library, tmp_path / "moved", tmp_path / "nowhere")


def test_what_a_kill_has_left_is_deleted_once_it_is_old(library: Library, look: Look) -> None:
    folder = library.root / "media" / "originals" / "ab"
    folder.mkdir(exist_ok=True)
    young, old = folder / "young.jpg.1.part", folder / "old.jpg.2.part"
    for path in (young, old):
        path.write_bytes(b"half a pho")
    os.utime(old, (time.time() - 10_000,) * 2)
    assert list(look()["spare-files"].named) == ["originals/ab/old.jpg.2.part"]
    assert old.exists()
    assert look(repair=True)["spare-files"].left == 0
    assert young.exists()
    assert not old.exists()
    assert look(thorough=True) == {}


def test_originals_are_named_and_never_deleted(library: Library, look: Look) -> None:
    """They may be all that is left of a library whose database was lost."""
    originals = sorted(library.root.glob("media/originals/*/*"))
    library.close()
    for file in library.root.glob("library.db*"):
        file.unlink()
    for file in library.root.glob("media/*/*/*"):
        os.utime(file, (time.time() - 10_000,) * 2)
    open_library(library.root).close()
    left = look(repair=True)
    assert left["spare-files"].left == 0
    assert left["unknown-originals"].many == len(originals) == 6
    assert "gallery ingest" in left["unknown-originals"].advice
    assert sorted(library.root.glob("media/originals/*/*")) == originals


def test_what_is_written_again_is_young(library: Library, look: Look) -> None:
    """An ingest that goes on may meet pictures that an earlier one has left."""
    key = "thumbnails/ab/left.jpg"
    library.media.put(key, b"a picture")
    path = library.root / "media" / key
    os.utime(path, (time.time() - 10_000,) * 2)
    library.media.put(key, b"a picture")
    assert look(repair=True) == {}
    assert path.read_bytes() == b"a picture"


def test_vectors_that_are_none_are_dropped_and_asked_for(library: Library, look: Look) -> None:
    [face, _] = faces_of(library, 1)
    execute(library, f"UPDATE vectors SET vector = x'0000' WHERE face_id = {face}")
    assert look()["vectors"].left == 1
    again = look(repair=True)
    assert "gallery cluster" in again["vectors"].advice
    assert list(look()["vectors"].named) == ["photo 1"]


def test_an_index_of_faces_that_cannot_be_read_is_made_anew(library: Library, look: Look) -> None:
    face_index.opened(library, SPACE)
    file = face_index.path(library, SPACE)
    assert look() == {}
    [face, other] = faces_of(library, 1)
    # As many faces with other vectors, as no writer of ours leaves it.
    execute(
        library,
        "UPDATE vectors SET vector = (SELECT vector FROM vectors AS of_another "
        f"WHERE of_another.face_id = {other}) WHERE face_id = {face}",
    )
    assert look()["face-index"].left == 1
    file.write_bytes(b"no index")
    assert look(repair=True)["face-index"].left == 0
    assert not file.exists()
    assert len(face_index.opened(library, SPACE)) == 9
    assert look() == {}


def test_a_damaged_index_of_the_database_is_made_anew(library: Library, look: Look) -> None:
    before = state(library)
    library.engine.dispose()
    with sqlite3.connect(library.root / "library.db") as raw:
        raw.execute("PRAGMA writable_schema=ON")
        # The rows stay, and the index forgets one of them.
        [(root,)] = raw.execute("SELECT rootpage FROM sqlite_master WHERE name='ix_faces_photo_id'")
        raw.execute("DELETE FROM sqlite_master WHERE name='ix_faces_photo_id'")
        raw.execute("PRAGMA writable_schema=RESET")
    with sqlite3.connect(library.root / "library.db") as raw:
        raw.execute("DELETE FROM memberships WHERE face_id = 9")
        raw.execute("DELETE FROM vectors WHERE face_id = 9")
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("DELETE FROM faces WHERE id = 9")
        raw.execute("PRAGMA writable_schema=ON")
        raw.execute(
            "INSERT INTO sqlite_master VALUES ('index', 'ix_faces_photo_id', 'faces', ?, "
            "'CREATE INDEX ix_faces_photo_id ON faces (photo_id)')",
            (root,),
        )
        raw.execute("PRAGMA writable_schema=RESET")
    raw.close()
    assert look()["database"].left
    assert not look(repair=True)["database"].left
    assert "database" not in look()
    assert len(state(library)["faces"]) == len(before["faces"]) - 1


def test_references_that_lead_nowhere_are_counted(library: Library, look: Look) -> None:
    library.engine.dispose()
    with sqlite3.connect(library.root / "library.db") as raw:
        raw.execute("DELETE FROM people WHERE id = (SELECT person_id FROM memberships LIMIT 1)")
    raw.close()
    found = look(repair=True)["references"]
    assert found.left
    assert any("memberships to people" in one for one in found.named)


@pytest.mark.models
def test_the_command(
    album_copy: Path, models: FaceModels, capsys: pytest.CaptureFixture[str]
) -> None:
    def call(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as stop:
            main(["doctor", *arguments, "--library", str(album_copy)])
        return int(stop.value.code or 0), capsys.readouterr().out

    code, said = call("--thorough")
    assert (code, "All is well" in said) == (0, True)
    library = open_library(album_copy)
    one = next(kept_photos(library))[0]
    library.media.remove(one.thumbnail)
    library.close()
    code, said = call("--json")
    assert code == 1
    document = json.loads(said)
    assert document["well"] is False
    assert [finding["check"] for finding in document["findings"]] == ["pictures"]
    with pytest.raises(SystemExit) as stop:
        main(["doctor", "--library", str(album_copy / "nothing"), "--json"])
    assert (stop.value.code, "no library" in capsys.readouterr().out) == (1, True)
    assert not (album_copy / "nothing").exists()
    code, said = call("--repair")
    assert (code, "1 put right" in said) == (0, True)
    assert call()[0] == 0
