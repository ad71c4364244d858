"""The library on disk: its schema, its promises to owners, and what happens when it breaks."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from synthetic import DAY, SPACE, add_faces, add_photo, aware, face, random_units

from gallery.cluster import GraphOptions
from gallery.errors import LibraryError
from gallery.grouping import group
from gallery.media.files import Media, face_key, original_key, refused_key, thumbnail_key
from gallery.people import name_person
from gallery.records import Metadata, Refusal, RefusalCode, Space, Stage
from gallery.store import (
    evaluations,
    history,
    members,
    people,
    people_pages,
    preferences,
    runs,
    tables,
    text_index,
    timeline,
)
from gallery.store import faces as face_store
from gallery.store import failures as failure_store
from gallery.store import photos as photo_store
from gallery.store.library import Library, alembic_config, open_library
from gallery.store.originals import read_original
from gallery.store.text_tables import text_lines

OTHER_SPACE = Space("other", "box-160", "other", "ffff", "f32", 8)


def test_opening_makes_the_folders_and_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    root = tmp_path / "a" / "b" / "library"
    first = open_library(root)
    with first.write() as connection:
        add_photo(first, connection)
    first.close()
    again = open_library(root)
    assert (root / "library.db").is_file()
    assert photo_store.count(again) == 1
    assert again.owner_id == first.owner_id
    again.close()


def test_migrations_make_the_tables(library: Library) -> None:
    with library.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, *_: not is_index_of_words(name)}
        )
        assert text_lines.metadata is tables.metadata
        assert compare_metadata(context, tables.metadata) == []


def is_index_of_words(name: str | None) -> bool:
    """FTS5 keeps its index in tables of its own; their rows are those of photos, by id."""
    return name is not None and name.startswith(text_index.TABLE)


def test_head_is_the_last_migration(library: Library) -> None:
    with library.read() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
        assert script.get_current_head() == tables.HEAD
        assert connection.execute(
            text("SELECT version_num FROM alembic_version")
        ).scalars().all() == [tables.HEAD]


def test_every_table_has_an_owner(library: Library) -> None:
    shared = {"owners", "spaces", "alembic_version"}
    with library.read() as connection:
        inspector = inspect(connection)
        without = [
            name
            for name in inspector.get_table_names()
            if not name.startswith("sqlite_")
            and not is_index_of_words(name)
            and "owner_id" not in {column["name"] for column in inspector.get_columns(name)}
        ]
    assert set(without) == shared


@pytest.mark.parametrize(("pragma", "value"), [("foreign_keys", 1), ("journal_mode", "wal")])
def test_pragmas(library: Library, pragma: str, value: object) -> None:
    with library.read() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_a_newer_library_is_refused(tmp_path: Path) -> None:
    open_library(tmp_path / "library").close()
    with sqlite3.connect(tmp_path / "library" / "library.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LibraryError, match=r"newer version of the gallery.*Update the gallery"):
        open_library(tmp_path / "library")


@pytest.mark.parametrize("data", [b"This is not a database at all." * 100, b"SQLite format 3\0xx"])
def test_a_damaged_database_is_explained(tmp_path: Path, data: bytes) -> None:
    root = tmp_path / "library"
    root.mkdir()
    (root / "library.db").write_bytes(data)
    with pytest.raises(LibraryError, match=r"cannot be used.*library\.db may be damaged"):
        open_library(root)
    assert (root / "library.db").read_bytes() == data


def test_a_file_in_the_place_of_the_library(tmp_path: Path) -> None:
    (tmp_path / "library").write_text("a file")
    with pytest.raises(LibraryError, match="cannot be made"):
        open_library(tmp_path / "library")


def rows(library: Library) -> dict[str, int]:
    with library.read() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables.metadata.sorted_tables
        }


def filled(library: Library, prefix: str = "") -> dict[str, Any]:
    """Two photos with two faces each, people, names, a failure, a preference: one of everything."""
    with library.write() as connection:
        metadata = Metadata(keywords=("holiday", "sea"))
        photos = [
            add_photo(library, connection, f"{prefix}{n}.jpg", metadata=metadata) for n in range(2)
        ]
        vectors = random_units(3, 2)
        faces = [add_faces(library, connection, photo, vectors) for photo in photos]
        refusal = Refusal(f"{prefix}bad.jpg", Stage.DECODE, RefusalCode.DAMAGED, "damaged")
        failure_store.record(library, connection, b"bad", refusal, None, True)
    group(library, SPACE, GraphOptions(0.5, 0.5), 0.25)
    everyone = people.everyone(library)
    name_person(library, everyone[0].id, f"{prefix}Grace")
    preferences.save(library, "detector", f"{prefix}yunet")
    return {"photos": photos, "faces": [f for ids in faces for f in ids], "people": everyone}


def test_deleting_a_photo_takes_along_what_hangs_on_it(library: Library) -> None:
    made = filled(library)
    before = rows(library)
    with library.write() as connection:
        connection.execute(tables.photos.delete().where(tables.photos.c.id == made["photos"][0]))
    after = rows(library)
    for name in ("photos", "photo_files"):
        assert (name, after[name]) == (name, before[name] - 1)
    for name in ("faces", "vectors", "memberships", "assignments", "photo_tags"):
        assert (name, after[name]) == (name, before[name] // 2)
    assert after["decisions"] == before["decisions"] == 1
    with library.read() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        gone = connection.execute(
            select(tables.people.c.cover_face_id).where(tables.people.c.cover_face_id.is_not(None))
        ).scalars()
        assert set(gone) <= set(made["faces"][2:])


def test_a_face_needs_its_photo(library: Library) -> None:
    with pytest.raises(LibraryError, match="deleted meanwhile"), library.write() as connection:
        face_store.add(library, connection, 4711, "detector", [face()], ["crop"])


def test_a_box_inside_out_is_refused_by_the_database(library: Library) -> None:
    with library.write() as connection:
        photo = add_photo(library, connection)
        add_faces(library, connection, photo, random_units(1, 1))
    with pytest.raises(IntegrityError, match="CHECK"), library.write() as connection:
        connection.execute(tables.faces.update().values(x1=0.0))


def everything_seen(library: Library, mine: dict[str, Any], theirs: dict[str, Any]) -> str:
    """What every query shows, asked for one's own ids and for another owner's."""
    every = [*mine["photos"], *theirs["photos"]]
    face_ids = [*mine["faces"], *theirs["faces"]]
    person_ids = [p.id for p in [*mine["people"], *theirs["people"]]]
    answers: list[object] = [
        photo_store.known_files(library),
        photo_store.hashes(library),
        failure_store.listed(library),
        photo_store.count(library),
        timeline.browse(library, limit=50),
        [timeline.browse(library, limit=50, person_id=p) for p in person_ids],
        timeline.months(library),
        [photo_store.get(library, photo) for photo in every],
        [read_original(library, photo) for photo in every],
        [face_store.of_photo(library, photo) for photo in every],
        face_store.crop_keys(library, face_ids),
        face_store.count(library),
        face_store.embedded(library, SPACE).face_ids,
        face_store.without_vector(library, OTHER_SPACE),
        face_store.detectors_of(library, face_ids),
        people.everyone(library, with_hidden=True),
        [people.get(library, person) for person in person_ids],
        people.by_ids(library, person_ids),
        people.count(library),
        people.with_name(library),
        [people.with_number(library, number) for number in range(1, 5)],
        people_pages.counts(library),
        [people_pages.page(library, kind, 9) for kind in people_pages.Kind],
        face_store.embedded(library, SPACE, face_ids).face_ids,
        [people.face_ids(library, person) for person in person_ids],
        people.unassigned(library),
        runs.current(library),
        runs.listed(library),
        [runs.not_in(library, run) for run in range(1, 5)],
        photo_store.paths(library, every),
        preferences.load(library),
    ]
    with library.read() as connection:
        answers += [
            members.everyone(library, connection),
            members.confirmed(library, connection),
            members.barred(library, connection),
            members.placements(library, connection, face_ids),
            members.photos_of(library, connection, face_ids),
            members.year_of_photos(library, connection),
            members.of_persons(library, connection, person_ids),
            people.known(library, connection),
            people.birth_years(library, connection),
            people.best_faces(library, connection, person_ids, 9),
            [people.field_text(library, connection, p, "name") for p in person_ids],
            [runs.get(library, connection, run) for run in range(1, 5)],
            [runs.persons_of(library, connection, run) for run in range(1, 5)],
            [history.get(library, connection, decision) for decision in range(1, 5)],
            [history.face_changes_of(library, connection, d) for d in range(1, 5)],
            [history.field_changes_of(library, connection, d) for d in range(1, 5)],
            people.names(library, connection),
            people.covers(library, connection, person_ids),
            members.in_photos(library, connection, every),
            members.misplaced(library, connection),
            history.steps(library, connection),
            history.everything(library, connection),
            [photo_store.id_by_hash(library, connection, s) for s in theirs["hashes"]],
        ]
    return repr(answers)


def test_owners_see_nothing_of_each_other(tmp_path: Path) -> None:
    anna, bert = (open_library(tmp_path / "library", name) for name in ("anna", "bert"))
    nothing = {"photos": [], "faces": [], "people": [], "hashes": []}
    made_anna = filled(anna, "anna-")
    made_anna["hashes"] = sorted(photo_store.hashes(anna))
    alone = everything_seen(anna, made_anna, nothing)
    made_bert = filled(bert, "bert-")
    made_bert["hashes"] = sorted(photo_store.hashes(bert))

    seen = everything_seen(anna, made_anna, made_bert)
    assert "anna-" in seen
    assert "bert-" not in seen
    for hidden in made_bert["hashes"]:
        assert hidden not in seen
    assert everything_seen(anna, made_anna, nothing) == alone, "bert changed what anna sees"
    for other in made_bert["photos"]:
        assert photo_store.get(anna, other) is None
        assert face_store.of_photo(anna, other) == []
        assert read_original(anna, other) is None
    theirs = [p.id for p in made_bert["people"]]
    assert people.by_ids(anna, theirs) == {}
    assert timeline.browse(anna, limit=9, person_id=theirs[0]) == []
    anna.close()
    bert.close()


def test_owners_change_nothing_of_each_other(tmp_path: Path) -> None:
    anna, bert = (open_library(tmp_path / "library", name) for name in ("anna", "bert"))
    made_anna, made_bert = filled(anna, "anna-"), filled(bert, "bert-")
    nothing = {"photos": [], "faces": [], "people": [], "hashes": []}
    before = everything_seen(bert, made_bert, nothing)
    failures = [f.refusal.id for f in failure_store.listed(bert) if f.refusal.id]
    target, own_face = made_bert["people"][0].id, made_anna["faces"][0]
    theirs_run = runs.listed(bert)[0].id
    with anna.write() as connection:
        for field, value in (("name", "Eve"), ("hidden", "1"), ("birth_year", "1990")):
            people.set_field(anna, connection, target, field, value)
        people.set_covers(anna, connection, {target: own_face})
        their_face = made_bert["faces"][0]
        members.put(anna, connection, {their_face: members.Placement(removed=True)})
        members.reject(anna, connection, 1, [(their_face, target)])
        members.replace_unconfirmed(anna, connection, {}, run_id=1)
        runs.make_current(anna, connection, theirs_run)
        people.remove_forgotten(anna, connection)
    assert failure_store.forget(anna, failures) == 0
    group(anna, SPACE, GraphOptions(0.5, 0.5), 0.25)
    preferences.save(anna, "detector", None)
    assert everything_seen(bert, made_bert, nothing) == before


def test_both_owners_may_have_the_same_photo(tmp_path: Path) -> None:
    for owner in ("anna", "bert"):
        library = open_library(tmp_path / "library", owner)
        with library.write() as connection:
            add_photo(library, connection, "same.jpg")
        assert photo_store.count(library) == 1
        library.close()


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_paging_visits_each_photo_once(library: Library, limit: int) -> None:
    with library.write() as connection:
        # Seven photos a minute, as from a burst: the key needs the id as well.
        made = [
            add_photo(library, connection, f"{n}.jpg", shown_at=DAY + timedelta(minutes=n % 3))
            for n in range(20)
        ]
    seen: list[int] = []
    times: list[datetime] = []
    cursor = None
    while page := timeline.browse(library, limit=limit, after=cursor):
        assert len(page) <= limit
        seen += [tile.id for tile in page]
        times += [tile.shown_at for tile in page]
        cursor = timeline.Cursor(page[-1].shown_at, page[-1].id)
        assert len(seen) <= 20, "a photo came twice"
    assert sorted(seen) == made
    assert times == sorted(times, reverse=True)


def test_a_photo_added_while_paging_moves_nothing(library: Library) -> None:
    with library.write() as connection:
        for n in range(6):
            add_photo(library, connection, f"{n}.jpg", shown_at=DAY + timedelta(days=n))
    first = timeline.browse(library, limit=3)
    with library.write() as connection:
        add_photo(library, connection, "new.jpg", shown_at=DAY + timedelta(days=30))
    cursor = timeline.Cursor(first[-1].shown_at, first[-1].id)
    second = timeline.browse(library, limit=3, after=cursor)
    assert [tile.name for tile in [*first, *second]] == [f"{n}.jpg" for n in (5, 4, 3, 2, 1, 0)]


def test_browsing_up_to_a_day_and_by_month(library: Library) -> None:
    days = [datetime(2024, 2, 29, 23, 59, 59), datetime(2024, 3, 1), datetime(2024, 3, 31, 12)]
    with library.write() as connection:
        for n, day in enumerate(days):
            add_photo(library, connection, f"{n}.jpg", shown_at=day)
    assert timeline.months(library) == [(date(2024, 3, 1), 2), (date(2024, 2, 1), 1)]
    tiles = timeline.browse(library, limit=9, before_day=date(2024, 2, 29))
    assert [tile.name for tile in tiles] == ["0.jpg"]
    tiles = timeline.browse(library, limit=9, before_day=date(2024, 3, 1))
    assert [tile.name for tile in tiles] == ["1.jpg", "0.jpg"]


def test_browsing_one_person(library: Library) -> None:
    made = filled(library)
    person = made["people"][0]
    tiles = timeline.browse(library, limit=9, person_id=person.id)
    assert sorted(tile.id for tile in tiles) == made["photos"]
    assert [tile.faces for tile in tiles] == [2, 2]


@pytest.mark.parametrize("table", ["photos", "faces", "people", "runs", "decisions"])
def test_an_id_is_never_given_twice(library: Library, table: str) -> None:
    filled(library)
    name = tables.metadata.tables[table]
    with library.write() as connection:
        highest = connection.execute(select(func.max(name.c.id))).scalar_one()
        for emptied in ("decisions", "runs", "people", "photos"):
            connection.execute(tables.metadata.tables[emptied].delete())
    filled(library, "again-")
    with library.read() as connection:
        lowest = connection.execute(select(func.min(name.c.id))).scalar_one()
    assert lowest > highest


def test_a_photo_comes_back_as_it_went_in(library: Library) -> None:
    metadata = Metadata(
        taken_at=aware(days=3, hours=4),
        taken_offset=-210,
        camera_make="Maker",
        camera_model="Model",
        lens="Lens",
        latitude=-33.5,
        longitude=151.25,
        altitude=-12.0,
        orientation=6,
        title="Títle",
        description="Two\nlines",
        keywords=("a", "b"),
    )
    with library.write() as connection:
        photo_id = add_photo(library, connection, "über/Fotos/x.jpg", metadata=metadata)
    found = photo_store.get(library, photo_id)
    assert found is not None
    assert found.metadata == metadata
    assert found.places == ("/photos/über/Fotos/x.jpg",)
    assert (found.width, found.height, found.shown_at) == (400, 300, DAY)
    assert found.added_at.tzinfo is UTC


def test_a_face_comes_back_as_it_went_in(library: Library) -> None:
    with library.write() as connection:
        photo = add_photo(library, connection)
        vectors = random_units(5, 2)
        ids = add_faces(library, connection, photo, vectors)
    found = face_store.of_photo(library, photo)
    assert [f.id for f in found] == ids
    made = face(10)
    assert (found[0].box, found[0].score, found[0].quality) == (made.box, made.score, made.quality)
    np.testing.assert_array_equal(found[0].landmarks, made.landmarks)
    embedded = face_store.embedded(library, SPACE)
    assert (embedded.face_ids, embedded.photo_ids) == (ids, [photo, photo])
    np.testing.assert_array_equal(embedded.vectors, vectors)


def test_vectors_of_another_space_are_not_seen(library: Library) -> None:
    with library.write() as connection:
        photo = add_photo(library, connection)
        add_faces(library, connection, photo, random_units(5, 2))
    assert face_store.embedded(library, OTHER_SPACE).face_ids == []
    assert len(face_store.without_vector(library, OTHER_SPACE)[photo]) == 2
    assert face_store.without_vector(library, SPACE) == {}
    with (
        pytest.raises(ValueError, match=r"vectors must be \(1, 8\), got \(1, 9\)"),
        library.write() as connection,
    ):
        face_store.add_vectors(library, connection, SPACE, [1], random_units(1, 1, 9))


def test_a_naive_time_is_refused(library: Library) -> None:
    with pytest.raises(StatementError, match="must be aware"), library.write() as connection:
        connection.execute(tables.owners.insert().values(name="x", created_at=datetime(2024, 1, 1)))


def test_a_failed_transaction_leaves_nothing(library: Library) -> None:
    before = rows(library)

    def fail() -> None:
        with library.write() as connection:
            photo = add_photo(library, connection)
            add_faces(library, connection, photo, random_units(1, 2))
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail()
    assert rows(library) == before


def test_a_full_or_read_only_disk_is_explained(library: Library) -> None:
    with library.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()

    def fill() -> None:
        with library.write() as connection:
            connection.execute(text(f"PRAGMA max_page_count = {pages}"))
            for n in range(5000):
                add_photo(library, connection, f"{n}.jpg")

    with pytest.raises(LibraryError, match=r"full.*Free some space"):
        fill()
    assert photo_store.count(library) == 0


_WRITER = """
import sys
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from synthetic import add_photo
from gallery.store.library import open_library
library = open_library(Path(sys.argv[1]))
for n in range(60):
    with library.write() as connection:
        add_photo(library, connection, f"{sys.argv[2]}-{n}.jpg")
