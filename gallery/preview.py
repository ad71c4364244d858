"""What a grouping would change, before anything is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gallery.cluster import Method
from gallery.comparing import Difference, difference
from gallery.doubt import DoubtOptions
from gallery.grouping import cluster_library, standing_of
from gallery.reconciling import settle
from gallery.records import Space
from gallery.store.library import Library


@dataclass(frozen=True, eq=False)
class Preview:
    """Who everybody is, and who everybody would be.

    Args:
        before: person of each face, None for nobody's.
        after: the same after the grouping; new persons have numbers below 0.
        changes: from the one to the other.
    """

    before: Mapping[int, int | None]
    after: Mapping[int, int | None]
    changes: Difference

    @property
    def people(self) -> int:
        """How many there would be."""
        return len({person for person in self.after.values() if person is not None})


def preview(
    library: Library,
    space: Space,
    method: Method,
    weak_quality: float,
    gate: DoubtOptions | None = None,
) -> Preview:
    """What `gallery.grouping.group` would do with the same arguments.

    Raises:
        LibraryError: No face has a vector in the space.
    """
    labels = cluster_library(library, space, method, weak_quality, gate)
    with library.read() as connection:
        standing = standing_of(library, connection, labels)
    plan = settle(labels, standing)
    after: dict[int, int | None] = dict.fromkeys(labels)
    after.update(plan.known)
    for number, faces in enumerate(plan.fresh, start=1):
        after.update(dict.fromkeys(faces, -number))
    before = {face: standing.before.get(face) for face in after}
    return Preview(before, after, difference(before, after))
