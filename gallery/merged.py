"""Who a person became: merged persons keep their address, and it leads on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gallery.decisions import standing
from gallery.people import find_person
from gallery.records import Decision, Person
from gallery.store import people
from gallery.store.library import Library


@dataclass(frozen=True, slots=True)
class Merges:
    """The person that each merged person became part of, by the merges that hold."""

    into: dict[int, int]

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> Merges:
        """From decisions that hold, the first first."""
        into: dict[int, int] = {}
        for decision in decisions:
            if decision.kind == "merge" and decision.person_id is not None:
                into.update(
                    (int(other), decision.person_id)
                    for other in (decision.value or "").split(",")
                    if other
                )
                # Whoever was merged before and is merged into now is somebody again.
                into.pop(decision.person_id, None)
        return cls(into)

    def today(self, person_id: int) -> int:
        """Who a person is today, over any number of merges."""
        seen = {person_id}
        while (into := self.into.get(person_id)) is not None and into not in seen:
            person_id = into
            seen.add(into)
        return person_id


def person_today(library: Library, person_id: int) -> Person:
    """A person by id, or who it became if it was merged since.

    Raises:
        NotFoundError: There is none.
    """
    person = find_person(library, person_id)
    return person if person.faces else who_became(library, person_id) or person


def who_became(library: Library, person_id: int) -> Person | None:
    """The person that another was merged into; None where it was not.

    Args:
        library: whose.
        person_id: who has no faces any more.
    """
    now = Merges.of(standing(library)).today(person_id)
    person = people.get(library, now)
    return person if now != person_id and person is not None and person.faces else None
