"""The other ways to group faces, to choose and to compare, with their parameters as data.

Each gets strong faces only and gives a label or noise; what all have in common is done here
for all of them: two faces of one photo are parted, noise is people seen once, and weak faces
join afterwards as they do in the default method.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gallery.cluster import TIGHTNESS, GraphOptions, Method, attach_weak, by_size
from gallery.constraints import Constraints, Labels, honour
from gallery.errors import GalleryError
from gallery.records import Vectors

Values = Mapping[str, float]

# Beyond this, methods that look at every pair of faces need tens of gigabytes.
_MOST_FOR_ALL_PAIRS = 30_000
_SEED = 0


@dataclass(frozen=True, slots=True)
class Parameter:
    """One knob of an algorithm.

    Args:
        name: as on the command line.
        default: None takes the model's measured link value, or for `k` proposes one.
        low: smallest value.
        high: largest value.
        meaning: for people.
        whole: whether only whole numbers make sense.
    """

    name: str
    default: float | None
    low: float
    high: float
    meaning: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A way to group faces before its parameters are chosen."""

    name: str
    title: str
    meaning: str
    parameters: tuple[Parameter, ...]
    fit: Callable[[Vectors, Values], NDArray[np.int64]] | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """An algorithm with its parameters; a `gallery.cluster.Method`."""

    algorithm: Algorithm
    values: dict[str, float]
    join: float
    supporters: int = field(default=3)

    @property
    def name(self) -> str:
        """Of the method, as kept with a run."""
        return self.algorithm.name

    @property
    def parameters(self) -> dict[str, float]:
        """As kept with a run."""
        return self.values | {"join": self.join}

    def label(
        self, vectors: Vectors, strong: NDArray[np.bool_], constraints: Constraints
    ) -> Labels:
        """Group faces; arguments and result as in `gallery.cluster.cluster_faces`."""
        labels: NDArray[np.int64] = np.full(len(vectors), -1, dtype=np.int64)
        strong = strong | constraints.confirmed
        seeds = np.flatnonzero(strong)
        if len(seeds) and self.algorithm.fit is not None:
            own = vectors[seeds]
            found = self.algorithm.fit(own, self.values) if len(seeds) > 1 else np.zeros(1, int)
            labels[seeds] = obedient(alone_where_noise(found), own, constraints.subset(seeds))
            options = GraphOptions(self.join, self.join, supporters=self.supporters)
            attach_weak(vectors, strong, constraints, labels, options)
        return by_size(labels)


def obedient(
    labels: NDArray[np.int64], vectors: Vectors, constraints: Constraints
) -> NDArray[np.int64]:
    """The labels of strong faces, none of them noise, changed where a constraint demands it."""
    strong = np.ones(len(labels), dtype=np.bool_)
    return np.array(honour(labels.tolist(), vectors, strong, constraints), dtype=np.int64)


