"""`places`: where photos were taken."""

from __future__ import annotations

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, follow, print_json, say, table

app = typer.Typer(help="Where photos were taken, looked up offline.", no_args_is_help=True)


@app.command("list")
def list_places(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the places photos were taken at, those with most photos first."""
    from gallery.store import places

    with opened(library) as (store, _):
        found = places.counts(store)
    if as_json:
        print_json(
            [
                {
                    "city": one.place.city,
                    "region": one.place.region,
                    "country": one.place.country,
                    "photos": one.photos,
                }
                for one in found
            ]
        )
    elif found:
        rows = [
            (one.place.city or "", one.place.region or "", one.place.country or "", str(one.photos))
            for one in found
        ]
        table(rows, ("TOWN", "REGION", "COUNTRY", "PHOTOS"))
    else:
        say("No places yet. Photos that say where they were taken get one with: "
            "gallery places update")  # fmt: skip


@app.command("update")
def update(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Look up the town, region and country of photos with a position; run again, it goes on."""
    from gallery.placing import find_places
    from gallery.store import places

    with opened(library) as (store, _):
        follow(find_places(store))
        located = places.count_located(store)
        named = sum(one.photos for one in places.counts(store))
    if as_json:
        print_json({"located": located, "named": named})
    else:
        say(f"{counted(located, 'photo')} with a position, {named:,} of them near a town.")
