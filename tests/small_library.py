"""Small libraries for the tests of decisions: faces of made-up people, grouped at once."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from synthetic import SPACE, add_faces, add_photo

from gallery.cluster import GraphOptions
from gallery.grouping import GroupReport, group
from gallery.records import Metadata, Person, Vectors
from gallery.store import history, members, people
from gallery.store.library import Library, open_library
from gallery.vectors import unit

LINK = 0.5
OPTIONS = GraphOptions(LINK, LINK)
# Everybody is one person, and everybody is somebody else.
LOOSE = GraphOptions(-0.99, -0.99)
STRICT = GraphOptions(0.9999, 0.9999)
WEAK = 0.25


@functools.cache
def _template() -> Path:
    """A library without anything in it: migrating takes longer than most of these tests."""
    folder = Path(tempfile.mkdtemp(prefix="gallery-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    open_library(folder).close()
    return folder


def empty(root: Path) -> Library:
    """A new open library."""
    return open_library(Path(shutil.copytree(_template(), root)))


def opened(root: Path) -> Iterator[Library]:
    """The same for a fixture."""
    library = empty(root)
    yield library
    library.close()


@dataclass(frozen=True, slots=True)
class Seen:
    """A face in a photo.

    Args:
        who: one of eight made-up people, or some of them, of whom it has something each.
        photo: faces with the same name are together; by default it has a photo of its own.
        year: the camera's.
        quality: overall.
    """

    who: int | tuple[int, ...]
    photo: str | None = None
    year: int = 2024
    quality: float = 0.9


def vectors_of(faces: Sequence[Seen], noise: float = 0.2, seed: int = 0) -> Vectors:
    """Eight people are at right angles; the noise is as long as said."""
    centres = np.linalg.qr(np.random.default_rng(0).normal(size=(8, 8)))[0]
    rng = np.random.default_rng(seed + 1)
    middles = [
        centres[list(f.who) if isinstance(f.who, tuple) else [f.who]].sum(axis=0) for f in faces
    ]
    spread = rng.normal(size=(len(faces), 8)) * noise / np.sqrt(8)
    return unit(unit(np.array(middles)) + spread)


def add(library: Library, faces: Sequence[Seen], noise: float = 0.2, seed: int = 0) -> list[int]:
    """Put faces into a library; their ids, in order."""
    vectors = vectors_of(faces, noise, seed)
    photos: dict[str, list[int]] = {}
    for index, face in enumerate(faces):
        photos.setdefault(face.photo or f"alone-{seed}-{index}", []).append(index)
    ids: dict[int, int] = {}
    with library.write() as connection:
        for name, indexes in photos.items():
            year = faces[indexes[0]].year
            photo = add_photo(
                library,
                connection,
                f"{name}.jpg",
                shown_at=datetime(year, 7, 1),
                metadata=Metadata(taken_at=datetime(year, 7, 1, tzinfo=UTC), taken_offset=0),
            )
            quality = faces[indexes[0]].quality
            found = add_faces(library, connection, photo, vectors[indexes], quality=quality)
            ids.update(zip(indexes, found, strict=True))
    return [ids[index] for index in range(len(faces))]


def regroup(library: Library, options: GraphOptions = OPTIONS) -> GroupReport:
    """Group all faces."""
    return group(library, SPACE, options, WEAK)


def album(library: Library, *sizes: int) -> list[list[int]]:
    """People seen that many times, each face on a photo of its own; face ids of each."""
    faces = [Seen(who) for who, size in enumerate(sizes) for _ in range(size)]
    ids = iter(add(library, faces))
    regroup(library)
    return [[next(ids) for _ in range(size)] for size in sizes]


def owner(library: Library, face: int) -> int:
    """The person a face is with."""
    with library.read() as connection:
        return members.everyone(library, connection)[face]


def owners(library: Library) -> dict[int, int]:
    """The person of every face that has one."""
    with library.read() as connection:
        return members.everyone(library, connection)


def confirmed(library: Library) -> dict[int, int]:
    """The person of every confirmed face."""
    with library.read() as connection:
        return members.confirmed(library, connection)


def rejected(library: Library) -> dict[int, set[int]]:
    """The persons that a face is not."""
    with library.read() as connection:
        return members.rejected(library, connection)


def faces_of(library: Library, person: int) -> list[int]:
    """The faces of a person, by id."""
    return sorted(people.face_ids(library, person))


def groups(library: Library) -> dict[str, list[int]]:
    """The faces of everybody, hidden ones too, by what they are called."""
    everyone: list[Person] = people.everyone(library, with_hidden=True)
    return {p.label: faces_of(library, p.id) for p in everyone}


def sentences(library: Library) -> list[str]:
    """All that was decided, in words, the first first."""
    with library.read() as connection:
        return [decision.sentence for decision in history.everything(library, connection)]
