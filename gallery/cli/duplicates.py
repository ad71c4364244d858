"""`duplicates list | resolve`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, follow, print_json, remark, say
from gallery.cli.people import UNDO

if TYPE_CHECKING:
    from gallery.duplicates import Group, Kind
    from gallery.resolving import Resolved
    from gallery.store.library import Library
    from gallery.store.worth import Worth

app = typer.Typer(name="duplicates", help="Photos that are there twice.", no_args_is_help=True)


def _kinds(name: str | None) -> list[Kind]:
    from gallery.duplicates import TWICE, Kind

    if name is None:
        return list(TWICE)
    if name not in list(Kind):
        raise typer.BadParameter(f"expected one of {', '.join(Kind)}, got {name!r}")
    return [Kind(name)]


@app.command("list")
def list_(
    kind: Annotated[
        str | None,
        typer.Option(
            "--class", help="same-bytes, same-picture, burst (all three without it) or similar."
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Groups of each class.")] = 50,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare what is new and list the groups, each with the photo to keep and the reason."""
    from gallery import looking_alike
    from gallery.duplicates import Kind, find, groups

    wanted = _kinds(kind)
    with opened(library) as (store, _):
        follow(find(store))
        if Kind.SIMILAR in wanted:
            follow(looking_alike.find(store))
            _say_untagged(store)
        found = {one: groups(store, one) for one in wanted}
        listed = {one: _documents(store, some[:limit]) for one, some in found.items()}
    if as_json:
        print_json([document for some in listed.values() for document in some])
        return
    for one, some in found.items():
        _say_class(one, len(some), listed[one])


def _say_untagged(store: Library) -> None:
    from gallery.store import scene_pairs

    untagged = scene_pairs.without_vector(store)
    if untagged:
        many = counted(untagged, "photo is", "photos are")
        remark(f"{many} left out until this has run: gallery tags update")


def _documents(store: Library, found: list[Group]) -> list[dict[str, Any]]:
    from gallery.resolving import proposals
    from gallery.store.worth import worth

    files = [group for group in found if group.places]
    known = worth(store, (photo for group in files for photo in group.photos))
    documents = [
        _document(group, [known[photo] for photo in group.photos], None, "") for group in files
    ]
    pictures = [group for group in found if not group.places]
    for group, best, photos in proposals(store, pictures):
        documents.append(_document(group, photos, best.keep, best.reason))
    return documents


def _document(group: Group, photos: list[Worth], keep: int | None, reason: str) -> dict[str, Any]:
    return {
        "group": group.key,
        "class": str(group.kind),
        "throughout": group.throughout,
        "keep": keep,
        "reason": reason,
        "files": list(group.places),
        "photos": [
            {
                "id": photo.id,
                "name": photo.name,
                "format": photo.format,
                "width": photo.width,
                "height": photo.height,
                "size_bytes": photo.size_bytes,
                "shown_at": photo.shown_at.isoformat(),
                "dated_by": photo.dated_by,
                "tags": photo.tags,
                "confirmed_faces": photo.confirmed,
            }
            for photo in photos
        ],
    }


_TITLES = {
    "same-bytes": "Same file in several places",
    "same-picture": "Same picture",
    "burst": "Taken within seconds",
    "similar": "Look much alike",
}


def _say_class(kind: Kind, count: int, documents: list[dict[str, Any]]) -> None:
    say(f"{_TITLES[kind]}: {counted(count, 'group')}" + (":" if documents else "."))
    for document in documents:
        say(f"  {document['group']}")
        for path in document["files"]:
            say(f"    {path}")
        for photo in document["photos"] if not document["files"] else []:
            mark = "keep" if photo["id"] == document["keep"] else "    "
            size = f"{photo['width']} x {photo['height']}, {photo['size_bytes'] / 1e6:.2f} MB"
            say(f"    {mark}  photo {photo['id']}: {photo['name']}, {size}")
        if document["reason"]:
            say(f"    {document['reason']}")
    if count > len(documents):
        say(f"  and {count - len(documents)} more: --limit")


@app.command("resolve")
def resolve(
    group: Annotated[
        str | None, typer.Argument(metavar="GROUP", help="As in: gallery duplicates list")
    ] = None,
    keep: Annotated[
        int | None, typer.Option("--keep", metavar="PHOTO", help="Which; else the proposed one.")
    ] = None,
    different: Annotated[
        bool, typer.Option("--different", help="Keep all: they are different pictures.")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="The proposed one of every group of one picture.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep one photo of a group, the others go to the bin; or keep all and never ask again."""
    from gallery.duplicates import find, find_group
    from gallery.resolving import Choice, proposals, sure_choices, tell_apart
    from gallery.resolving import resolve as use_case

    if every == (group is not None):
        raise typer.BadParameter("name a group, or say --all")
    if ((every or different) and keep is not None) or (every and different):
        raise typer.BadParameter("--keep, --different and --all exclude each other")
    with opened(library) as (store, _):
        if group is None:
            follow(find(store))
            _tell(use_case(store, sure_choices(store)), as_json)
            return
        found = find_group(store, group)
        if different:
            tell_apart(store, found)
            _tell(None, as_json)
            return
        if keep is None:
            keep = next((best.keep for _, best, _ in proposals(store, [found])), found.photos[0])
        _tell(use_case(store, [Choice(found, keep)]), as_json)


def _tell(done: Resolved | None, as_json: bool) -> None:
    if as_json:
        count, binned = (0, 0) if done is None else (done.groups, done.binned)
        size = 0 if done is None else done.size_bytes
        print_json({"resolved": count, "binned": binned, "size_bytes": size})
    elif done is None:
        say(f"They are different: nobody asks again. {UNDO}")
    else:
        gone = f"{counted(done.binned, 'photo')} ({done.size_bytes / 1e6:.1f} MB)"
        say(f"Kept one of {counted(done.groups, 'group')}; {gone} in the bin. {UNDO}")
