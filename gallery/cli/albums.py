"""`albums`: photos under a name."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, print_json, say, table
from gallery.cli.photo_ids import photo_ids

if TYPE_CHECKING:
    from gallery.records import Album
    from gallery.store.library import Library

app = typer.Typer(help="Albums: photos under a name. No photo is moved.", no_args_is_help=True)

AlbumArgument = Annotated[str, typer.Argument(metavar="ALBUM", help="Its name, or its id.")]
PhotosArgument = Annotated[
    list[str], typer.Argument(metavar="PHOTO...", help="Ids of photos, or their files.")
]
_UNDO = "Take it back with: gallery people undo"


@app.command("list")
def list_albums(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the albums by name."""
    from gallery.store import albums

    with opened(library) as (store, _):
        documents = [album_document(store, album) for album in albums.listed(store)]
    if as_json:
        print_json(documents)
    elif documents:
        rows = [
            (str(one["id"]), one["name"], _number(one["photos"]), one["search"] or "")
            for one in documents
        ]
        table(rows, ("ID", "ALBUM", "PHOTOS", "SEARCH"))
    else:
        say("No albums yet. Make one with: gallery albums create NAME PHOTO...")


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    photos: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PHOTO]...", help="Ids of photos, or their files."),
    ] = None,
    search: Annotated[
        str | None, typer.Option("--search", help="A search that fills it, instead of photos.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make an album, of photos or of a search."""
    from gallery import albums

    with opened(library) as (store, _):
        wanted = photo_ids(store, photos or [])
        made = albums.create(store, name, wanted, query=search)
        document = album_document(store, made)
    _tell(document, f"“{made.name}” has {_counted(document)}. {_UNDO}", as_json)


@app.command("add")
def add(
    album: AlbumArgument,
    photos: PhotosArgument,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put photos into an album."""
    from gallery import albums

    with opened(library) as (store, _):
        found = albums.find_album(store, album)
        count = albums.add_photos(store, found.id, photo_ids(store, photos))
        document = album_document(store, albums.get_album(store, found.id)) | {"added": count}
    said = f"{counted(count, 'photo')} put into “{found.name}”, which has {_counted(document)}."
    _tell(document, _with_undo(said, count), as_json)


@app.command("remove")
def remove(
    album: AlbumArgument,
    photos: PhotosArgument,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take photos out of an album; the photos stay."""
    from gallery import albums

    with opened(library) as (store, _):
        found = albums.find_album(store, album)
        count = albums.remove_photos(store, found.id, photo_ids(store, photos))
        document = album_document(store, albums.get_album(store, found.id)) | {"removed": count}
    said = f"{counted(count, 'photo')} taken out of “{found.name}”, which has {_counted(document)}."
    _tell(document, _with_undo(said, count), as_json)


@app.command("rename")
def rename(
    album: AlbumArgument,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give an album another name."""
    from gallery import albums

    with opened(library) as (store, _):
        found = albums.find_album(store, album)
        renamed = albums.rename(store, found.id, name)
        document = album_document(store, renamed)
    _tell(document, f"“{found.name}” is “{renamed.name}” now. {_UNDO}", as_json)


@app.command("delete")
def delete(
    album: AlbumArgument, library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """Delete an album; its photos stay."""
    from gallery import albums

    with opened(library) as (store, _):
        gone = albums.delete(store, albums.find_album(store, album).id)
    document = {"deleted": gone.id, "name": gone.name}
    _tell(document, f"“{gone.name}” is deleted; its photos are still there. {_UNDO}", as_json)


@app.command("cover")
def cover(
    album: AlbumArgument,
    photo: Annotated[str, typer.Argument(metavar="PHOTO", help="Id of a photo, or its file.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Choose the photo by which an album is shown."""
    from gallery import albums

    with opened(library) as (store, _):
        found = albums.find_album(store, album)
        [wanted] = photo_ids(store, [photo])[:1]
        document = album_document(store, albums.choose_cover(store, found.id, wanted))
    _tell(document, f"“{found.name}” is shown by photo {wanted}. {_UNDO}", as_json)


@app.command("show")
def show(
    album: AlbumArgument,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="The newest so many.")] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the photos of an album, the newest first."""
    from gallery import albums
    from gallery.store import photos

    with opened(library) as (store, _):
        found = albums.find_album(store, album)
        ids = albums.ids_in(store, found)
        shown = ids[:limit]
        paths = photos.paths(store, shown)
        document = album_document(store, found, len(ids))
    if as_json:
        listed = [{"photo": photo, "path": paths.get(photo)} for photo in shown]
        print_json(document | {"listed": listed})
        return
    say(f"“{found.name}”, {counted(len(ids), 'photo')}")
    rows = [(str(photo), paths.get(photo, "")) for photo in shown]
    if rows:
        table(rows, ("ID", "PHOTO"))


def album_document(store: Library, album: Album, photos: int | None = None) -> dict[str, Any]:
    """The JSON of an album; of one that a search fills the photos are counted anew."""
    from gallery.albums import count_in
    from gallery.errors import QueryError

    if photos is None:
        # A search can name somebody who is not there any more; `albums show` says so.
        with suppress(QueryError):
            photos = count_in(store, album)
    return {
        "id": album.id,
        "name": album.name,
        "photos": photos,
        "cover": album.cover_photo_id,
        "search": album.query,
        "created_at": album.created_at.isoformat(),
    }


def _number(photos: int | None) -> str:
    return "" if photos is None else str(photos)


def _counted(document: dict[str, Any]) -> str:
    photos = document["photos"]
    return "what its search finds" if photos is None else counted(photos, "photo")


def _with_undo(said: str, changed: int) -> str:
    return f"{said} {_UNDO}" if changed else said


def _tell(document: dict[str, Any], said: str, as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        say(said)
