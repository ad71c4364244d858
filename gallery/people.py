"""Labels + human decisions -> persons. What a user said always wins."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gallery.errors import GalleryError, NotFoundError
from gallery.records import Decision, Person
from gallery.store import history, people
from gallery.store.library import Library

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Membership:
    """Who every face belongs to after a clustering.

    Args:
        known: person of each face that joins a person there was.
        fresh: faces of each person to be made, the largest first.
        emptied: persons that nobody belongs to any more.
    """

    known: dict[int, int]
    fresh: list[list[int]]
    emptied: set[int]


def reconcile(
    labels: Mapping[int, int | None],
    before: Mapping[int, int],
    named: Collection[int],
) -> Membership:
    """Match clusters to the persons there were, so that ids and names survive a new run.

    Every cluster goes to the person it shares most faces with, named persons first; no
    person gets two clusters. What is left over becomes new persons.

    Args:
        labels: cluster of each face, None where nobody's.
        before: person of each face that had one.
        named: persons that a user has named.
    """
    clusters: dict[int, list[int]] = defaultdict(list)
    for face, label in labels.items():
        if label is not None:
            clusters[label].append(face)
    overlaps = Counter(
        (label, before[face])
        for label, members in clusters.items()
        for face in members
        if face in before
    )
    order = sorted(overlaps.items(), key=lambda item: (item[0][1] not in named, -item[1], item[0]))
    person_of_cluster: dict[int, int] = {}
    taken: set[int] = set()
    for (label, person), _ in order:
        if label not in person_of_cluster and person not in taken:
            person_of_cluster[label] = person
            taken.add(person)
    known = {
        face: person for label, person in person_of_cluster.items() for face in clusters[label]
    }
    fresh = [
        members for label, members in sorted(clusters.items()) if label not in person_of_cluster
    ]
    fresh.sort(key=len, reverse=True)
    return Membership(known, fresh, set(before.values()) - taken)


def standing(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions that hold: neither undone nor themselves an undo."""
    undone = {decision.undoes for decision in decisions}
    return [d for d in decisions if d.kind != "undo" and d.id not in undone]


def names_given(decisions: Sequence[Decision]) -> dict[int, str | None]:
    """The name of every person that was ever named, as the history says."""
    names: dict[int, str | None] = {
        d.person_id: None for d in decisions if d.kind == "name" and d.person_id is not None
    }
    for decision in standing(decisions):
        if decision.kind == "name" and decision.person_id is not None:
            names[decision.person_id] = decision.value
    return names


def name_person(library: Library, person_id: int, name: str) -> Person:
    """Name a person; the decision is kept and can be undone.

    Raises:
        NotFoundError: There is no such person.
        GalleryError: The name is empty or too long.
    """
    name = " ".join(name.split())
    if not name:
        raise GalleryError("Give the person a name; an empty one says nothing.")
    if len(name) > _LONGEST_NAME:
        raise GalleryError(f"A name has at most {_LONGEST_NAME} letters, this one {len(name)}.")
    person = find_person(library, person_id)
    if person.name != name:
        with library.write() as connection:
            history.append(library, connection, "name", person_id=person_id, value=name)
            people.set_name(library, connection, person_id, name)
    return find_person(library, person_id)


def latest(library: Library) -> Decision | None:
    """The decision that `undo` would take back; None where there is none."""
    with library.read() as connection:
        return next(iter(reversed(standing(history.everything(library, connection)))), None)


def undo(library: Library) -> Decision | None:
    """Take back the latest decision that still holds; None where there is none."""
    with library.write() as connection:
        last = next(iter(reversed(standing(history.everything(library, connection)))), None)
        if last is None:
            return None
        history.append(library, connection, "undo", person_id=last.person_id, undoes=last.id)
        names = names_given(history.everything(library, connection))
        if last.person_id is not None:
            people.set_name(library, connection, last.person_id, names.get(last.person_id))
    return last


def find_person(library: Library, person_id: int) -> Person:
    """A person by id.

    Raises:
        NotFoundError: There is none.
    """
    person = people.get(library, person_id)
    if person is None:
        raise NotFoundError(
            f"There is no person {person_id} in this library. See them with: gallery people list"
        )
    return person
