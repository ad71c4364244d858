"""Albums: photos under a name, put there by hand or found by a search. No photo is ever moved.

Each act is one decision, kept in words and undone exactly, in the same history as those about
people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from gallery.errors import GalleryError, NotFoundError
from gallery.records import Album
from gallery.search import read_query
from gallery.store import albums, found, history, timeline
from gallery.store.binned import no_photo
from gallery.store.library import Library
from gallery.store.timeline import Among
from gallery.wording import counted

_LONGEST_NAME = 200


def find_album(library: Library, name: str) -> Album:
    """An album by its name, whatever the capitals, or by its id.

    Raises:
        NotFoundError: There is none, or several have that name.
    """
    everything = albums.listed(library)
    wanted = " ".join(name.split()).casefold()
    same = [album for album in everything if album.name.casefold() == wanted]
    if not same and name.isascii() and name.isdigit():
        same = [album for album in everything if str(album.id) == name]
    if len(same) == 1:
        return same[0]
    if same:
        ids = " and ".join(str(album.id) for album in same)
        raise NotFoundError(f"The albums {ids} are both called “{name}”. Say which by its id.")
    raise NotFoundError(f"There is no album “{name}”. See them with: gallery albums list")


def get_album(library: Library, album_id: int) -> Album:
    """An album by id.

    Raises:
        NotFoundError: There is none.
    """
    album = albums.get(library, album_id)
    if album is None:
        raise NotFoundError(f"There is no album {album_id} in this library.")
    return album


def photos_in(library: Library, album: Album) -> Among:
    """The photos of an album, filled by hand or by a search, as a condition.

    Raises:
        QueryError: Its search names somebody or something that is not there any more.
    """
    if album.query is None:
        return albums.which(library, album.id)
    return found.which(library, read_query(album.query))


def ids_in(library: Library, album: Album) -> list[int]:
    """The photos of an album, newest first.

    Raises:
        QueryError: Its search names somebody or something that is not there any more.
    """
    return timeline.ids_in_order(library, photos_in(library, album))


def count_in(library: Library, album: Album) -> int:
    """How many photos an album has.

    Raises:
        QueryError: Its search names somebody or something that is not there any more.
    """
    if album.photos is not None or album.query is None:
        return album.photos or 0
    return found.count(library, read_query(album.query))


def shown_by(album: Album, photo_id: int | None) -> Album:
    """An album that a search fills, with the cover that its photos give it."""
    return replace(album, cover_photo_id=photo_id)


def create(
    library: Library,
    name: str,
    photo_ids: Iterable[int] = (),
    *,
    query: str | None = None,
) -> Album:
    """Make an album.

    Args:
        library: whose.
        name: nobody else's among the albums.
        photo_ids: to be in it from the beginning.
        query: a search that fills it, in place of photos.

    Raises:
        GalleryError: The name is taken, empty or too long.
        QueryError: The search cannot be done.
        NotFoundError: One of the photos does not exist.
    """
    name = _free_name(library, name)
    wanted = list(dict.fromkeys(photo_ids))
    if query is not None:
        query = query.strip()
        if wanted or not query:
            raise GalleryError("An album is filled either by photos or by a search.")
        found.which(library, read_query(query))
    with library.write() as connection:
        _refuse_unknown(library, connection, wanted)
        album_id = albums.create(library, connection, name)
        what = f" with {counted(len(wanted), 'photo')}" if wanted else ""
        what = f" of the search “{query}”" if query else what
        said = f"Made the album “{name}”{what}"
        decision = history.append(library, connection, "album-create", said)
        albums.change(library, connection, decision, album_id, deleted=False, query=query)
        albums.put(library, connection, decision, album_id, wanted, into=True)
    return get_album(library, album_id)


def add_photos(library: Library, album_id: int, photo_ids: Iterable[int]) -> int:
    """Put photos into an album; how many of them were not in it.

    Raises:
        NotFoundError: There is no such album or photo.
        GalleryError: A search fills the album.
    """
    album = _by_hand(library, album_id)
    with library.write() as connection:
        wanted = list(dict.fromkeys(photo_ids))
        _refuse_unknown(library, connection, wanted)
        there = albums.inside(library, connection, album_id)
        new = [photo for photo in wanted if photo not in there]
        if new:
            said = f"Put {counted(len(new), 'photo')} into the album “{album.name}”"
            decision = history.append(library, connection, "album-add", said)
            albums.put(library, connection, decision, album_id, new, into=True)
    return len(new)


def remove_photos(library: Library, album_id: int, photo_ids: Iterable[int]) -> int:
    """Take photos out of an album; how many of them were in it. The photos themselves stay.

    Raises:
        NotFoundError: There is no such album.
        GalleryError: A search fills the album.
    """
    album = _by_hand(library, album_id)
    with library.write() as connection:
        there = albums.inside(library, connection, album_id)
        gone = [photo for photo in dict.fromkeys(photo_ids) if photo in there]
        if gone:
            said = f"Took {counted(len(gone), 'photo')} out of the album “{album.name}”"
            decision = history.append(library, connection, "album-remove", said)
            albums.put(library, connection, decision, album_id, gone, into=False)
            if album.cover_photo_id in gone:
                albums.change(library, connection, decision, album_id, cover_photo_id=None)
    return len(gone)


def rename(library: Library, album_id: int, name: str) -> Album:
    """Give an album another name.

    Raises:
        NotFoundError: There is no such album.
        GalleryError: The name is taken, empty or too long.
    """
    album = get_album(library, album_id)
    name = _free_name(library, name, but=album_id)
    if name != album.name:
        with library.write() as connection:
            said = f"Renamed the album “{album.name}” “{name}”"
            decision = history.append(library, connection, "album-rename", said)
            albums.change(library, connection, decision, album_id, name=name)
    return get_album(library, album_id)


def delete(library: Library, album_id: int) -> Album:
    """Delete an album; its photos stay.

    Raises:
        NotFoundError: There is no such album.
    """
    album = get_album(library, album_id)
    with library.write() as connection:
        said = f"Deleted the album “{album.name}”; its photos stay"
        decision = history.append(library, connection, "album-delete", said)
        albums.change(library, connection, decision, album_id, deleted=True)
    return album


def choose_cover(library: Library, album_id: int, photo_id: int) -> Album:
    """Choose the photo by which an album is shown.

    Raises:
        NotFoundError: There is no such album.
        GalleryError: The photo is not in it, or a search fills the album.
    """
    album = _by_hand(library, album_id)
    with library.write() as connection:
        if photo_id not in albums.inside(library, connection, album_id):
            raise GalleryError(f"Photo {photo_id} is not in the album “{album.name}”.")
        said = f"Chose another cover for the album “{album.name}”"
        decision = history.append(library, connection, "album-cover", said)
        albums.change(library, connection, decision, album_id, cover_photo_id=photo_id)
    return get_album(library, album_id)


def _by_hand(library: Library, album_id: int) -> Album:
    album = get_album(library, album_id)
    if album.query is not None:
        raise GalleryError(
            f"The album “{album.name}” fills itself by a search, so nothing is put into it or "
            "taken out by hand."
        )
    return album


def _free_name(library: Library, name: str, but: int | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise GalleryError("Give the album a name; an empty one says nothing.")
    if len(name) > _LONGEST_NAME:
        raise GalleryError(f"A name has at most {_LONGEST_NAME} letters, this one {len(name)}.")
    for album in albums.listed(library):
        if album.name.casefold() == name.casefold() and album.id != but:
            raise GalleryError(f"There is an album “{album.name}” already. Choose another name.")
    return name


def _refuse_unknown(library: Library, connection: Connection, wanted: Sequence[int]) -> None:
    there = set(albums.known_photos(library, connection, wanted))
    gone = [photo for photo in wanted if photo not in there]
    if gone:
        raise no_photo(library, gone[0])
