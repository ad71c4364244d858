"""A person who is deleted leaves nothing behind that tells the face or the name."""

from __future__ import annotations

import small_library as small
from sqlalchemy import text
from synthetic import SPACE, add_faces, add_photo, blobs

from gallery import albums
from gallery.boxes import remove_faces
from gallery.cluster import GraphOptions
from gallery.corrections import merge, move
from gallery.decisions import redo, standing, undo
from gallery.forgetting import forget_person
from gallery.grouping import group
from gallery.merged import person_today
from gallery.people import hide, name_person
from gallery.questions import answered_so_far
from gallery.review import differ
from gallery.store import albums as album_store
from gallery.store import event_history, event_writing, people, photos
from gallery.store import faces as face_store
from gallery.store.library import Library

OPTIONS = GraphOptions(link=0.5, join=0.5)


def filled(library: Library) -> tuple[int, int]:
    """Two persons of four and three faces, the first of them named."""
    vectors, _ = blobs(0, [4, 3], dim=8, noise=0.2)
    with library.write() as connection:
        for index, vector in enumerate(vectors):
            photo = add_photo(library, connection, f"{index}.jpg")
            [face] = add_faces(library, connection, photo, vector[None])
            key = face_store.crop_keys(library, [face]).get(face) or f"faces/{photo}-0.jpg"
            library.media.put(key, b"a picture")
    group(library, SPACE, OPTIONS, 0.25)
    one, two = people.everyone(library)
    name_person(library, one.id, "Grace Hopper")
    return one.id, two.id


def everything_said(library: Library) -> str:
    with library.read() as connection:
        tables = ("decisions", "person_changes", "people")
        rows = [connection.execute(text(f"SELECT * FROM {table}")).all() for table in tables]
    return str(rows)


def test_faces_vectors_pictures_and_name_are_gone_and_photos_stay(library: Library) -> None:
    one, two = filled(library)
    with library.read() as connection:
        faces = people.face_ids(library, one)
        vectors_before = connection.execute(text("SELECT count(*) FROM vectors")).scalar()
    crops = face_store.crop_keys(library, faces)
    assert forget_person(library, one) == 4
    assert people.get(library, one) is None
    assert photos.count(library) == 7
    assert face_store.count(library) == 3
    assert face_store.vectors_of(library, SPACE, faces) == {}
    with library.read() as connection:
        assert vectors_before == 7
        assert connection.execute(text("SELECT count(*) FROM vectors")).scalar() == 3
        for table in ("assignments", "memberships", "face_changes"):
            query = text(f"SELECT count(*) FROM {table} WHERE face_id IN (1, 2, 3, 4)")
            assert connection.execute(query).scalar() == 0
    assert all(library.media.get(key) is None for key in crops.values())
    assert "Grace" not in everything_said(library)
    assert people.get(library, two) is not None


def test_other_decisions_can_still_be_undone(library: Library) -> None:
    one, two = filled(library)
    name_person(library, two, "Eileen Collins")
    forget_person(library, one)
    kinds = [decision.kind for decision in standing(library)]
    assert kinds == ["name"]
    undo(library)
    person = people.get(library, two)
    assert person is not None
    assert person.name is None
    assert undo(library) == []


def test_somebody_merged_into_the_person_goes_too(library: Library) -> None:
    one, two = filled(library)
    merge(library, one, [two])
    assert forget_person(library, one) == 7
    undo(library, steps=5)
    assert face_store.count(library) == 0
    assert "Grace" not in everything_said(library)


def test_a_face_that_was_moved_away_before_stays_with_whom_it_went_to(library: Library) -> None:
    one, two = filled(library)
    face = people.face_ids(library, one)[-1]
    move(library, [face], two)
    forget_person(library, one)
    assert face in people.face_ids(library, two)
    group(library, SPACE, OPTIONS, 0.25)
    assert face in people.face_ids(library, two)


def test_undo_goes_on_after_somebody_in_the_middle_was_forgotten(library: Library) -> None:
    """A face came to another person from the one who is gone: it cannot go back there."""
    one, two = filled(library)
    face = people.face_ids(library, one)[-1]
    move(library, [face], two)
    name_person(library, two, "Eileen Collins")
    forget_person(library, one)
    while undo(library):
        pass
    assert face in people.face_ids(library, two)


def test_names_of_those_who_were_merged_into_the_person_go_too(library: Library) -> None:
    one, two = filled(library)
    name_person(library, two, "Eileen Collins")
    name_person(library, two, "Eileen Marie Collins")
    merge(library, one, [two])
    undo(library)
    merge(library, one, [two])
    forget_person(library, one)
    assert "Collins" not in everything_said(library)
    assert "Grace" not in everything_said(library)
    assert people.get(library, two) is None
    assert undo(library) == []


def test_words_of_an_undo_go_with_what_it_took_back(library: Library) -> None:
    one, two = filled(library)
    face = people.face_ids(library, two)[0]
    move(library, [face], one)
    undo(library)
    redo(library)
    undo(library)
    forget_person(library, one)
    assert "Grace" not in everything_said(library)
    assert people.get(library, two) is not None


