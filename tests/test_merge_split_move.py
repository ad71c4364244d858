"""Merge, split, move, reject, confirm: what they do, what they refuse, and undone exactly."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import small_library as small
from small_library import Seen

from gallery import people as use_case
from gallery.boxes import remove_faces
from gallery.corrections import confirm, merge, move, reject, split
from gallery.decisions import latest, redo, undo
from gallery.errors import GalleryError, NotFoundError
from gallery.people import find_person, hide, name_person, namesake
from gallery.store import people
from gallery.store.library import Library
from gallery.store.tables import faces


@pytest.fixture
def album(library: Library) -> Library:
    """Persons 1, 2 and 3 with faces 1-6, 7-10 and 11-12, each on a photo of its own."""
    assert small.album(library, 6, 4, 2) == [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10], [11, 12]]
    return library


@pytest.fixture
def together(library: Library) -> Library:
    """Persons 1 and 2 with faces 1, 3, 4, 5 and 2, 6, 7, together in the first photo."""
    seen = [Seen(0, "both"), Seen(1, "both"), *[Seen(0)] * 3, *[Seen(1)] * 2]
    assert small.add(library, seen) == [1, 2, 3, 4, 5, 6, 7]
    small.regroup(library)
    return library


def everything(library: Library) -> tuple[object, ...]:
    everyone = people.everyone(library, with_hidden=True)
    return (
        everyone,
        small.groups(library),
        small.confirmed(library),
        small.rejected(library),
    )


DONE: dict[str, tuple[Callable[[Library], object], str, dict[str, list[int]]]] = {
    "merge": (
        lambda library: merge(library, 2, [1, 3]),
        "Merged Person 1 (6 faces), Person 3 (2 faces) into Person 2",
        {"Person 2": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]},
    ),
    "split": (
        lambda library: split(library, 1, [[1, 2], [3]]),
        "Split 3 faces off Person 1, into 2 new persons",
        {"Person 1": [4, 5, 6], "Person 2": [7, 8, 9, 10], "Person 3": [11, 12],
         "Person 4": [1, 2], "Person 5": [3]},
    ),
    "split off": (
        lambda library: split(library, 1, [[1]]),
        "Split 1 face off Person 1, into a person of their own",
        {"Person 1": [2, 3, 4, 5, 6], "Person 2": [7, 8, 9, 10], "Person 3": [11, 12],
         "Person 4": [1]},
    ),
    "move": (
        lambda library: move(library, [1, 11], 2),
        "Said that 2 faces of Person 1 and Person 3 are Person 2",
        {"Person 1": [2, 3, 4, 5, 6], "Person 2": [1, 7, 8, 9, 10, 11], "Person 3": [12]},
    ),
    "move to somebody new": (
        lambda library: move(library, [1, 1], None),
        "Said that 1 face of Person 1 is Person 4",
        {"Person 1": [2, 3, 4, 5, 6], "Person 2": [7, 8, 9, 10], "Person 3": [11, 12],
         "Person 4": [1]},
    ),
    "reject": (
        lambda library: reject(library, [1, 7, 1], 1),
        "Said that 2 faces are not Person 1",
        {"Person 1": [2, 3, 4, 5, 6], "Person 2": [7, 8, 9, 10], "Person 3": [11, 12]},
    ),
    "confirm": (
        lambda library: confirm(library, 1, [1]),
        "Confirmed 1 face of Person 1",
        {"Person 1": [1, 2, 3, 4, 5, 6], "Person 2": [7, 8, 9, 10], "Person 3": [11, 12]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", DONE)
def test_what_is_done_is_said_taken_back_and_done_again(album: Library, what: str) -> None:
    call, sentence, expected = DONE[what]
    before = everything(album)
    call(album)
    after = everything(album)
    assert small.groups(album) == expected
    assert after != before
    assert small.sentences(album) == [sentence]
    undo(album)
    assert everything(album) == before
    redo(album)
    assert everything(album) == after


REFUSED: dict[str, tuple[Callable[[Library], object], type[GalleryError], str]] = {
    "merge with nobody": (lambda lib: merge(lib, 1, []), GalleryError, "two different persons"),
    "merge with itself": (lambda lib: merge(lib, 1, [1]), GalleryError, "two different persons"),
    "merge a stranger": (lambda lib: merge(lib, 1, [99]), NotFoundError, "no person 99"),
    "merge into a stranger": (lambda lib: merge(lib, 99, [1]), NotFoundError, "no person 99"),
    "split nothing": (lambda lib: split(lib, 1, []), GalleryError, "faces that are somebody else"),
    "split an empty part": (lambda lib: split(lib, 1, [[]]), GalleryError, "somebody else"),
    "split a face twice": (lambda lib: split(lib, 1, [[1], [1]]), GalleryError, "picked twice"),
    "split another's": (lambda lib: split(lib, 1, [[7]]), GalleryError, "Face 7 is not one of Per"),
    "split all": (lambda lib: split(lib, 3, [[11, 12]]), GalleryError, "leave at least one"),
    "split all in parts": (lambda lib: split(lib, 3, [[11], [12]]), GalleryError, "at least one"),
    "split a stranger": (lambda lib: split(lib, 99, [[1]]), NotFoundError, "no person 99"),
    "move nothing": (lambda lib: move(lib, [], 1), GalleryError, "are to be moved"),
    "move to a stranger": (lambda lib: move(lib, [1], 99), NotFoundError, "no person 99"),
    "move no face": (lambda lib: move(lib, [1, 99], None), NotFoundError, "no face 99"),
    "reject nothing": (lambda lib: reject(lib, [], 1), GalleryError, "not this person"),
    "reject no face": (lambda lib: reject(lib, [99], 1), NotFoundError, "no face 99"),
    "reject a stranger": (lambda lib: reject(lib, [1], 99), NotFoundError, "no person 99"),
    "confirm another's": (lambda lib: confirm(lib, 1, [7]), GalleryError, "Face 7 is not one of"),
    "confirm a stranger": (lambda lib: confirm(lib, 99), NotFoundError, "no person 99"),
    "confirm nothing": (lambda lib: confirm(lib, 1, []), GalleryError, "no face of Person 1"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_changes_nothing(album: Library, what: str) -> None:
    call, error, message = REFUSED[what]
    before = everything(album)
    with pytest.raises(error, match=message):
        call(album)
    assert everything(album) == before
    assert latest(album) is None
    assert move(album, [1], None).number == 4, "no number was given away"


def test_a_deleted_box_cannot_be_moved_or_rejected(album: Library) -> None:
    remove_faces(album, [1])
    for call in (lambda: move(album, [1], 2), lambda: reject(album, [1], 2)):
        with pytest.raises(NotFoundError, match="no face 1"):
            call()


# Merge.


def test_a_merge_keeps_the_faces_that_stand_for_each(album: Library) -> None:
    merge(album, 1, [2])
    assert small.confirmed(album) == dict.fromkeys([1, 2, 3, 4, 7, 8, 9, 10], 1)
    assert find_person(album, 2).faces == 0
    assert [person.id for person in people.everyone(album)] == [1, 3]


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [("Ada", None, "Ada"), (None, "Bob", "Bob"), ("Ada", "Bob", "Ada"), (None, None, "Person 1")],
)
def test_a_merge_takes_over_a_name(
    album: Library, first: str | None, second: str | None, kept: str
) -> None:
    for person, name in ((1, first), (2, second)):
        if name:
            name_person(album, person, name)
    assert merge(album, 1, [2]).label == kept
    assert find_person(album, 2).name is None
    undo(album)
    assert [find_person(album, person).name for person in (1, 2)] == [first, second]


def test_a_merge_takes_over_birth_year_and_cover(album: Library) -> None:
    use_case.set_birth_year(album, 2, 1990)
    use_case.hide(album, 2)
    use_case.choose_cover(album, 1, 6)
    merged = merge(album, 1, [2])
    assert (merged.birth_year, merged.cover_face_id, merged.hidden) == (1990, 6, False)
    gone = find_person(album, 2)
    assert (gone.birth_year, gone.cover_face_id, gone.hidden) == (None, None, False)


def test_a_merge_is_refused_for_persons_together_in_a_photo_unless_twice(
    together: Library,
) -> None:
    with pytest.raises(GalleryError, match=r"Person 1 and Person 2 are together in a photo.*twice"):
        merge(together, 1, [2])
    assert merge(together, 1, [2], twice=True).faces == 7
    for options in (small.STRICT, small.OPTIONS):
        small.regroup(together, options)
        assert {1, 2} <= set(small.faces_of(together, 1)), "both faces of the photo stay"
    undo(together)
    assert small.groups(together) == {"Person 1": [1, 3, 4, 5], "Person 2": [2, 6, 7]}


def test_both_faces_of_a_photo_stay_even_where_they_stand_for_nobody(library: Library) -> None:
    pairs = [Seen(who, "both", quality=0.4) for who in (0, 1)]
    small.add(library, [*pairs, *[Seen(0)] * 5, *[Seen(1)] * 5])
    small.regroup(library)
    merge(library, 1, [2], twice=True)
    assert {1, 2} <= small.confirmed(library).keys()


@pytest.mark.parametrize("photos", [1, 2])
def test_the_refusal_counts_the_photos(library: Library, photos: int) -> None:
    small.add(library, [Seen(who, f"{n}") for n in range(photos) for who in (0, 1)])
    small.regroup(library)
    with pytest.raises(GalleryError, match="a photo, so" if photos == 1 else "2 photos, so"):
        merge(library, 1, [2])


def test_who_is_not_a_merged_person_is_not_what_it_became(album: Library) -> None:
    reject(album, [11], 2)
    merge(album, 1, [2])
    assert small.rejected(album)[11] == {1, 2}
    undo(album)
    assert small.rejected(album)[11] == {2}


def test_a_face_known_not_to_be_somebody_does_not_come_along_with_a_merge(album: Library) -> None:
    worst = people.face_ids(album, 1)[-1]
    reject(album, [worst], 2)
    merge(album, 2, [1])
    assert small.owners(album).get(worst) is None
    undo(album)
    assert small.owner(album, worst) == 1


def test_nor_does_one_that_is_too_old(library: Library) -> None:
    small.add(library, [*(Seen(0, year=2020) for _ in range(4)), Seen(0, year=1980), Seen(1)])
    small.regroup(library)
    use_case.set_birth_year(library, 2, 1990)
    merge(library, 2, [1])
    assert small.faces_of(library, 2) == [1, 2, 3, 4, 6]
    assert small.owners(library).get(5) is None


def test_split_and_merged_again(album: Library) -> None:
    (own,) = split(album, 1, [[1, 2]])
    merge(album, 1, [own.id])
    small.regroup(album)
    assert small.faces_of(album, 1) == [1, 2, 3, 4, 5, 6]


# Split.


def test_a_split_confirms_all_and_says_who_the_parts_are_not(album: Library) -> None:
    name_person(album, 1, "Ada")
    first, second = split(album, 1, [[1, 2], [3]])
    assert small.confirmed(album) == {
        1: first.id, 2: first.id, 3: second.id, 4: 1, 5: 1, 6: 1,
    }  # fmt: skip
    assert small.rejected(album) == {1: {1}, 2: {1}, 3: {1}}
    assert find_person(album, 1).label == "Ada"
    assert first.cover_face_id in (1, 2)
    assert find_person(album, 1).cover_face_id in (4, 5, 6)


# Move.


def test_a_moved_face_is_confirmed_and_is_not_who_it_was(album: Library) -> None:
    move(album, [1], 2)
    assert small.confirmed(album)[1] == 2
    assert small.rejected(album) == {1: {1}}
    assert len([f for f, p in small.confirmed(album).items() if p == 1]) == 4, "it is known now"


def test_moving_the_last_face_leaves_a_name_without_faces(album: Library) -> None:
    name_person(album, 3, "Ada")
    move(album, [11, 12], 1)
    left = find_person(album, 3)
    assert (left.label, left.faces, left.cover_face_id) == ("Ada", 0, None)
    assert "Ada" in small.groups(album)


def test_a_face_that_grouping_had_put_there_from_the_same_photo_gives_way(
    library: Library,
) -> None:
    small.add(library, [Seen(0, "both"), Seen(1, "both"), *[Seen(0)] * 5])
    small.regroup(library)
    move(library, [2], 1)
    assert small.owner(library, 2) == 1
    assert small.owners(library).get(1) is None
    undo(library)
    assert small.owner(library, 1) == 1


def test_a_confirmed_face_of_the_same_photo_does_not_give_way(together: Library) -> None:
    confirm(together, 1)
    with pytest.raises(GalleryError, match=r"Person 1 is in that photo already.*--twice"):
        move(together, [2], 1)
    move(together, [2], 1, twice=True)
    assert {1, 2} <= set(small.faces_of(together, 1))


def test_two_faces_of_one_photo_are_moved_only_if_said_so(together: Library) -> None:
    with pytest.raises(GalleryError, match="--twice"):
        move(together, [1, 2], None)
    person = move(together, [1, 2], None, twice=True)
    small.regroup(together)
    assert small.faces_of(together, person.id) == [1, 2]


def test_with_twice_the_face_that_was_there_stays_for_good(library: Library) -> None:
    seen = [Seen(0, "both", quality=0.4), Seen(1, "both", quality=0.4), *[Seen(0)] * 5]
    small.add(library, seen)
    small.regroup(library)
    move(library, [2], 1, twice=True)
    small.regroup(library)
    assert {1, 2} <= set(small.faces_of(library, 1))


def test_a_face_that_was_rejected_may_be_moved_back(album: Library) -> None:
    reject(album, [1], 1)
    move(album, [1], 1)
    small.regroup(album, small.STRICT)
    assert small.owner(album, 1) == 1


def test_a_face_of_nobody_is_moved(album: Library) -> None:
    reject(album, [1], 1)
    move(album, [1], 2)
    assert small.sentences(album)[-1] == "Said that 1 face is Person 2"


# Reject and confirm.


def test_a_confirmed_face_can_be_rejected(album: Library) -> None:
    confirm(album, 1)
    reject(album, [1], 1)
    assert small.owners(album).get(1) is None
    assert sorted(small.confirmed(album)) == [2, 3, 4, 5, 6]


def test_rejecting_twice_and_taking_one_back(album: Library) -> None:
    reject(album, [1], 1)
    reject(album, [1], 1)
    undo(album)
    assert small.rejected(album) == {1: {1}}
    undo(album)
    assert small.rejected(album) == {}
    redo(album, 2)
    undo(album)
    assert small.rejected(album) == {1: {1}}


def test_confirm_all(album: Library) -> None:
    confirm(album, 2)
    assert small.confirmed(album) == dict.fromkeys([7, 8, 9, 10], 2)
    assert small.sentences(album) == ["Confirmed 4 faces of Person 2"]


def test_nobody_has_faces_to_confirm(album: Library) -> None:
    merge(album, 1, [2])
    with pytest.raises(GalleryError, match="no face of Person 2 to confirm"):
        confirm(album, 2)


# Undo, whatever was grouped since.


@pytest.mark.parametrize("options", [small.LOOSE, small.STRICT, small.OPTIONS])
@pytest.mark.parametrize("what", [name for name in DONE if name != "confirm"])
def test_undo_after_a_grouping_puts_the_changed_faces_back(
    album: Library, what: str, options: small.GraphOptions
) -> None:
    before = small.owners(album)
    DONE[what][0](album)
    changed = {f for f, p in small.owners(album).items() if before[f] != p}
    changed |= before.keys() - small.owners(album).keys()
    small.regroup(album, options)
    undo(album)
    after = small.owners(album)
    assert {face: after[face] for face in changed} == {face: before[face] for face in changed}
    assert small.rejected(album) == {}
    redo(album)
    assert small.rejected(album) != {} or what == "merge"


def test_a_face_grouped_into_a_place_that_is_taken_back_leaves_it(library: Library) -> None:
    small.add(library, [Seen(0, "both"), *[Seen(0)] * 5])
    small.regroup(library)
    # The second face of the photo is found only after the first was rejected.
    reject(library, [1], 1)
    (second,) = small.add(library, [Seen(0)], seed=2)
    with library.write() as connection:
        first_photo = connection.execute(faces.select().where(faces.c.id == 1)).one().photo_id
        connection.execute(faces.update().where(faces.c.id == second).values(photo_id=first_photo))
    small.regroup(library)
    assert small.owner(library, second) == 1
    undo(library)
    assert small.owner(library, 1) == 1
    assert small.owners(library).get(second) is None


def test_a_rejection_done_again_moves_out_who_was_grouped_there_meanwhile(
    album: Library,
) -> None:
    reject(album, [7], 1)  # which is with somebody else
    undo(album)
    small.regroup(album, small.LOOSE)
    assert small.owner(album, 7) == 1
    redo(album)
    assert small.owners(album).get(7) is None


@pytest.mark.parametrize(("hidden", "stays"), [((True, False), False), ((True, True), True)])
def test_somebody_seen_is_not_hidden_by_merging(
    album: Library, hidden: tuple[bool, bool], stays: bool
) -> None:
    for person, hide_it in zip((1, 2), hidden, strict=True):
        hide(album, person, hidden=hide_it)
    assert merge(album, 1, [2]).hidden is stays
    undo(album)
    assert find_person(album, 1).hidden


def test_two_faces_of_a_photo_are_nobody_new(together: Library) -> None:
    with pytest.raises(GalleryError, match="Two of these faces are in one photo"):
        move(together, [1, 2], None, name="Ada")
    assert namesake(together, "Ada") is None
    assert move(together, [1, 2], None, twice=True, name="Ada").faces == 2


def test_a_face_that_gives_way_is_spoken_of(together: Library) -> None:
    move(together, [2], 1)
    assert 1 not in small.owners(together)
    assert small.sentences(together)[-1].endswith("is Person 1, and 1 other face of the photo not")
