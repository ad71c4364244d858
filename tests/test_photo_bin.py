"""What is in the bin is seen nowhere, comes back whole, and goes for good when it is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import small_library as small
from pictured_library import add_picture, faces_of, filled, jpeg, scene, state
from small_library import Seen, regroup, vectors_of
from sqlalchemy import text
from synthetic import SPACE, add_photo
from synthetic import put as write_file

from gallery import photo_bin
from gallery.config import Settings
from gallery.corrections import confirm, merge, move
from gallery.decisions import latest, redo, standing, undo
from gallery.errors import NotFoundError
from gallery.evaluate.speed import some_photos
from gallery.forgetting import forget_person
from gallery.grouping import use_run
from gallery.media.files import thumbnail_key
from gallery.people import name_person, set_birth_year
from gallery.photo_bin import empty, empty_old, put, restore
from gallery.pipeline import FaceModels, ingest
from gallery.questions import questions
from gallery.reading import IngestOptions
from gallery.records import IngestReport, Metadata
from gallery.sources import find_photos
from gallery.store import (
    binned,
    facts,
    history,
    layouts,
    members,
    people,
    runs,
    tags,
    timeline,
)
from gallery.store import faces as face_store
from gallery.store import photos as photo_store
from gallery.store.library import Library, open_library
from gallery.store.originals import read_original
from gallery.store.worth import worth
from gallery.tagging import add_tag

DAY = timedelta(days=1)


# The photos of `six`, by name.
IDS = {str(at): at + 1 for at in range(6)}


def six(library: Library) -> None:
    """Six photos: two people on each of the first three, one of them on the others."""
    for at in range(6):
        who = [Seen(0), Seen(1)] if at < 3 else [Seen(0)]
        metadata = Metadata(
            taken_at=datetime(2020 + at, 7, 1, tzinfo=UTC), keywords=(f"tag {at % 2}",)
        )
        vectors = vectors_of(who, seed=at)
        photo = add_picture(library, jpeg(scene(at)), f"{at}.jpg", metadata, vectors=vectors)
        assert photo == IDS[str(at)]
    regroup(library)


@pytest.fixture
def pictured(tmp_path: Path) -> Iterator[Library]:
    library = filled(tmp_path / "pictured", six)
    yield library
    library.close()


def face(library: Library, photo: int, at: int = 0) -> int:
    return faces_of(library, photo)[at]


def put_in_by(library: Library, photo: int, days: float) -> None:
    """Put a photo into the bin as if it had been done that many days ago."""
    put(library, [photo])
    then = (datetime.now(UTC) - days * DAY).replace(tzinfo=None)
    with library.engine.begin() as connection:
        connection.execute(
            text("UPDATE photos SET binned_at = :then WHERE id = :id"),
            {"then": then.isoformat(sep=" "), "id": photo},
        )


def seen(library: Library) -> dict[str, Any]:
    """What every read that pages, commands, grouping and exports build on gives."""
    with library.read() as connection:
        of_faces = {
            "everyone": set(members.everyone(library, connection)),
            "confirmed": set(members.confirmed(library, connection)),
            "present": face_store.present_ids(library, connection),
            "taken": set(members.placed_by_decision(library, connection)),
            "steady": members.steady(library, connection),
        }
    run = runs.current(library)
    assert run is not None
    with library.read() as connection:
        of_faces["run"] = set(runs.persons_of(library, connection, run.id))
    everyone = people.everyone(library, with_hidden=True)
    best = face_store.best_of(library, [p.id for p in everyone], 99)
    of_faces |= {
        "embedded": set(face_store.embedded(library, SPACE).face_ids),
        "facts": set(facts.of_described(library, SPACE)),
        "people": {face for p in everyone for face in people.face_ids(library, p.id)},
        "best": {picture.face_id for some in best.values() for picture in some},
        "covers": {p.cover_face_id for p in everyone} - {None},
    }
    tiles = timeline.browse(library, limit=99)
    of_photos = {
        "tiles": {tile.id for tile in tiles},
        "of people": {
            t.id for p in everyone for t in timeline.browse(library, limit=9, person_id=p.id)
        },
        "some": set(some_photos(library, 99)),
        "one by one": {i for i in range(1, 20) if photo_store.get(library, i)},
        "steps": {n for t in tiles for n in steps(library, t.id)},
        "originals": {i for i in range(1, 20) if read_original(library, i)},
        "duplicates": set(worth(library, range(1, 20))),
    }
    counts = (
        photo_store.count(library),
        face_store.count(library),
        people.count(library),
        people.unassigned(library),
        runs.not_in(library, run.id),
        sum(count for _, count in timeline.months(library)),
        [(p.label, p.faces, p.photos) for p in everyone if p.faces],
        sum(tile.faces for tile in tiles),
    )
    return {"faces": of_faces, "photos": of_photos, "counts": counts}


def steps(library: Library, photo: int) -> set[int]:
    found = photo_store.get(library, photo)
    assert found is not None
    return {step for step in timeline.neighbours(library, found) if step is not None}


def test_what_is_in_the_bin_is_seen_nowhere(pictured: Library) -> None:
    ids, library = IDS, pictured
    person = small.owner(library, face(library, ids["0"]))
    confirm(library, person, [face(library, ids["0"]), face(library, ids["3"])])
    gone = set(faces_of(library, ids["0"]))
    everything = seen(library)
    assert all(gone & found or name == "covers" for name, found in everything["faces"].items())
    assert all(ids["0"] in found for found in everything["photos"].values())
    assert put(library, [ids["0"]]) == 1
    after = seen(library)
    for name, found in after["faces"].items():
        assert not gone & found, name
        assert found or name == "taken", name
    for name, found in after["photos"].items():
        assert ids["0"] not in found, name
        assert found, name
    assert [photo.id for photo in binned.listed(library)] == [ids["0"]]
    assert face_store.get(library, min(gone)) is None
    assert face_store.of_photo(library, ids["0"]) == []


def test_grouping_questions_and_earlier_groupings_leave_it_out(pictured: Library) -> None:
    ids, library = IDS, pictured
    gone = set(faces_of(library, ids["0"]))
    put(library, [ids["0"]])
    first = runs.current(library)
    assert first is not None
    report = regroup(library)
    assert report.faces == 7
    use_run(library, first.id)
    assert not gone & set(small.owners(library))
    asked = questions(library, SPACE, small.LINK)
    assert not gone & {q.face_id for q in asked}


def test_it_comes_back_whole(pictured: Library) -> None:
    ids, library = IDS, pictured
    name_person(library, small.owner(library, face(library, ids["0"])), "Grace")
    before, looks = state(library), seen(library)
    put(library, [ids["0"], ids["1"]])
    assert state(library) != before
    assert restore(library) == 2
    assert state(library) == before
    assert seen(library) == looks
    assert latest(library).sentence == "Brought 2 photos back from the bin"  # type: ignore[union-attr]


def test_undo_and_redo_go_with_it(pictured: Library) -> None:
    ids, library = IDS, pictured
    before = state(library)
    put(library, [ids["0"]])
    there = state(library)
    restore(library, [ids["0"]])
    undo(library)
    assert state(library) == there
    undo(library)
    assert state(library) == before
    redo(library, 2)
    assert state(library) == before
    undo(library)
    restore(library)
    assert state(library) == before


def test_a_face_comes_back_to_whom_its_person_became(pictured: Library) -> None:
    ids, library = IDS, pictured
    one, two = (small.owner(library, face(library, ids["0"], at)) for at in (0, 1))
    put(library, [ids["0"], ids["1"], ids["2"]])
    alone = add_picture(library, jpeg(scene(9)), "9.jpg", vectors=vectors_of([Seen(5)]))
    regroup(library)
    third = small.owner(library, face(library, alone))
    merge(library, third, [one])
    restore(library, [ids["0"]])
    assert small.owner(library, face(library, ids["0"], 0)) == third
    assert small.owner(library, face(library, ids["0"], 1)) == two


def test_two_faces_of_a_photo_are_not_one_person_when_they_come_back(pictured: Library) -> None:
    ids, library = IDS, pictured
    one, two = (small.owner(library, face(library, ids["0"], at)) for at in (0, 1))
    confirm(library, two, [face(library, ids["0"], 1)])
    put(library, [ids[name] for name in "012"])
    merge(library, one, [two])
    restore(library, [ids["0"]])
    assert [f.person_id for f in face_store.of_photo(library, ids["0"])] == [None, one]


def test_a_face_does_not_come_back_to_whom_it_cannot_be(pictured: Library) -> None:
    ids, library = IDS, pictured
    put(library, [ids["0"]])
    set_birth_year(library, small.owner(library, face(library, ids["3"])), 2022)
    restore(library)
    assert face_store.of_photo(library, ids["0"])[0].person_id is None


def test_only_what_is_there_can_be_restored_or_put_in(pictured: Library) -> None:
    ids, library = IDS, pictured
    with pytest.raises(NotFoundError, match="is not in the bin"):
        restore(library, [ids["0"]])
    with pytest.raises(NotFoundError, match="There is no photo 99"):
        put(library, [ids["0"], 99])
    assert binned.count(library) == 0
    put(library, [ids["0"]])
    assert put(library, [ids["0"]]) == 0
    assert len(standing(library)) == 1
    assert restore(library, []) == 0


def test_emptying_leaves_nothing_of_it(pictured: Library) -> None:
    ids, library = IDS, pictured
    photo = photo_store.get(library, ids["0"])
    assert photo is not None
    faces = faces_of(library, ids["0"])
    crops = face_store.crop_keys(library, faces)
    put(library, [ids["0"]])
    done = empty(library)
    assert (done.photos, done.copies, done.elsewhere) == (1, 1, 0)
    assert binned.count(library) == 0
    pictures = [
        thumbnail_key(photo.sha256),
        *crops.values(),
        f"originals/{photo.sha256[:2]}/{photo.sha256}.jpg",
    ]
    assert not any(library.media.has(key) for key in pictures)
    with library.read() as connection:
        for table in ("vectors", "memberships", "assignments", "face_changes"):
            query = text(f"SELECT count(*) FROM {table} WHERE face_id IN ({faces[0]}, {faces[1]})")
            assert connection.execute(query).scalar() == 0, table
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    assert photo_store.count(library) == 5
    assert face_store.count(library) == 7
    assert empty(library).sentence == "There was nothing to delete."


def test_what_comes_in_again_meanwhile_keeps_its_pictures(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(library, [add_picture(library, jpeg(scene(0)), "a.jpg")])
    again: list[int] = []

    def wipe(of: Library) -> None:
        """Between the rows and the pictures."""
        again.append(add_picture(of, jpeg(scene(0)), "a.jpg"))

    monkeypatch.setattr(Library, "wipe", wipe)
    assert empty(library).photos == 1
    (photo,) = again
    kept = photo_store.get(library, photo)
    assert kept is not None
    assert library.media.has(thumbnail_key(kept.sha256))
    assert read_original(library, photo) is not None


def test_words_of_what_is_deleted_are_nowhere_on_disk(library: Library) -> None:
    for at, title in enumerate(("Quokka", "Zyzzyva", "Axolotl")):
        add_picture(library, jpeg(scene(at)), f"{at}.jpg", Metadata(title=title))
    put(library, [2])
    empty(library)
    written = [path.read_bytes().lower() for path in library.root.glob("library.db*")]
    # A segment writes of each word what the one before it does not have.
    assert not any(b"yzzyva" in data for data in written)
    assert any(b"uokka" in data for data in written)


def test_what_was_emptied_cannot_be_taken_back_and_the_rest_can(pictured: Library) -> None:
    ids, library = IDS, pictured
    person = small.owner(library, face(library, ids["3"]))
    name_person(library, person, "Grace")
    put(library, [ids["0"]])
    put(library, [ids["1"]])
    restore(library, [ids["1"]])
    empty(library)
    assert [decision.kind for decision in standing(library)] == ["name", "bin", "restore"]
    assert [decision.kind for decision in undo(library, 9)] == ["restore", "bin", "name"]
    assert people.get(library, person).name is None  # type: ignore[union-attr]
    assert photo_store.get(library, ids["1"]) is not None
    assert redo(library, 3)
    assert people.get(library, person).name == "Grace"  # type: ignore[union-attr]


def test_a_tag_can_be_taken_from_those_that_are_left(pictured: Library) -> None:
    ids, library = IDS, pictured
    add_tag(library, "sea", [ids["0"], ids["1"]])
    add_tag(library, "lake", [ids["0"]])
    put(library, [ids["0"]])
    empty(library)
    assert [decision.sentence for decision in undo(library, 9)] == ["Tagged 2 photos “sea”"]
    assert "sea" not in dict(tags.of_photos(library, [ids["1"]]))


def test_undoing_what_came_before_lets_nobody_out_of_the_bin(pictured: Library) -> None:
    ids, library = IDS, pictured
    confirm(library, small.owner(library, face(library, ids["1"])), [face(library, ids["1"])])
    faces = faces_of(library, ids["1"])
    put(library, [ids["0"], ids["1"]])
    restore(library, [ids["1"]])
    empty(library)
    # The decision that put both in is final by now; the photo that came back goes in again.
    put(library, [ids["1"]])
    put_in_final = [decision.id for decision in standing(library) if decision.kind == "bin"]
    with library.write() as connection:
        history.append(library, connection, "empty-bin", "", value=",".join(map(str, put_in_final)))
    undo(library, 9)
    assert not set(faces) & set(small.owners(library))
    assert not set(faces) & set(face_store.embedded(library, SPACE).face_ids)


def test_files_in_folders_of_the_user_stay(library: Library, tmp_path: Path) -> None:
    original = tmp_path / "mine.jpg"
    original.write_bytes(jpeg(scene(0)))
    photo = add_picture(library, original.read_bytes(), "mine.jpg", in_place=True)
    put(library, [photo])
    done = empty(library)
    assert (done.copies, done.elsewhere) == (0, 1)
    assert done.sentence.endswith("1 file that lies in folders of your own stayed there.")
    assert original.is_file()


def test_what_another_owner_has_too_stays(library: Library) -> None:
    other = open_library(library.root, "somebody else")
    mine, theirs = (add_picture(one, jpeg(scene(0)), "a.jpg") for one in (library, other))
    put(library, [mine])
    assert binned.count(other) == 0
    assert empty(other).photos == 0
    empty(library)
    assert read_original(other, theirs) is not None
    photo = photo_store.get(other, theirs)
    assert photo is not None
    assert other.media.has(thumbnail_key(photo.sha256))
    other.close()


def test_after_thirty_days_it_goes_by_itself(pictured: Library) -> None:
    ids, library = IDS, pictured
    put_in_by(library, ids["0"], photo_bin.DAYS + 0.1)
    put_in_by(library, ids["1"], photo_bin.DAYS - 0.1)
    assert empty_old(library).photos == 1
    assert [photo.id for photo in binned.listed(library)] == [ids["1"]]
    assert empty_old(library).photos == 0


def test_a_person_who_is_deleted_is_deleted_in_the_bin_too(pictured: Library) -> None:
    ids, library = IDS, pictured
    one, two = (small.owner(library, face(library, ids["0"], at)) for at in (0, 1))
    confirm(library, two, [face(library, ids["0"], 1)])
    put(library, [ids["0"]])
    assert forget_person(library, one) == 6
    # Whose decision it was is forgotten with the person; the photo still comes back, and with
    # it the other one who is on it.
    assert restore(library) == 1
    (left,) = face_store.of_photo(library, ids["0"])
    assert left.person_id == two
    with library.read() as connection:
        assert members.confirmed(library, connection)[left.id] == two  # type: ignore[index]


def test_a_face_that_was_put_right_stays_with_whom_it_is_when_the_wrong_one_is_deleted(
    pictured: Library,
) -> None:
    ids, library = IDS, pictured
    one, two = (small.owner(library, face(library, ids["0"], at)) for at in (0, 1))
    put_right = face(library, ids["3"])
    move(library, [put_right], two)
    put(library, [ids["3"]])
    assert forget_person(library, one) == 5
    restore(library)
    (left,) = face_store.of_photo(library, ids["3"])
    assert (left.id, left.person_id) == (put_right, two)


def test_maps_forget_it_when_it_goes(pictured: Library) -> None:
    ids, library = IDS, pictured
    everyone = np.array(face_store.embedded(library, SPACE).face_ids)
    zeros = np.zeros((len(everyone), 2), np.float32)
    file = layouts.path(library, SPACE, "pca", {})
    layouts.save(file, layouts.Layout(everyone, zeros, np.zeros(len(everyone), np.bool_)))
    gone = faces_of(library, ids["0"])
    put(library, [ids["0"]])
    empty(library)
    kept = layouts.load(file)
    assert kept is not None
    assert set(kept.face_ids.tolist()) == set(everyone.tolist()) - set(gone)


@pytest.mark.parametrize("way", [undo, lambda library: restore(library)])
def test_tags_and_places_come_back_with_it(
    pictured: Library, way: Callable[[Library], object]
) -> None:
    ids, library = IDS, pictured
    before = photo_store.get(library, ids["0"])
    put(library, [ids["0"]])
    assert photo_store.get(library, ids["0"]) is None
    way(library)
    assert photo_store.get(library, ids["0"]) == before


@pytest.mark.models
@pytest.mark.parametrize("in_place", [True, False])
def test_a_file_met_again_leaves_its_photo_in_the_bin(
    library: Library, models: FaceModels, settings: Settings, tmp_path: Path, in_place: bool
) -> None:
    folder = tmp_path / "photos"
    for seed in (0, 1):
        write_file(folder / f"{seed}.jpg", jpeg(scene(seed)))

    def take_in() -> IngestReport:
        report = IngestReport()
        options = IngestOptions(in_place=in_place)
        for _ in ingest(
            library, find_photos([folder], settings), models, settings, report, options
        ):
            pass
        return report

    assert (take_in().added, photo_store.count(library)) == (2, 2)
    put(library, [1])
    again = take_in()
    assert (again.added, again.already_known, again.in_bin) == (0, 2, 1)
    write_file(folder / "a copy.jpg", jpeg(scene(0)))
    again = take_in()
    assert (again.new_places, again.in_bin) == (1, 2)
    assert photo_store.count(library) == 1
    empty(library)
    assert (folder / "0.jpg").is_file()
    # Nothing is remembered of what is gone for good.
    assert take_in().added == 1


def test_a_photo_in_the_bin_is_said_to_be_there(library: Library) -> None:
    with library.write() as connection:
        photo = add_photo(library, connection)
    photo_bin.put(library, [photo])
    assert "gallery bin restore" in str(binned.no_photo(library, photo))
    assert str(binned.no_photo(library, 99)) == "There is no photo 99 in this library."
