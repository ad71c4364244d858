"""Groupings: ids, names and decisions outlive them, new faces join, runs can be gone back to."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import small_library as small
from small_library import LINK, LOOSE, OPTIONS, STRICT, WEAK, Seen
from sqlalchemy import func, select
from synthetic import SPACE, blobs

from gallery import boxes, corrections
from gallery.config import Settings
from gallery.decisions import undo
from gallery.errors import GalleryError, LibraryError, NotFoundError
from gallery.grouping import GroupReport, group, join_new, use_run
from gallery.join import JoinOptions
from gallery.people import (
    choose_cover,
    find_person,
    hide,
    ignore,
    name_person,
    set_birth_year,
)
from gallery.store import faces as face_store
from gallery.store import people, preferences, runs, tables
from gallery.store.library import Library
from gallery.workflow import go_back, group_if_needed


@pytest.fixture
def grouped(library: Library) -> Library:
    """Persons 1, 2 and 3 with six, four and two faces, each on a photo of its own."""
    small.album(library, 6, 4, 2)
    return library


def join(library: Library) -> GroupReport:
    return join_new(library, SPACE, OPTIONS, WEAK, JoinOptions(link=LINK))


def current(library: Library) -> int:
    run = runs.current(library)
    assert run is not None
    return run.id


def test_groups_become_people(grouped: Library) -> None:
    found = people.everyone(grouped)
    assert [(p.label, p.faces, p.photos) for p in found] == [
        ("Person 1", 6, 6),
        ("Person 2", 4, 4),
        ("Person 3", 2, 2),
    ]
    assert all(p.cover_face_id in people.face_ids(grouped, p.id) for p in found)
    run = runs.current(grouped)
    assert run is not None
    assert (run.faces, run.clusters, run.unassigned, run.threshold) == (12, 3, 0, 0.5)
    assert run.parameters.items() >= {"link": 0.5, "join": 0.5, "weak_quality": WEAK}.items()
    assert run.space == SPACE


def test_grouping_again_changes_nobody(grouped: Library) -> None:
    was = (small.groups(grouped), people.everyone(grouped))
    assert small.regroup(grouped).new_people == 0
    assert (small.groups(grouped), people.everyone(grouped)) == was


def test_weak_faces_are_nobodys_until_they_fit(grouped: Library) -> None:
    small.add(grouped, [Seen(5, quality=0.1), Seen(0, quality=0.1)], seed=1)
    report = small.regroup(grouped)
    assert (report.faces, report.people, report.unassigned) == (14, 3, 1)
    assert people.unassigned(grouped) == 1
    assert group(grouped, SPACE, OPTIONS, 0.05).people == 4


def test_a_cover_that_moved_away_is_replaced(grouped: Library) -> None:
    first, second, _ = people.everyone(grouped)
    stranger = people.face_ids(grouped, second.id)[0]
    with grouped.write() as connection:
        people.set_covers(grouped, connection, {first.id: stranger})
    small.regroup(grouped)
    assert find_person(grouped, first.id).cover_face_id in people.face_ids(grouped, first.id)


def test_a_space_without_any_vector_changes_nothing(grouped: Library) -> None:
    """As when the embedder changes while the disk with the originals is unplugged."""
    before = people.everyone(grouped)
    with pytest.raises(LibraryError, match="nothing was changed"):
        group(grouped, dataclasses.replace(SPACE, version="another"), OPTIONS, WEAK)
    assert people.everyone(grouped) == before
    assert len(runs.listed(grouped)) == 1


def test_faces_without_a_vector_in_the_new_space_stay_with_their_person(grouped: Library) -> None:
    first, second, *_ = people.everyone(grouped)
    name_person(grouped, first.id, "Grace")
    another = dataclasses.replace(SPACE, version="another")
    described = people.face_ids(grouped, second.id)
    vectors, _ = blobs(1, [len(described)], dim=8, noise=0.2)
    with grouped.write() as connection:
        face_store.add_vectors(grouped, connection, another, described, vectors)
    group(grouped, another, OPTIONS, WEAK)
    assert find_person(grouped, first.id).faces == first.faces
    assert find_person(grouped, second.id).faces == second.faces


# What holds whatever is grouped: a threshold far too loose, far too strict, and both.
CARELESS = [[LOOSE], [STRICT], [LOOSE, STRICT], [STRICT, LOOSE, OPTIONS]]
careless = pytest.mark.parametrize(
    "groupings", CARELESS, ids=["loose", "strict", "loose, strict", "strict, loose, back"]
)


@careless
def test_named_persons_stay_whole(grouped: Library, groupings: list[small.GraphOptions]) -> None:
    """One careless threshold must not cost a name, an id, a cover or a face."""
    everyone = people.everyone(grouped)
    for person, name in zip(everyone, ["Alice", "Bob", "Carol"], strict=True):
        name_person(grouped, person.id, name)
    choose_cover(grouped, everyone[0].id, small.faces_of(grouped, everyone[0].id)[-1])
    before = people.everyone(grouped), small.groups(grouped)
    for options in groupings:
        small.regroup(grouped, options)
    assert (people.everyone(grouped), small.groups(grouped)) == before


@careless
def test_merged_stay_merged_and_split_stay_split(
    library: Library, groupings: list[small.GraphOptions]
) -> None:
    one, two, three = small.album(library, 6, 4, 3)
    merged = corrections.merge(
        library, small.owner(library, one[0]), [small.owner(library, two[0])]
    )
    parts = [three[:1]]
    (own,) = corrections.split(library, small.owner(library, three[0]), parts)
    for options in groupings:
        small.regroup(library, options)
    assert set(small.faces_of(library, merged.id)) == {*one, *two}
    assert small.faces_of(library, own.id) == three[:1]
    assert small.owner(library, three[1]) == small.owner(library, three[2]) != own.id


@careless
def test_a_rejected_face_never_comes_back(
    grouped: Library, groupings: list[small.GraphOptions]
) -> None:
    first, *_ = people.everyone(grouped)
    face = small.faces_of(grouped, first.id)[0]
    corrections.reject(grouped, [face], first.id)
    for options in groupings:
        small.regroup(grouped, options)
        assert small.owners(grouped).get(face) != first.id
    assert find_person(grouped, first.id).faces >= 5


@careless
def test_confirmed_faces_stay(grouped: Library, groupings: list[small.GraphOptions]) -> None:
    first, second, _ = people.everyone(grouped)
    odd = small.faces_of(grouped, second.id)[0]
    corrections.move(grouped, [odd], first.id)
    sure = small.confirmed(grouped)
    assert sure[odd] == first.id
    for options in groupings:
        small.regroup(grouped, options)
        assert small.confirmed(grouped) == sure
        assert small.owner(grouped, odd) == first.id


def test_an_older_face_never_joins_by_itself(library: Library) -> None:
    young = small.add(library, [Seen(0, year=2000 + n) for n in range(5)])
    small.regroup(library)
    person = small.owner(library, young[0])
    set_birth_year(library, person, 1995)
    (old,) = small.add(library, [Seen(0, year=1980)], seed=1)
    (new,) = small.add(library, [Seen(0, year=2020)], seed=2)
    for grouping in (join, small.regroup):
        grouping(library)
        assert small.owner(library, new) == person
        assert small.owner(library, old) != person
    set_birth_year(library, person, None)
    small.regroup(library)
    assert small.owner(library, old) == person


@pytest.mark.parametrize("say", [ignore, hide])
def test_an_ignored_or_hidden_person_takes_its_new_faces(library: Library, say: object) -> None:
    faces, _ = small.album(library, 4, 3)
    person = small.owner(library, faces[0])
    say(library, person)  # type: ignore[operator]
    new = small.add(library, [Seen(0), Seen(0)], seed=3)
    assert join(library).joined == 2
    assert {small.owner(library, face) for face in new} == {person}
    small.regroup(library)
    assert small.faces_of(library, person) == [*faces, *new]
    assert person not in [p.id for p in people.everyone(library)]


def test_a_number_is_never_given_twice(grouped: Library) -> None:
    """Somebody may have written down `Person 3`; it must not become somebody else."""
    small.regroup(grouped, LOOSE)
    small.regroup(grouped)
    assert {p.number for p in people.everyone(grouped)} == {1, 4, 5}


def test_an_unknown_persons_faces_go_where_they_fit(grouped: Library) -> None:
    """Nobody has spoken about them, so nothing holds them together."""
    small.regroup(grouped, STRICT)
    assert [person.faces for person in people.everyone(grouped)] == [1] * 12
    small.regroup(grouped)
    assert [person.faces for person in people.everyone(grouped)] == [6, 4, 2]


# New faces.


def test_a_face_like_one_person_joins_it_and_nobody_else_moves(grouped: Library) -> None:
    before = small.owners(grouped)
    new = small.add(grouped, [Seen(0), Seen(1), Seen(0)], seed=4)
    report = join(grouped)
    assert (report.joined, report.new_people, report.faces, report.unassigned) == (3, 0, 3, 0)
    assert report.run_id == current(grouped)
    after = small.owners(grouped)
    assert {face: after[face] for face in before} == before
    assert [after[face] for face in new] == [before[1], before[7], before[1]]
    assert set(new).isdisjoint(small.confirmed(grouped))
    run = runs.current(grouped)
    assert run is not None
    assert run.faces == 15


def test_strangers_become_persons_among_themselves(grouped: Library) -> None:
    new = small.add(grouped, [Seen(4), Seen(5), Seen(4)], seed=4)
    report = join(grouped)
    assert (report.joined, report.new_people) == (0, 2)
    assert small.owner(grouped, new[0]) == small.owner(grouped, new[2])
    found = {p.label: (p.faces, p.cover_face_id is not None) for p in people.everyone(grouped)}
    assert found == {
        "Person 1": (6, True), "Person 2": (4, True), "Person 3": (2, True),
        "Person 4": (2, True), "Person 5": (1, True),
    }  # fmt: skip


def test_a_weak_stranger_is_nobodys(grouped: Library) -> None:
    (weak,) = small.add(grouped, [Seen(5, quality=0.1)], seed=4)
    assert (join(grouped).unassigned, small.owners(grouped).get(weak)) == (1, None)


def test_two_faces_of_one_photo_do_not_join_one_person(grouped: Library) -> None:
    twins = small.add(grouped, [Seen(0, "twins"), Seen(0, "twins")], seed=4)
    join(grouped)
    persons = [small.owners(grouped).get(face) for face in twins]
    assert persons[0] is None or persons[0] != persons[1]


def test_a_face_joins_nobody_whom_it_is_in_a_photo_with(library: Library) -> None:
    (first, second, *_) = small.add(
        library, [Seen(0, "a"), Seen(5, "a"), *(Seen(0) for _ in range(4))]
    )
    small.regroup(library)
    boxes.remove_faces(library, [second])
    # As if the second face of the photo had been found only now.
    with library.write() as connection:
        connection.execute(
            tables.assignments.delete().where(tables.assignments.c.face_id == second)
        )
        connection.execute(
            tables.vectors.update()
            .where(tables.vectors.c.face_id == second)
            .values(vector=small.vectors_of([Seen(0)])[0].tobytes())
        )
    undo(library)
    with library.write() as connection:
        connection.execute(
            tables.memberships.delete().where(tables.memberships.c.face_id == second)
        )
    join(library)
    assert small.owners(library).get(second) != small.owner(library, first)


def test_a_face_that_is_known_not_to_be_somebody_does_not_join(grouped: Library) -> None:
    person = small.owner(grouped, 1)
    (new,) = small.add(grouped, [Seen(0)], seed=4)
    corrections.reject(grouped, [new], person)
    join(grouped)
    assert small.owners(grouped).get(new) != person


def test_nothing_joins_before_the_first_grouping(library: Library) -> None:
    small.add(library, [Seen(0)])
    with pytest.raises(LibraryError, match="gallery cluster"):
        join(library)


def test_faces_that_were_looked_at_are_not_looked_at_again(grouped: Library) -> None:
    (weak,) = small.add(grouped, [Seen(5, quality=0.1)], seed=4)
    join(grouped)
    assert (join(grouped).faces, runs.not_in(grouped, current(grouped))) == (0, 0)
    corrections.move(grouped, [weak], None)
    assert runs.not_in(grouped, current(grouped)) == 0


def test_few_join_and_many_are_grouped_anew(grouped: Library, settings: Settings) -> None:
    first = current(grouped)
    settings = settings.with_changes(link_threshold=LINK)
    assert group_if_needed(grouped, settings, SPACE) is None
    small.add(grouped, [Seen(0), Seen(1)], seed=4)
    report = group_if_needed(grouped, settings, SPACE)
    assert report is not None
    assert (report.run_id, report.joined) == (first, 2)
    small.add(grouped, [Seen(who) for who in range(4)], seed=5)
    report = group_if_needed(grouped, settings, SPACE)
    assert report is not None
    assert (report.run_id > first, report.joined) == (True, None)


def test_an_empty_library_needs_no_grouping(library: Library, settings: Settings) -> None:
    assert group_if_needed(library, settings, SPACE) is None


# Runs that are kept.


def test_going_back_to_a_run_brings_back_exactly_its_persons(grouped: Library) -> None:
    first = current(grouped)
    name_person(grouped, people.everyone(grouped)[1].id, "Grace")
    small.regroup(grouped)
    second = current(grouped)
    before = people.everyone(grouped), small.groups(grouped)
    small.regroup(grouped, STRICT)
    third = current(grouped)
    strict = small.groups(grouped)
    assert len(strict) == 1 + 8, "Grace stays whole, everybody else falls apart"
    report = use_run(grouped, second)
    assert (report.people, report.new_people, report.unassigned) == (3, 0, 0)
    assert (people.everyone(grouped), small.groups(grouped)) == before
    assert current(grouped) == second
    use_run(grouped, third)
    assert small.groups(grouped) == strict
    use_run(grouped, first)
    assert (people.everyone(grouped), small.groups(grouped)) == before
    assert [run.id for run in runs.listed(grouped) if run.current] == [first]


def test_a_careless_threshold_is_gone_back_from(grouped: Library) -> None:
    name_person(grouped, people.everyone(grouped)[1].id, "Grace")
    before, run = small.groups(grouped), current(grouped)
    small.regroup(grouped, LOOSE)
    assert {name: len(faces) for name, faces in small.groups(grouped).items()} == {"Grace": 12}
    use_run(grouped, run)
    assert small.groups(grouped) == before


def test_what_was_decided_since_a_run_still_holds(library: Library) -> None:
    one, two, three, four = small.album(library, 6, 5, 4, 3)
    run = current(library)
    persons = [small.owner(library, faces[0]) for faces in (one, two, three, four)]
    corrections.merge(library, persons[0], [persons[3]])
    (own,) = corrections.split(library, persons[1], [two[:2]])
    corrections.reject(library, three[:1], persons[2])
    name_person(library, persons[2], "Grace")
    small.regroup(library, STRICT)
    use_run(library, run)
    assert small.faces_of(library, persons[0]) == [*one, *four]
    assert small.faces_of(library, own.id) == two[:2]
    assert small.faces_of(library, persons[1]) == two[2:]
    assert small.groups(library)["Grace"] == three[1:]
    assert small.owners(library).get(three[0]) is None, "it is nobody's, and no person of its own"


def test_faces_that_came_after_a_run_stay_where_they_are(grouped: Library) -> None:
    run = current(grouped)
    new = small.add(grouped, [Seen(4), Seen(4), Seen(0)], seed=4)
    small.regroup(grouped)
    now = small.owners(grouped)
    use_run(grouped, run)
    assert {face: small.owner(grouped, face) for face in new} == {face: now[face] for face in new}


def test_a_run_that_is_not_there(grouped: Library) -> None:
    with pytest.raises(NotFoundError, match="no run 99"):
        use_run(grouped, 99)


def test_going_back_takes_the_embedder_of_the_run_along(
    library: Library, settings: Settings
) -> None:
    other = dataclasses.replace(SPACE, model="facenet-20180408")
    faces = small.add(library, [Seen(0), Seen(0), Seen(1)])
    vectors = face_store.vectors_of(library, SPACE, faces)
    with library.write() as connection:
        face_store.add_vectors(
            library, connection, other, faces, np.stack([vectors[face] for face in faces])
        )
    first = group(library, other, OPTIONS, WEAK).run_id
    small.regroup(library)
    go_back(library, settings, first)
    assert preferences.load(library) == {"embedder": "facenet-20180408"}
    assert group_if_needed(library, settings, other) is None


def test_deleted_boxes_do_not_come_back_with_a_run(grouped: Library) -> None:
    run = current(grouped)
    boxes.remove_faces(grouped, [1])
    small.regroup(grouped, STRICT)
    assert use_run(grouped, run).faces == 11
    assert 1 not in small.owners(grouped)
    undo(grouped)
    assert small.owners(grouped)[1] == small.owners(grouped)[2]


def test_only_so_many_runs_are_kept_and_always_the_current_one(
    grouped: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert runs.KEPT >= 10
    monkeypatch.setattr(runs, "KEPT", 3)
    first = current(grouped)
    small.regroup(grouped)
    use_run(grouped, first)
    made = [small.regroup(grouped).run_id for _ in range(4)]
    assert [run.id for run in runs.listed(grouped)] == made[:0:-1]
    use_run(grouped, made[1])
    made.append(small.regroup(grouped).run_id)
    assert [run.id for run in runs.listed(grouped)] == [made[4], made[3], made[2]]
    with pytest.raises(GalleryError, match=f"no run {first}"):
        use_run(grouped, first)


def test_persons_whom_nothing_mentions_are_removed_and_others_are_not(
    grouped: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "KEPT", 1)
    spoken_of, other, _ = people.everyone(grouped)
    hide(grouped, spoken_of.id)
    undo(grouped)
    small.regroup(grouped, STRICT)
    strict = {person.id for person in people.everyone(grouped)}
    small.regroup(grouped, LOOSE)
    with grouped.read() as connection:
        kept = set(connection.execute(select(tables.people.c.id)).scalars())
    assert spoken_of.id in kept, "the history mentions it"
    (left,) = people.everyone(grouped)
    assert kept == {spoken_of.id, left.id}
    assert (strict | {other.id}) - kept


def test_a_decision_older_than_the_kept_runs_is_taken_back(
    grouped: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "KEPT", 1)
    first, *_ = people.everyone(grouped)
    before = small.groups(grouped)
    name_person(grouped, first.id, "Grace")
    corrections.reject(grouped, small.faces_of(grouped, first.id)[:1], first.id)
    for _ in range(2):
        small.regroup(grouped)
    undo(grouped, 2)
    assert small.groups(grouped) == before


def test_the_run_of_a_grouping_has_a_row_for_every_face(grouped: Library) -> None:
    with grouped.read() as connection:
        rows = connection.execute(select(func.count()).select_from(tables.assignments)).scalar()
        whose = runs.persons_of(grouped, connection, current(grouped))
    assert rows == 12
    assert whose == small.owners(grouped)


def test_what_a_careless_grouping_brought_is_let_go_by_the_next(grouped: Library) -> None:
    """Only faces a user has seen with a person stay with it."""
    first, *_ = people.everyone(grouped)
    name_person(grouped, first.id, "Grace")
    own = small.faces_of(grouped, first.id)
    small.regroup(grouped, LOOSE)
    assert len(small.faces_of(grouped, first.id)) == 12
    small.regroup(grouped, OPTIONS)
    assert small.faces_of(grouped, first.id) == own
    assert sorted(person.faces for person in people.everyone(grouped)) == [2, 4, 6]
    # Unless the user speaks of them: then they are the person's.
    small.regroup(grouped, LOOSE)
    corrections.confirm(grouped, first.id)
    small.regroup(grouped, OPTIONS)
    assert len(small.faces_of(grouped, first.id)) == 12


def test_going_back_gives_nobodys_faces_to_a_part_that_was_split_off(library: Library) -> None:
    """More confirmed faces in the part do not make the rest of the group theirs."""
    (one,) = small.album(library, 12)
    whole = small.owner(library, one[0])
    run = runs.current(library)
    assert run is not None
    (part,) = corrections.split(library, whole, [one[:6]])
    use_run(library, run.id)
    assert small.faces_of(library, part.id) == one[:6]
    assert small.faces_of(library, whole) == one[6:]


def test_a_box_deleted_while_faces_are_grouped_stays_deleted(grouped: Library) -> None:
    class Slow:
        name, parameters = "slow", OPTIONS.parameters

        def label(self, *arguments: object) -> object:
            boxes.remove_faces(grouped, [face])
            return OPTIONS.label(*arguments)  # type: ignore[arg-type]

    face = small.faces_of(grouped, people.everyone(grouped)[0].id)[0]
    group(grouped, small.SPACE, Slow(), 0.25)  # type: ignore[arg-type]
    assert people.everyone(grouped)[0].faces == 5
    assert face_store.get(grouped, face) is None
