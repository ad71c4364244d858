"""A library of a few made up persons about whom every kind of question is open."""

from __future__ import annotations

import numpy as np
from synthetic import SPACE, add_faces, add_photo, encoded, sha, sharp_pixels

from gallery.cluster import GraphOptions
from gallery.grouping import group
from gallery.layout import choose
from gallery.media.files import thumbnail_key
from gallery.records import Vectors
from gallery.store import layouts, members, people
from gallery.store.layouts import Layout
from gallery.store.library import Library
from gallery.vectors import unit

LINK = 0.5
# Photos of each, in the order in which the persons are numbered: most photos first.
PHOTOS = {"a": 5, "b": 4, "c": 3, "d": 3, "e": 2}


def directions() -> dict[str, Vectors]:
    """One direction for each person; `f` is a weak face that is nobody's.

    Alike by less than the link value, but not by much: a and b, b and e, c and f.
    """
    axis = np.eye(SPACE.dim, dtype=np.float32)
    a, c, d = axis[0], axis[2], axis[3]
    b = 0.47 * a + np.sqrt(1 - 0.47**2) * axis[1]
    e = 0.46 * b + np.sqrt(1 - 0.46**2) * axis[5]
    f = 0.45 * c + np.sqrt(1 - 0.45**2) * axis[6]
    return {name: unit(v[None]) for name, v in {"a": a, "b": b, "c": c, "d": d, "e": e}.items()} | {
        "f": unit(f[None])
    }


def fill(library: Library, *, pictures: bool = False) -> dict[str, int]:
    """Put the persons in and group them; c and d are together in a photo.

    Args:
        library: an empty one.
        pictures: whether faces and photos are to be seen, too.

    Returns:
        The persons by name.
    """
    of = directions()
    shown: list[tuple[int, str]] = []
    with library.write() as connection:
        for name, count in PHOTOS.items():
            for number in range(count):
                photo = add_photo(library, connection, f"{name}{number}.jpg")
                shown.append((photo, f"{name}{number}.jpg"))
                both = name == "c" and number == 0
                vectors = np.concatenate([of["c"], of["d"]]) if both else of[name]
                add_faces(library, connection, photo, vectors)
        photo = add_photo(library, connection, "f.jpg")
        shown.append((photo, "f.jpg"))
        [weak] = add_faces(library, connection, photo, of["f"], quality=0.05)
    group(library, SPACE, GraphOptions(link=LINK, join=LINK), 0.3)
    if pictures:
        for seed, (photo, name) in enumerate(shown):
            data = encoded(sharp_pixels(seed))
            library.media.put(thumbnail_key(sha(name)), data)
            for index in range(2):
                library.media.put(f"faces/{photo}-{index}.jpg", data)
    by_photos = [person.id for person in people.everyone(library)]
    # d has one photo more than c: the one they are together in.
    return dict(zip("abdce", by_photos, strict=True)) | {"f": weak}


def lay_out(library: Library) -> dict[int, list[int]]:
    """Keep a map as UMAP would, without its cost; the faces of each person."""
    with library.read() as connection:
        whose = members.everyone(library, connection)
    faces = np.array(sorted(whose))
    rng = np.random.default_rng(0)
    heaps = np.array([[10.0 * whose[face], 0] for face in faces.tolist()])
    places = (heaps + rng.normal(size=heaps.shape)).astype(np.float32)
    layout = Layout(faces, places, np.zeros(len(faces), dtype=np.bool_))
    layouts.save(layouts.path(library, SPACE, "umap", choose("umap", {}).values), layout)
    return {p: [f for f in whose if whose[f] == p] for p in set(whose.values())}
