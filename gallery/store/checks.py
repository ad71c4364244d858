"""The database examined: damage, references that lead nowhere, and what is derived from rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Text, delete, func, insert, literal_column, select, text, update
from sqlalchemy.exc import DatabaseError

from gallery.media.files import thumbnail_key
from gallery.store.batches import in_batches
from gallery.store.library import Library
from gallery.store.tables import (
    faces,
    failures,
    memberships,
    people,
    photo_files,
    photos,
    spaces,
    vectors,
)
from gallery.store.text_index import words
from gallery.wording import file_name

_PORTION = 1000

# As the triggers of the migrations write them; a row that one writer forgot is told by this.
_FILES = literal_column(
    "(SELECT group_concat(name, char(10)) FROM (SELECT DISTINCT "
    "substr(replace(path, '\\', '/'), length(rtrim(replace(path, '\\', '/'), "
    "replace(replace(path, '\\', '/'), '/', ''))) + 1) AS name "
    "FROM photo_files WHERE photo_id = photos.id ORDER BY name))",
    Text,
)
_LINES = literal_column(
    "(SELECT group_concat(text, char(10)) FROM (SELECT text FROM text_lines "
    "WHERE photo_id = photos.id ORDER BY position))",
    Text,
)
_seen = (faces.c.photo_id == photos.c.id, faces.c.removed.is_(False))
_MANY = select(func.count()).select_from(faces).where(*_seen).correlate(photos).scalar_subquery()
_TALLEST = (
    select(func.max(faces.c.y1 - faces.c.y0)).where(*_seen).correlate(photos).scalar_subquery()
)
_SHARE = func.coalesce(_TALLEST / photos.c.height, 0)
_OFF_BY = 1e-6
_theirs = memberships.c.person_id == people.c.id
_FACES = select(func.count()).where(_theirs).correlate(people).scalar_subquery()
_PHOTOS = (
    select(func.count(func.distinct(faces.c.photo_id)))
    .join(memberships, memberships.c.face_id == faces.c.id)
    .where(_theirs)
    .correlate(people)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo and the pictures that the library has of it.

    Args:
        id: of the photo.
        name: of its file.
        sha256: of its bytes.
        size_bytes: of them.
        original: key of the library's own copy; None where it only refers to files elsewhere.
        places: keys of the files it was found in, where those lie on a disk.
        crops: keys of the pictures of its faces, by their ids.
    """

    id: int
    name: str
    sha256: str
    size_bytes: int
    original: str | None
    places: tuple[bytes, ...]
    crops: dict[int, str]

    @property
    def thumbnail(self) -> str:
        """Key of its thumbnail."""
        return thumbnail_key(self.sha256)


def damage(library: Library) -> list[str]:
    """What SQLite itself finds wrong with its file."""
    with library.read() as connection:
        said = connection.execute(text("PRAGMA integrity_check(50)")).scalars().all()
    # The index of words is examined by itself, and made anew in another way.
    return [str(line) for line in said if line != "ok" and "FTS" not in str(line)]


def reindex(library: Library) -> None:
    """Make every index of the database anew from its tables."""
    with library.write() as connection:
        connection.execute(text("REINDEX"))


def lost_references(library: Library) -> dict[tuple[str, str], int]:
    """How many rows of a table refer to rows of another one that are not there."""
    with library.read() as connection:
        rows = connection.execute(text("PRAGMA foreign_key_check"))
        return dict(Counter((str(row[0]), str(row[2])) for row in rows))


def words_are_whole(library: Library) -> bool:
    """Whether the index of words is what its own rows say."""
    try:
        # It writes nothing, but is said as if it did.
        with library.write() as connection:
            connection.execute(
                text("INSERT INTO photo_words (photo_words) VALUES ('integrity-check')")
            )
    except DatabaseError:
        return False
    return True


def wrong_words(library: Library) -> list[int]:
    """Photos whose row in the index of words is missing or says something else than they do."""
    query = (
        select(photos.c.id)
        .select_from(photos.outerjoin(words, words.c.rowid == photos.c.id))
        .where(
            words.c.rowid.is_(None)
            | words.c.title.is_distinct_from(photos.c.title)
            | words.c.description.is_distinct_from(photos.c.description)
            | words.c.files.is_distinct_from(_FILES)
            | words.c.lines.is_distinct_from(_LINES)
        )
    )
    with library.read() as connection:
        return list(connection.execute(query).scalars())


def strange_words(library: Library) -> list[int]:
    """Rows in the index of words of photos that are not there."""
    query = select(words.c.rowid).where(words.c.rowid.not_in(select(photos.c.id)))
    with library.read() as connection:
        return list(connection.execute(query).scalars())