def alone_where_noise(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Noise as clusters of one: a strong face is somebody, if only once."""
    noise = labels < 0
    numbered = labels.copy()
    numbered[noise] = labels.max(initial=-1) + 1 + np.arange(int(noise.sum()))
    return numbered


def _distance(cosine: float) -> float:
    """Euclidean distance of two unit vectors of a cosine similarity."""
    return float(np.sqrt(max(0.0, 2 - 2 * cosine)))


def _hdbscan(vectors: Vectors, values: Values) -> NDArray[np.int64]:
    import hdbscan

    model = hdbscan.HDBSCAN(
        min_cluster_size=int(values["min_cluster_size"]),
        min_samples=int(values["min_samples"]),
        cluster_selection_epsilon=_distance(values["link"]),
        core_dist_n_jobs=1,
    )
    return np.asarray(model.fit_predict(vectors.astype(np.float64)), dtype=np.int64)


def _dbscan(vectors: Vectors, values: Values) -> NDArray[np.int64]:
    from sklearn.cluster import DBSCAN

    model = DBSCAN(eps=_distance(values["link"]), min_samples=int(values["min_samples"]))
    return np.asarray(model.fit_predict(vectors), dtype=np.int64)


def _agglomerative(vectors: Vectors, values: Values) -> NDArray[np.int64]:
    from sklearn.cluster import AgglomerativeClustering

    if len(vectors) > _MOST_FOR_ALL_PAIRS:
        raise GalleryError(
            f"Agglomerative clustering looks at every pair of faces; {len(vectors):,} are more "
            f"than the {_MOST_FOR_ALL_PAIRS:,} it can. Use the graph method: it gives the same."
        )
    model = AgglomerativeClustering(
        n_clusters=None,
        metric="cosine",
        linkage="average",
        distance_threshold=1 - values["link"],
    )
    return np.asarray(model.fit_predict(vectors), dtype=np.int64)


def _kmeans(vectors: Vectors, values: Values) -> NDArray[np.int64]:
    from sklearn.cluster import KMeans

    k = int(values["k"]) or propose_k(vectors)
    model = KMeans(n_clusters=min(k, len(vectors)), n_init=4, random_state=_SEED)
    return np.asarray(model.fit_predict(vectors), dtype=np.int64)


def propose_k(vectors: Vectors, most: int = 2000) -> int:
    """The number of clusters with the best silhouette (Rousseeuw, 1987), on a growing grid.

    Args:
        vectors: (n, d).
        most: faces looked at; a seeded sample of more.
    """
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    rng = np.random.default_rng(_SEED)
    if len(vectors) > most:
        vectors = vectors[rng.choice(len(vectors), most, replace=False)]
    best, best_score = 1, -1.0
    for k in np.unique(np.geomspace(2, max(2, len(vectors) - 1), 12).astype(int)).tolist():
        if not 2 <= k < len(vectors):
            continue
        labels = KMeans(n_clusters=k, n_init=1, random_state=_SEED).fit_predict(vectors)
        score = float(silhouette_score(vectors, labels))
        if score > best_score:
            best, best_score = k, score
    return best


_BY_AVERAGE = ("graph", "agglomerative")
_LINK = Parameter(
    "link", None, 0.0, 0.999, "Cosine that faces, or groups on average, must reach to be one."
)

ALGORITHMS: dict[str, Algorithm] = {
    algorithm.name: algorithm
    for algorithm in (
        Algorithm(
            "graph",
            "Average linkage on a neighbour graph",
            "The default: groups merge while their average pair reaches the link value.",
            (
                _LINK,
                Parameter("neighbours", 64, 4, 512, "Nearest faces looked at.", whole=True),
                Parameter(
                    "tightness",
                    TIGHTNESS,
                    0.0,
                    1.0,
                    "How far the link value gives way for groups whose faces vary; 0: not at all.",
                ),
            ),
        ),
        Algorithm(
            "hdbscan",
            "HDBSCAN",
            "Finds dense groups of any density; leaves the rest alone.",
            (
                _LINK,
                Parameter("min_cluster_size", 2, 2, 100, "Faces a group needs.", whole=True),
                Parameter("min_samples", 1, 1, 50, "More makes more noise.", whole=True),
            ),
            _hdbscan,
        ),
        Algorithm(
            "dbscan",
            "DBSCAN",
            "Chains faces that are alike enough; one bridge joins two people.",
            (
                Parameter("link", 0.6, 0.0, 0.999, "Cosine that a pair must reach."),
                Parameter("min_samples", 2, 1, 50, "Alike faces a face needs.", whole=True),
            ),
            _dbscan,
        ),
        Algorithm(
            "kmeans",
            "K-Means",
            "Parts the faces into a given number of groups; everyone belongs to one.",
            (
                Parameter(
                    "k", 0, 0, 100_000, "Groups; 0 proposes a number by silhouette.", whole=True
                ),
            ),
            _kmeans,
        ),
        Algorithm(
            "agglomerative",
            "Agglomerative, average linkage",
            "What the default does, but over every pair: for up to 30,000 faces.",
            (_LINK,),
            _agglomerative,
        ),
    )
}


def refuse_wrong(name: str, parameters: Sequence[Parameter], given: Values) -> None:
    """Refuse parameters that something has not, or values it cannot work with.

    Args:
        name: of what has the parameters.
        parameters: those it has.
        given: values by name.

    Raises:
        GalleryError: No such parameter, or a value out of its range.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for key, value in given.items():
        if key not in known:
            has = f"It has: {', '.join(known)}." if known else "It has none."
            raise GalleryError(f"{name} has no parameter {key!r}. {has}")
        parameter = known[key]
        if not parameter.low <= value <= parameter.high or (parameter.whole and value % 1):
            kind = "a whole number" if parameter.whole else "a number"
            raise GalleryError(
                f"{key} must be {kind} from {parameter.low:g} to {parameter.high:g}, got {value:g}."
            )


def weak_join(name: str, given: Values, link: float) -> float:
    """Cosine at which weak faces join: where groups merge by their average, the same.

    Args:
        name: of `ALGORITHMS`.
        given: its parameters.
        link: the model's or the owner's link value.
    """
    return given.get("link", link) if name in _BY_AVERAGE else link


def choose(name: str, given: Values, link: float, join: float) -> Method:
    """An algorithm with parameters, ready to run.

    Args:
        name: of `ALGORITHMS`.
        given: parameters that differ from their defaults.
        link: the model's or the owner's link value, where the algorithm has one unset.
        join: cosine at which weak faces join.

    Raises:
        GalleryError: No such algorithm or parameter, or a value out of its range.
    """
    algorithm = ALGORITHMS.get(name)
    if algorithm is None:
        raise GalleryError(f"There is no algorithm {name!r}. Known: {', '.join(ALGORITHMS)}.")
    refuse_wrong(name, algorithm.parameters, given)
    values = {
        own.name: float(given.get(own.name, link if own.default is None else own.default))
        for own in algorithm.parameters
    }
    if algorithm.fit is None:
        return GraphOptions(
            values["link"], join, int(values["neighbours"]), tightness=values["tightness"]
        )
    return Chosen(algorithm, values, join)
