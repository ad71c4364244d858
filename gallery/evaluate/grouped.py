"""Faces whose people are known, grouped as if nothing were known: figures and a curve.

What a user has said binds every grouping of a library, so that one is no test. Here the faces are
grouped without it, under the rule alone that two faces of one photo are two people, and what was
said is the truth they are scored by.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gallery.algorithms import ALGORITHMS, choose, weak_join
from gallery.cluster import Method
from gallery.constraints import Constraints, Labels
from gallery.doubt import DoubtOptions, held_back
from gallery.evaluate.clustering import (
    ClusteringScores,
    score_clustering,
    silhouette,
    without_largest,
)
from gallery.evaluate.labelled import LabelledFaces
from gallery.evaluate.mistakes import Mistake, fragmented_people, impure_groups
from gallery.records import Progress, Space, Vectors
from gallery.store import faces as face_store
from gallery.store import members, people
from gallery.store.evaluations import OWN
from gallery.store.library import Library
from gallery.wording import apart

CURVE_POINTS = 21


@dataclass(frozen=True, eq=False)
class FaceSet:
    """Faces to be grouped, with the truth of some or all of them.

    Args:
        name: of the data, for people.
        space: of the vectors.
        vectors: (n, dim).
        quality: (n,) overall, 0 to 1.
        photos: (n,) number of the photo of each.
        people: who each of the n faces really is, None where that is not known.
        ids: n faces of the library, or paths of a folder's photos.
    """

    name: str
    space: Space
    vectors: Vectors
    quality: NDArray[np.float32]
    photos: NDArray[np.int64]
    people: list[str | None]
    ids: Sequence[int | str]

    @property
    def known(self) -> list[int]:
        """Rows of the faces whose person is known."""
        return [row for row, person in enumerate(self.people) if person is not None]


@dataclass(frozen=True, slots=True)
class Grouping:
    """How faces are grouped.

    Args:
        method: the algorithm with its parameters.
        weak_quality: faces below this quality join but never start a person.
        gate: faces further from their group than this are held back; None holds back none.
    """

    method: Method
    weak_quality: float
    gate: DoubtOptions | None = None

    def told(self, but: str = "") -> tuple[object, ...]:
        """Something else whenever it groups another way, whatever the parameter `but` is."""
        values = tuple((n, value) for n, value in self.method.parameters.items() if n != but)
        gate = () if self.gate is None else astuple(self.gate)
        return (self.method.name, values, self.weak_quality, gate)


def folder_set(name: str, faces: LabelledFaces, space: Space) -> FaceSet:
    """The faces of a folder with a folder for each person, one of each photo."""
    return FaceSet(
        name=name,
        space=space,
        vectors=faces.vectors,
        quality=faces.quality,
        photos=np.arange(len(faces.people), dtype=np.int64),
        people=list(faces.people),
        ids=[str(path) for path in faces.photos],
    )


def own_set(library: Library, space: Space) -> FaceSet:
    """All faces of a library; those that were confirmed have a truth."""
    described = face_store.embedded(library, space)
    with library.read() as connection:
        confirmed = members.confirmed(library, connection)
    persons = people.by_ids(library, set(confirmed.values())).values()
    labels = apart({person.id: person.label for person in persons})
    return FaceSet(
        name=OWN,
        space=space,
        vectors=described.vectors,
        quality=described.quality,
        photos=np.array(described.photo_ids, dtype=np.int64),
        people=[labels.get(confirmed.get(face, -1)) for face in described.face_ids],
        ids=described.face_ids,
    )


def group_set(faces: FaceSet, how: Grouping) -> Labels:
    """Group the faces without regard to what is known of them."""
    photos = Constraints.of_photos(faces.photos.tolist())
    strong = faces.quality >= how.weak_quality
    labels = how.method.label(faces.vectors, strong, photos)
    if how.gate is None:
        return labels
    return held_back(labels, faces.vectors, faces.quality, photos.confirmed, how.gate)


def score(faces: FaceSet, labels: Sequence[int | None]) -> ClusteringScores | None:
    """The figures over the faces whose person is known; None where there are none."""
    rows = faces.known
    if not rows:
        return None
    return score_clustering([labels[row] for row in rows], [faces.people[row] for row in rows])


def document(faces: FaceSet, labels: Sequence[int | None], how: Grouping) -> dict[str, Any]:
    """Every figure of one grouping as JSON; without known people only what needs no truth."""
    found: dict[str, Any] = {
        "space": faces.space.name,
        "algorithm": how.method.name,
        "parameters": how.method.parameters,
        "grouped": len(faces.people),
        "groups": len({label for label in labels if label is not None}),
        "weak": int((faces.quality < how.weak_quality).sum()),
        "hold_back": how.gate is not None,
        "nobodys": sum(label is None for label in labels),
    }
    near = silhouette(faces.vectors, labels)
    found["silhouette"] = None if near is None else round(near, 5)
    scores = score(faces, labels)
    if scores is None:
        return found
    rows = faces.known
    rest, others, largest = without_largest(
        [labels[row] for row in rows], [faces.people[row] for row in rows]
    )
    without = scores_document(score_clustering(rest, others)) if rest else {}
    return found | scores_document(scores) | {"without_largest": {"left_out": largest, **without}}


def scores_document(scores: ClusteringScores) -> dict[str, Any]:
    """The figures that need a truth, as JSON."""
    return {
        "faces": scores.faces,
        "people": scores.people,
        "clusters": scores.clusters,
        "pairwise_precision": round(scores.pairwise.precision, 5),
        "pairwise_recall": round(scores.pairwise.recall, 5),
        "pairwise_f": round(scores.pairwise.f, 5),
        "bcubed_precision": round(scores.bcubed.precision, 5),
        "bcubed_recall": round(scores.bcubed.recall, 5),
        "bcubed_f": round(scores.bcubed.f, 5),
        "purity": round(scores.purity, 5),
        "nmi": round(scores.nmi, 5),
        "ari": round(scores.ari, 5),
        "impure": scores.impure,
    }


def mistakes(faces: FaceSet, labels: Sequence[int | None]) -> tuple[list[Mistake], list[Mistake]]:
    """Impure groups and fragmented people among the known faces; rows are those of the set."""
    known = faces.known
    said = [labels[row] for row in known], [faces.people[row] for row in known]

    def back(found: list[Mistake]) -> list[Mistake]:
        return [
            Mistake(one.of, [(name, [known[row] for row in rows]) for name, rows in one.parts])
            for one in found
        ]

    return back(impure_groups(*said)), back(fragmented_people(*said))


def mistake_document(faces: FaceSet, mistake: Mistake) -> dict[str, Any]:
    """A group with its people, or a person with its groups, as JSON."""
    return {
        "of": mistake.of,
        "wrong": mistake.wrong,
        "parts": [
            {"of": name, "faces": [faces.ids[row] for row in rows]} for name, rows in mistake.parts
        ],
    }


def knob_values(algorithm: str, given: dict[str, float], faces: int) -> list[float]:
    """The values of an algorithm's first parameter that a curve goes through.

    A link value spreads to both sides by half of its distance from 1, since models differ in how
    alike two photos of one person are; a number of groups goes from 2 to that of the faces.

    Args:
        algorithm: of `ALGORITHMS`.
        given: its parameters.
        faces: how many there are.
    """
    knob = ALGORITHMS[algorithm].parameters[0]
    if knob.whole:
        most = max(2, min(faces - 1, int(knob.high)))
        return [float(k) for k in np.unique(np.geomspace(2, most, CURVE_POINTS).astype(int))]
    at = min(max(given[knob.name], knob.low), knob.high)
    reach = (1 - at) / 2
    values = np.linspace(max(knob.low, at - reach), min(knob.high, at + reach), CURVE_POINTS)
    return [round(float(value), 4) for value in values]


def curve(
    faces: FaceSet,
    how: Grouping,
    on_progress: Callable[[Progress], None] | None = None,
) -> dict[str, Any]:
    """What becomes of the figures as the first parameter of the algorithm moves.

    Args:
        faces: some of whom are known.
        how: the algorithm and the parameters that stay.
        on_progress: told how far it is.

    Returns:
        `knob`, its name, `values`, and a list for each of pairwise_f, bcubed_f, purity and
        clusters.
    """
    started = time.perf_counter()
    knob = ALGORITHMS[how.method.name].parameters[0].name
    own = {p.name for p in ALGORITHMS[how.method.name].parameters}
    given = {name: value for name, value in how.method.parameters.items() if name in own}
    join = how.method.parameters["join"]
    values = knob_values(how.method.name, given, len(faces.people))
    found: dict[str, Any] = {
        "knob": knob, "values": values,
        "pairwise_f": [], "bcubed_f": [], "purity": [], "clusters": [],
    }  # fmt: skip
    for done, value in enumerate(values, start=1):
        moved = given | {knob: value}
        method = choose(how.method.name, moved, value, weak_join(how.method.name, moved, join))
        scores = score(faces, group_set(faces, Grouping(method, how.weak_quality, how.gate)))
        if scores is not None:
            found["pairwise_f"].append(round(scores.pairwise.f, 5))
            found["bcubed_f"].append(round(scores.bcubed.f, 5))
            found["purity"].append(round(scores.purity, 5))
            found["clusters"].append(scores.clusters)
        if on_progress is not None:
            seconds = time.perf_counter() - started
            on_progress(Progress("Grouping at other values", done, len(values), seconds))
    return found