def write_words(library: Library, ids: Sequence[int]) -> None:
    """Write the words of some photos anew, and forget those of photos that are not there."""
    with library.write() as connection:
        connection.execute(text("INSERT INTO photo_words (photo_words) VALUES ('rebuild')"))
        for batch in in_batches(ids):
            connection.execute(delete(words).where(words.c.rowid.in_(batch)))
            said = select(photos.c.id, photos.c.title, photos.c.description, _FILES, _LINES)
            columns = ["rowid", "title", "description", "files", "lines"]
            connection.execute(
                insert(words).from_select(columns, said.where(photos.c.id.in_(batch)))
            )


def wrong_counts(library: Library) -> list[int]:
    """Photos that say another number or height of faces than they have."""
    query = select(photos.c.id).where(
        (photos.c.face_count != _MANY) | (func.abs(photos.c.face_share - _SHARE) > _OFF_BY)
    )
    with library.read() as connection:
        return list(connection.execute(query).scalars())


def write_counts(library: Library, ids: Sequence[int]) -> None:
    """Count the faces of some photos anew."""
    with library.write() as connection:
        for batch in in_batches(ids):
            connection.execute(
                update(photos)
                .where(photos.c.id.in_(batch))
                .values(face_count=_MANY, face_share=_SHARE)
            )


def wrong_people(library: Library) -> list[int]:
    """Persons that say another number of faces or photos than they have."""
    query = select(people.c.id).where(
        (people.c.face_count != _FACES) | (people.c.photo_count != _PHOTOS)
    )
    with library.read() as connection:
        return list(connection.execute(query).scalars())


def write_people(library: Library, ids: Sequence[int]) -> None:
    """Count the faces and photos of some persons anew."""
    with library.write() as connection:
        for batch in in_batches(ids):
            connection.execute(
                update(people)
                .where(people.c.id.in_(batch))
                .values(face_count=_FACES, photo_count=_PHOTOS)
            )


def odd_vectors(library: Library) -> list[tuple[int, int]]:
    """Faces and spaces of vectors that have another length than their space."""
    query = (
        select(vectors.c.face_id, vectors.c.space_id)
        .join(spaces, spaces.c.id == vectors.c.space_id)
        .where(
            vectors.c.owner_id == library.owner_id,
            func.length(vectors.c.vector) != 4 * spaces.c.dim,
        )
    )
    with library.read() as connection:
        return [(row.face_id, row.space_id) for row in connection.execute(query)]


def drop_vectors(library: Library, found: Sequence[tuple[int, int]]) -> None:
    """Forget the vectors of some faces in some spaces; they are made when faces are described."""
    with library.write() as connection:
        for face_id, space_id in found:
            connection.execute(
                delete(vectors).where(
                    vectors.c.owner_id == library.owner_id,
                    vectors.c.face_id == face_id,
                    vectors.c.space_id == space_id,
                )
            )


def kept_photos(library: Library) -> Iterator[list[KeptPhoto]]:
    """Every photo of the owner with its pictures, in the bin or not, a portion at a time."""
    last = 0
    while True:
        with library.read() as connection:
            portion = _portion(library, connection, last)
        if not portion:
            return
        yield portion
        last = portion[-1].id


def _portion(library: Library, connection: Connection, after: int) -> list[KeptPhoto]:
    rows = connection.execute(
        select(photos.c.id, photos.c.sha256, photos.c.size_bytes, photos.c.original)
        .where(photos.c.owner_id == library.owner_id, photos.c.id > after)
        .order_by(photos.c.id)
        .limit(_PORTION)
    ).all()
    if not rows:
        return []
    between = (rows[0].id, rows[-1].id)
    places: dict[int, list[bytes]] = {}
    names: dict[int, str] = {}
    for row in connection.execute(
        select(photo_files).where(
            photo_files.c.owner_id == library.owner_id, photo_files.c.photo_id.between(*between)
        )
    ):
        names.setdefault(row.photo_id, file_name(row.path))
        if row.on_disk:
            places.setdefault(row.photo_id, []).append(row.key)
    crops: dict[int, dict[int, str]] = {}
    for row in connection.execute(
        select(faces.c.id, faces.c.photo_id, faces.c.crop).where(
            faces.c.owner_id == library.owner_id,
            faces.c.photo_id.between(*between),
            faces.c.crop.is_not(None),
        )
    ):
        crops.setdefault(row.photo_id, {})[row.id] = row.crop
    return [
        KeptPhoto(
            row.id,
            names.get(row.id, f"photo {row.id}"),
            row.sha256,
            row.size_bytes,
            row.original,
            tuple(places.get(row.id, ())),
            crops.get(row.id, {}),
        )
        for row in rows
    ]


def used_media(connection: Connection) -> set[str]:
    """Keys in `media/` of everything that a row of anybody refers to."""
    used = {
        thumbnail_key(sha256) for sha256 in connection.execute(select(photos.c.sha256)).scalars()
    }
    for column in (photos.c.original, faces.c.crop, failures.c.kept):
        found = connection.execute(select(column).where(column.is_not(None))).scalars()
        used.update(found)
    return used