def test_boxes_that_were_deleted_before_lose_their_vectors(library: Library) -> None:
    one, _ = filled(library)
    faces = people.face_ids(library, one)
    crops = face_store.crop_keys(library, faces)
    remove_faces(library, faces[:2])
    assert forget_person(library, one) == 4
    assert face_store.vectors_of(library, SPACE, faces) == {}
    assert all(library.media.get(key) is None for key in crops.values())


def test_a_name_without_faces_can_be_deleted(library: Library) -> None:
    one, _ = filled(library)
    remove_faces(library, people.face_ids(library, one)[:1])
    photo_of = {face_store.get(library, face).photo_id for face in people.face_ids(library, one)}
    for photo in photo_of:
        with library.write() as connection:
            connection.execute(text("DELETE FROM photos WHERE id = :id"), {"id": photo})
    forget_person(library, one)
    assert "Grace" not in everything_said(library)


def test_what_is_deleted_is_overwritten_on_disk(library: Library) -> None:
    one, _ = filled(library)
    vectors = face_store.vectors_of(library, SPACE, people.face_ids(library, one))
    kept = [vector.tobytes() for vector in vectors.values()]
    library.wipe()
    database = library.root / "library.db"
    assert all(vector in database.read_bytes() for vector in kept)
    forget_person(library, one)
    files = [path.read_bytes() for path in library.root.glob("library.db*")]
    assert not any(vector in data for vector in kept for data in files)
    assert not any(b"Grace" in data for data in files)


def test_undo_passes_over_what_was_decided_about_somebody_deleted(library: Library) -> None:
    one, two = filled(library)
    name_person(library, two, "Eileen Collins")
    name_person(library, one, "Grace Brewster Hopper")
    forget_person(library, one)
    assert [decision.sentence for decision in undo(library)] == ["Named Person 2 “Eileen Collins”"]
    assert undo(library) == []


def test_decisions_about_others_stay_whole(library: Library) -> None:
    """A face that went to the deleted person had been part of what was said of others."""
    one, two, three = (small.owner(library, faces[0]) for faces in small.album(library, 5, 4, 3))
    differ(library, one, two)
    merge(library, three, [two])
    best = next(face for face, whose in small.confirmed(library).items() if whose == three)
    gone = move(library, [best], None).id
    said = [decision.sentence for decision in standing(library)[:2]]
    forget_person(library, gone)
    assert [decision.sentence for decision in standing(library)] == said
    assert answered_so_far(library).pairs == {frozenset((one, three))}
    assert person_today(library, two).id == three
    undo(library)
    assert len(small.faces_of(library, two)) == 4 - (best in range(6, 10))


def test_what_was_done_again_still_holds(library: Library) -> None:
    one, two = filled(library)
    hide(library, one)
    name_person(library, two, "Bea")
    undo(library, 2)
    redo(library, 2)
    forget_person(library, one)
    assert [decision.sentence for decision in standing(library)] == ["Named Person 2 “Bea”"]
    undo(library)
    person = people.get(library, two)
    assert person is not None
    assert person.name is None


def test_a_face_placed_by_a_decision_that_is_final_stays(library: Library) -> None:
    one, two, three = (small.owner(library, faces[0]) for faces in small.album(library, 4, 4, 3))
    name_person(library, two, "Bob")
    moved = [small.faces_of(library, one)[0], small.faces_of(library, two)[0]]
    move(library, moved, three)
    forget_person(library, one)
    assert [d.sentence for d in undo(library)] == ["Named Person 2 “Bob”"]
    assert small.owner(library, moved[1]) == three


def test_albums_and_changes_of_events_do_not_keep_the_name(library: Library) -> None:
    one, two = filled(library)
    name_person(library, two, "Eileen Collins")
    for name, query in (("Hers", 'person:"Grace Hopper"'), ("Short", "person:grace -has:gps")):
        albums.create(library, name, query=query)
    albums.create(library, "Both", query='person:"Eileen Collins"')
    albums.delete(library, albums.find_album(library, "Short").id)
    undo(library)
    with library.write() as connection:
        events = [event_writing.create(library, connection) for _ in range(2)]
        for said, event in zip(("Called “Grace Hopper, May” “Tea”", "Called “May” “Tea”"), events,
                               strict=True):  # fmt: skip
            event_history.record(library, connection, said, [event], {})
    forget_person(library, one)
    assert [album.name for album in album_store.listed(library)] == ["Both"]
    kinds = [decision.kind for decision in standing(library)]
    assert kinds == ["name", "album-create"]
    with library.read() as connection:
        tables = ("albums", "album_changes", "decisions", "event_changes")
        kept = str([connection.execute(text(f"SELECT * FROM {table}")).all() for table in tables])
    assert "grace" not in kept.lower()
    assert "Called “May” “Tea”" in kept
    assert "Eileen Collins" in kept
    undo(library, 9)
    assert album_store.listed(library) == []


def test_the_words_of_an_album_stay_where_somebody_else_has_the_name(library: Library) -> None:
    one, two = filled(library)
    name_person(library, two, "Grace Kelly")
    albums.create(library, "Graces", query="person:Grace")
    forget_person(library, one)
    assert [album.name for album in album_store.listed(library)] == ["Graces"]
