"""One stays, with all that was said of the others; taking it back leaves what there was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
import small_library as small
from hypothesis import given, settings
from hypothesis import strategies as st
from pictured_library import NOON, add_picture, faces_of, jpeg, scene, state
from small_library import STRICT, Seen, regroup, vectors_of

from gallery import albums
from gallery.corrections import confirm, move, reject
from gallery.decisions import latest, redo, undo
from gallery.duplicates import Group, Kind, find, groups
from gallery.errors import GalleryError, NotFoundError
from gallery.event_updating import update_events
from gallery.keeping import propose
from gallery.people import name_person
from gallery.photo_bin import restore
from gallery.records import Metadata
from gallery.resolving import Choice, proposals, resolve, sure_choices, tell_apart
from gallery.store import binned, people, tagging, tags
from gallery.store import events as event_store
from gallery.store import faces as face_store
from gallery.store import photos as photo_store
from gallery.store.library import Library
from gallery.store.tables import photos as photo_table
from gallery.store.worth import Worth
from gallery.tagging import add_tag, remove_tag
from gallery.taking_over import turned

LYON = Metadata(title="At the lake", latitude=45.7, longitude=4.8, altitude=170.0, lens="35 mm")


def pair(
    library: Library,
    first: Metadata | None = None,
    second: Metadata | None = None,
    who: tuple[int, ...] = (),
) -> tuple[int, int]:
    """A large photo and a small copy of it, with the same people on both."""
    faces = [Seen(one) for one in who]
    vectors = [vectors_of(faces, seed=seed) if faces else None for seed in (0, 1)]
    large = add_picture(library, jpeg(scene(0, 480, 360)), "large.jpg", first, vectors=vectors[0])
    copy = add_picture(
        library, jpeg(scene(0, 480, 360), factor=0.5), "small.jpg", second, vectors=vectors[1]
    )
    if who:
        regroup(library)
    for _ in find(library):
        pass
    return large, copy


def only_group(library: Library, kind: Kind = Kind.SAME_PICTURE) -> Group:
    (group,) = groups(library, kind)
    return group


def keep(library: Library, photo: int, kind: Kind = Kind.SAME_PICTURE) -> None:
    resolve(library, [Choice(only_group(library, kind), photo)])


BEST = Worth(
    id=1,
    sha256="",
    path="/photos/a.jpg",
    format="JPEG",
    width=4000,
    height=3000,
    size_bytes=4_000_000,
    shown_at=datetime(2020, 5, 1),
    dated_by="camera",
    sharpness=100.0,
    described=("camera", "place"),
    tags=1,
    confirmed=1,
    added_at=NOON,
)


@pytest.mark.parametrize(
    ("worse", "reason"),
    [
        ({"width": 2000, "height": 1500, "size_bytes": 9_000_000}, "most pixels: 4,000 × 3,000"),
        ({"size_bytes": 3_000_000}, "least compressed"),
        ({"dated_by": "file", "shown_at": datetime(2010, 1, 1)}, "date from the camera"),
        ({"shown_at": datetime(2021, 5, 1)}, "oldest"),
        ({"described": ("camera",)}, "says the most about itself"),
        ({"confirmed": 0, "tags": 5}, "You confirmed who is on it: 1 face"),
        ({"tags": 0}, "most tags: 1"),
        ({"added_at": NOON + timedelta(days=1)}, "came in first"),
    ],
)
def test_the_best_is_proposed_and_the_reason_said(worse: dict[str, object], reason: str) -> None:
    other = replace(BEST, id=2, **worse)  # type: ignore[arg-type]
    for photos in ([BEST, other], [other, BEST]):
        best = propose(Kind.SAME_PICTURE, photos)
        assert best.keep == 1
        assert reason in best.reason


def test_a_dense_format_is_not_taken_for_a_poor_one() -> None:
    original = replace(BEST, id=2, format="HEIF", size_bytes=2_500_000)
    assert propose(Kind.SAME_PICTURE, [BEST, original]).keep == 2


def test_of_a_burst_the_sharpest_is_proposed() -> None:
    larger = replace(BEST, id=2, width=9000, sharpness=50.0)
    assert propose(Kind.BURST, [BEST, larger]).keep == 1


def test_what_was_said_of_the_other_is_taken_over(library: Library) -> None:
    large, copy = pair(library, second=replace(LYON, keywords=("lake", "summer"), taken_at=NOON))
    keep(library, large)
    kept = photo_store.get(library, large)
    assert kept is not None
    meta = kept.metadata
    assert (meta.title, meta.latitude, meta.altitude, meta.lens) == (
        "At the lake",
        45.7,
        170.0,
        "35 mm",
    )
    assert (meta.taken_at, kept.dated_by) == (NOON, "camera")
    assert meta.keywords == ("lake", "summer")
    assert [photo.id for photo in binned.listed(library)] == [copy]
    assert latest(library).sentence == "Kept large.jpg and put 1 other into the bin"  # type: ignore[union-attr]


def test_what_the_kept_one_has_stays(library: Library) -> None:
    own = Metadata(title="Mine", latitude=1.0, longitude=2.0, keywords=("lake",))
    large, _ = pair(library, own, replace(LYON, keywords=("lake",)))
    keep(library, large)
    meta = photo_store.get(library, large).metadata  # type: ignore[union-attr]
    assert (meta.title, meta.latitude, meta.altitude) == ("Mine", 1.0, None)
    assert meta.keywords == ("lake",)
    assert meta.lens == "35 mm"


def test_people_confirmed_on_the_other_are_confirmed(library: Library) -> None:
    large, copy = pair(library, who=(0, 1))
    regroup(library, STRICT)
    mine, its = faces_of(library, large), faces_of(library, copy)
    person = small.owner(library, its[0])
    name_person(library, person, "Grace")
    assert small.owner(library, mine[0]) != person
    nobody = small.owner(library, mine[1])
    keep(library, large)
    assert small.confirmed(library) == {mine[0]: person}
    assert small.owner(library, mine[1]) == nobody
    assert people.get(library, person).faces == 1  # type: ignore[union-attr]


def test_what_a_user_said_of_the_kept_one_is_not_changed(library: Library) -> None:
    large, copy = pair(library, who=(0, 1))
    mine, its = faces_of(library, large), faces_of(library, copy)
    own = move(library, [mine[0]], None, name="Ada").id
    other = move(library, [its[0]], None, name="Grace").id
    barred = move(library, [its[1]], None, name="Eve").id
    reject(library, [mine[1]], barred)
    keep(library, large)
    assert small.owner(library, mine[0]) == own
    assert small.owners(library).get(mine[1]) not in (other, barred)


def test_faces_are_found_again_on_a_turned_copy(library: Library) -> None:
    upright = scene(0, 640, 480)
    first = add_picture(library, jpeg(upright), "a.jpg", vectors=vectors_of([Seen(0)]))
    second = add_picture(library, jpeg(np.ascontiguousarray(np.rot90(upright)), 60), "b.jpg")
    with library.write() as connection:
        box = face_store.of_photo(library, first)[0].box
        x0, y0, x1, y1 = turned((box[0] / 640, box[1] / 480, box[2] / 640, box[3] / 480), 1)
        (own,) = face_store.of_photo(library, first)
        there = replace(own, box=(x0 * 480, y0 * 640, x1 * 480, y1 * 640), id=None)
        (its,) = face_store.add(library, connection, second, "detector", [there], ["faces/b.jpg"])
    person = move(library, [its], None, name="Grace").id
    for _ in find(library):
        pass
    keep(library, first)
    assert small.owner(library, faces_of(library, first)[0]) == person


@pytest.mark.parametrize("turns", range(5))
def test_boxes_turn_with_the_picture(turns: int) -> None:
    pixels = np.zeros((40, 80), np.uint8)
    pixels[4:10, 60:72] = 1
    x0, y0, x1, y1 = turned((60 / 80, 4 / 40, 72 / 80, 10 / 40), turns)
    after = np.rot90(pixels, turns)
    height, width = after.shape
    ys, xs = np.nonzero(after)
    assert np.allclose(
        (x0 * width, y0 * height, x1 * width, y1 * height),
        (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1),
    )


def test_a_burst_leaves_words_and_no_dates_nor_people(library: Library) -> None:
    shots = [
        add_picture(
            library,
            jpeg(np.roll(scene(0), 6 * at, axis=1)),
            f"{at}.jpg",
            Metadata(taken_at=NOON + timedelta(seconds=at), keywords=(f"tag {at}",), lens=f"{at}"),
            vectors=vectors_of([Seen(0)], seed=at),
        )
        for at in range(2)
    ]
    regroup(library, STRICT)
    name_person(library, small.owner(library, faces_of(library, shots[1])[0]), "Grace")
    for _ in find(library):
        pass
    keep(library, shots[0], Kind.BURST)
    kept = photo_store.get(library, shots[0])
    assert kept is not None
    assert kept.metadata.keywords == ("tag 0", "tag 1")
    assert (kept.metadata.taken_at, kept.metadata.lens) == (NOON, "0")
    assert not set(faces_of(library, shots[0])) & set(small.confirmed(library))


def test_everything_at_once_is_one_decision_and_leaves_what_must_be_looked_at(
    library: Library,
) -> None:
    written = scene(7, 320, 240)
    written[-28:] = 255
    written[-20:-10, 20:200:5] = 0
    for seed, copies in ((0, 2), (5, 3)):
        for at in range(copies):
            add_picture(library, jpeg(scene(seed), 90 - 20 * at), f"{seed}-{at}.jpg")
    add_picture(library, jpeg(scene(7)), "plain.jpg")
    add_picture(library, jpeg(written), "written.jpg")
    for _ in find(library):
        pass
    assert [group.throughout for group in groups(library, Kind.SAME_PICTURE)] == [False, True, True]
    before = state(library)
    done = resolve(library, sure_choices(library))
    assert (done.groups, done.binned) == (2, 3)
    assert done.size_bytes == sum(photo.size_bytes for photo in binned.listed(library))
    assert only_group(library).photos == (6, 7)
    undo(library)
    assert state(library) == before


def test_what_cannot_be_resolved_says_why(library: Library) -> None:
    large, copy = pair(library)
    group = only_group(library)
    with pytest.raises(GalleryError, match="no duplicates to resolve"):
        resolve(library, [])
    with pytest.raises(NotFoundError, match="Photo 9 is not in the group same-picture-1"):
        resolve(library, [Choice(group, 9)])
    place = photo_store.Place(b"/copy.jpg", "/copy.jpg", True, 1, 1)
    with library.write() as connection:
        photo_store.add_place(library, connection, large, place)
    twice = only_group(library, Kind.SAME_BYTES)
    with pytest.raises(GalleryError, match="the gallery never deletes them"):
        resolve(library, [Choice(twice, large)])
    with pytest.raises(GalleryError, match="they are one photo"):
        tell_apart(library, twice)
    resolve(library, [Choice(group, large)])
    with pytest.raises(NotFoundError, match="gone by now"):
        resolve(library, [Choice(group, copy)])
    assert proposals(library, [group]) == []


def test_restoring_leaves_what_was_taken_over(library: Library) -> None:
    large, copy = pair(library, second=LYON)
    keep(library, large)
    restore(library, [copy])
    assert photo_store.get(library, large).metadata.title == "At the lake"  # type: ignore[union-attr]
    assert only_group(library).photos == (large, copy)


ACTIONS = ("keep-first", "keep-last", "apart", "restore", "name", "confirm", "all", "group")


def act(library: Library, action: str) -> None:
    """Something that a user does, if it can be done just now."""
    found = groups(library, Kind.SAME_PICTURE)
    if action == "restore":
        restore(library)
    elif action == "group":
        regroup(library)
    elif action in ("name", "confirm"):
        person = next((p for p in people.everyone(library, with_hidden=True) if p.faces), None)
        if person is not None and action == "name":
            name_person(library, person.id, f"{person.label} again")
        elif person is not None:
            confirm(library, person.id)
    elif found and action == "all":
        resolve(library, [Choice(group, group.photos[0]) for group in found])
    elif found and action == "apart":
        tell_apart(library, found[0])
    elif found:
        resolve(library, [Choice(found[0], found[0].photos[0 if action == "keep-first" else -1])])


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Three pictures in two or three files each, with people, tags and places."""
    library = small.empty(tmp_path_factory.mktemp("many") / "library")
    for seed in range(3):
        for at in range(2 + seed // 2):
            metadata = replace(LYON, title=f"{seed} {at}") if at else Metadata()
            add_picture(
                library,
                jpeg(scene(seed), 90 - 20 * at),
                f"{seed}-{at}.jpg",
                replace(metadata, keywords=(f"tag {at}",)),
                vectors=vectors_of([Seen(seed), Seen(3 + seed)], seed=at),
            )
    regroup(library)
    for _ in find(library):
        pass
    return library


@settings(max_examples=8, deadline=None)
@given(actions=st.lists(st.sampled_from(ACTIONS[:-1]), min_size=1, max_size=6))
def test_undo_leaves_what_there_was_and_redo_what_was_done(
    many: Library, actions: list[str]
) -> None:
    before = state(many)
    for action in actions:
        act(many, action)
    after = state(many)
    taken = len(undo(many, 99))
    assert state(many) == before
    redo(many, taken)
    assert state(many) == after
    undo(many, 99)
    assert state(many) == before


@settings(max_examples=6, deadline=None)
@given(actions=st.lists(st.sampled_from(ACTIONS), min_size=2, max_size=6))
def test_whatever_is_grouped_meanwhile_all_photos_and_faces_come_back(
    many: Library, actions: list[str]
) -> None:
    faces, photos = face_store.count(many), photo_store.count(many)
    sure = small.confirmed(many)
    for action in actions:
        act(many, action)
        there = {tile.photo_id for tile in all_faces(many)}
        assert not there & {photo.id for photo in binned.listed(many)}
    undo(many, 99)
    assert (face_store.count(many), photo_store.count(many)) == (faces, photos)
    assert small.confirmed(many) == sure
    assert binned.count(many) == 0
    regroup(many)


def all_faces(library: Library) -> list[face_store.FacePicture]:
    everyone = [person.id for person in people.everyone(library, with_hidden=True)]
    return [one for some in face_store.best_of(library, everyone, 99).values() for one in some]


def test_tags_that_somebody_gave_go_over_and_no_guesses(library: Library) -> None:
    kept, gone = (
        add_picture(library, jpeg(scene(0), quality), f"{quality}.jpg") for quality in (90, 60)
    )
    with library.write() as connection:
        guesses = {kept: [("cat", 0.7), ("wrong", 0.9)], gone: [("cat", 0.8), ("dog", 0.6)]}
        tagging.replace_guesses(library, connection, "tagger-1", guesses)
    for name in ("cat", "ours", "wrong"):
        add_tag(library, name, [gone])
    remove_tag(library, "wrong", [kept])
    before = state(library)
    for _ in find(library):
        pass
    keep(library, kept, Kind.SAME_PICTURE)
    found = {tag.name: (tag.source, tag.confidence) for tag in tags.of_photo(library, kept)}
    del found["nobody"]
    assert found == {"cat": ("user", None), "ours": ("user", None)}
    undo(library)
    assert state(library) == before


def test_what_stays_is_in_the_albums_of_what_goes(library: Library) -> None:
    kept, gone = (
        add_picture(library, jpeg(scene(0), quality), f"{quality}.jpg") for quality in (90, 60)
    )
    one = albums.create(library, "One", [gone])
    albums.choose_cover(library, one.id, gone)
    both = albums.create(library, "Both", [gone, kept])
    deleted = albums.create(library, "Deleted", [gone])
    albums.delete(library, deleted.id)
    for _ in find(library):
        pass
    keep(library, kept, Kind.SAME_PICTURE)
    for album in (one, both):
        now = albums.get_album(library, album.id)
        assert albums.ids_in(library, now) == [kept]
        assert now.cover_photo_id == kept
    undo(library)
    assert albums.get_album(library, one.id) == replace(one, cover_photo_id=gone)
    assert albums.ids_in(library, one) == [gone]
    assert set(albums.ids_in(library, both)) == {gone, kept}


def test_a_place_goes_over_with_its_name_and_comes_back_without(library: Library) -> None:
    large, copy = pair(library, second=LYON)
    with library.write() as connection:
        named = photo_table.update().where(photo_table.c.id == copy)
        connection.execute(named.values(city="Lyon", country="France", placed_by="towns-1"))
    before = state(library)
    keep(library, large)
    kept = photo_store.get(library, large)
    assert kept is not None
    assert kept.locality.city == "Lyon"
    undo(library)
    assert state(library) == before
    again = photo_store.get(library, large)
    assert again is not None
    assert again.locality.country is None


def test_events_follow_a_date_that_goes_over(library: Library) -> None:
    for at in range(12):
        days, minutes = divmod(at, 6)
        when = NOON + timedelta(days=900 * days, minutes=minutes)
        add_picture(library, jpeg(scene(20 + at)), f"{at}.jpg", Metadata(taken_at=when))
    large, copy = pair(library, second=Metadata(taken_at=NOON + timedelta(days=900)))
    update_events(library)
    then = event_store.of_photo(library, copy)
    assert then is not None
    assert event_store.of_photo(library, large) != then
    keep(library, large)
    assert event_store.of_photo(library, large) == then
    undo(library)
    assert event_store.of_photo(library, large) != then
    assert event_store.of_photo(library, copy) == then