library.close()
"""


def test_several_programs_open_and_write_at_once(tmp_path: Path) -> None:
    """All of them make the library, as the app and the command line may on a first start."""
    root, here = tmp_path / "library", str(Path(__file__).parent)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(root), name, here],
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b", "c")
    ]
    said = [writer.communicate(timeout=120)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0], said
    library = open_library(root)
    assert photo_store.count(library) == 180
    library.close()


def test_a_reader_is_not_kept_waiting_by_a_writer(library: Library) -> None:
    with library.write() as connection:
        add_photo(library, connection)
        assert photo_store.count(library) == 0
    assert photo_store.count(library) == 1


def test_preferences(library: Library) -> None:
    preferences.save(library, "detector", "yunet")
    preferences.save(library, "detector", "retinaface")
    assert preferences.load(library) == {"detector": "retinaface"}
    preferences.save(library, "detector", None)
    assert preferences.load(library) == {}
    with pytest.raises(ValueError, match="preference must be one of"):
        preferences.save(library, "threads", "3")


def test_the_current_run_is_the_last(library: Library) -> None:
    assert runs.current(library) is None
    filled(library)
    first = runs.current(library)
    group(library, SPACE, GraphOptions(link=0.7, join=0.6), 0.25)
    second = runs.current(library)
    assert first is not None
    assert second is not None
    assert second.id > first.id
    assert (second.threshold, second.faces, second.algorithm) == (0.7, 4, "graph")


def a_failure(library: Library, key: bytes, kept: str | None = None) -> None:
    refusal = Refusal(key.decode(), Stage.CHECK, RefusalCode.TOO_BLURRY, "Too blurry.")
    with library.write() as connection:
        failure_store.record(library, connection, key, refusal, kept, kept is None)


def test_a_second_refusal_replaces_the_first(library: Library) -> None:
    for _ in range(2):
        a_failure(library, b"a.jpg")
    a_failure(library, b"b.jpg")
    found = failure_store.listed(library)
    assert [item.key for item in found] == [b"b.jpg", b"a.jpg"]
    assert found[0].refusal.can_be_overruled


def test_a_file_that_is_good_again_is_no_failure_any_more(library: Library) -> None:
    with library.write() as connection:
        photo = add_photo(library, connection, "a.jpg")
    a_failure(library, b"/photos/a.jpg")
    place = photo_store.Place(b"/photos/a.jpg", "/photos/a.jpg", True, 1000, 2)
    with library.write() as connection:
        assert photo_store.add_place(library, connection, photo, place) is False
    assert failure_store.listed(library) == []


def test_forgetting_drops_kept_bytes_nobody_else_waits_for(tmp_path: Path) -> None:
    anna, bert = (open_library(tmp_path / "library", name) for name in ("anna", "bert"))
    kept = anna.media.put(refused_key("ab" * 32), b"blurry")
    for library, key in ((anna, b"1.jpg"), (anna, b"2.jpg"), (bert, b"3.jpg")):
        a_failure(library, key, kept)
    for library, key, left in (
        (anna, b"1.jpg", True),
        (anna, b"2.jpg", True),
        (bert, b"3.jpg", False),
    ):
        ids = [f.refusal.id for f in failure_store.listed(library) if f.key == key]
        assert failure_store.forget(library, [i for i in ids if i is not None]) == 1
        assert anna.media.has(kept) is left, key


def files_below(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_media_put_get_remove(tmp_path: Path) -> None:
    media = Media(str(tmp_path / "media"))
    key = original_key("ab" * 32, ".jpg")
    assert (media.get(key), media.has(key)) == (None, False)
    assert media.put(key, b"one") == key
    assert media.put(key, b"one") == key
    assert (media.get(key), media.has(key)) == (b"one", True)
    media.put(key, b"longer")
    assert media.get(key) == b"longer"
    assert files_below(tmp_path / "media") == [key]
    media.remove(key)
    media.remove(key)
    assert files_below(tmp_path / "media") == []


def test_media_keys_are_made_of_hashes() -> None:
    keys = [
        original_key("ab" * 32, ".png"),
        thumbnail_key("ab" * 32),
        face_key("ab" * 32, 3),
        refused_key("ab" * 32),
    ]
    assert len(set(keys)) == 4
    assert all(key.split("/")[1] == "ab" and ".." not in key for key in keys)


@pytest.mark.parametrize("when", ["write", "rename"])
def test_media_leaves_no_part_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    media = Media(str(tmp_path / "media"))
    media.put("a/b.jpg", b"whole")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    if when == "rename":
        monkeypatch.setattr(media._fs, "mv", full)
    else:
        original = media._fs.open

        def open_full(*args: object, **kwargs: object) -> object:
            file = original(*args, **kwargs)
            monkeypatch.setattr(file, "write", full, raising=False)
            return file

        monkeypatch.setattr(media._fs, "open", open_full)
    for key in ("a/b.jpg", "a/c.jpg"):
        with pytest.raises(LibraryError, match=r"No space left.*Free some space"):
            media.put(key, b"another picture")
    monkeypatch.undo()
    assert media.get("a/b.jpg") == b"whole"
    assert files_below(tmp_path / "media") == ["a/b.jpg"]


def test_measurements_are_kept_by_kind_and_owner(tmp_path: Path) -> None:
    anna, bert = (open_library(tmp_path / "library", name) for name in ("anna", "bert"))
    first = evaluations.add(anna, "pairs", "lfw", "sface", {"eer": 0.005, "curve": [[0, 1]]})
    second = evaluations.add(anna, "own", "my people", "sface", {})
    assert [found.id for found in evaluations.listed(anna)] == [second, first]
    [found] = evaluations.listed(anna, "pairs")
    assert (found.data, found.space) == ("lfw", "sface")
    assert found.document == {"eer": 0.005, "curve": [[0, 1]]}
    assert evaluations.listed(bert) == []
    evaluations.remove(bert, first)
    assert len(evaluations.listed(anna)) == 2
    evaluations.remove(anna, first)
    assert [found.id for found in evaluations.listed(anna)] == [second]
    for library in (anna, bert):
        library.close()


def test_only_so_many_measurements_of_a_kind_are_kept(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluations, "KEPT", 2)
    own = evaluations.add(library, "own", "mine", "sface", {})
    last = [evaluations.add(library, "pairs", "lfw", "sface", {"n": n}) for n in range(4)][-2:]
    assert [found.id for found in evaluations.listed(library)] == [*last[::-1], own]
