"""Searching by places of one name, by albums that fill themselves, and what counts faces."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import small_library as small
from searched_library import fill
from sqlalchemy import delete, func, select, update

from gallery import albums, photo_bin
from gallery.completing import complete
from gallery.errors import QueryError
from gallery.query import Query, term
from gallery.records import Locality
from gallery.search import read_query, search
from gallery.store import found, places
from gallery.store.album_tables import albums as album_table
from gallery.store.library import Library
from gallery.store.tables import faces as face_table
from gallery.store.tables import photos as photo_table


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Library, dict[str, int]]]:
    opened = small.empty(tmp_path / "library")
    yield opened, fill(opened)
    opened.close()


def names(library: Library, query: str) -> set[str]:
    return {tile.name.split(".")[0] for tile in search(library, query, 100).tiles}


def put_at(library: Library, ids: dict[str, int], **towns: tuple[str | None, ...]) -> None:
    placed = [
        (photo, Locality(*towns[name.split(".")[0]]))
        for name, photo in ids.items()
        if name.split(".")[0] in towns
    ]
    places.keep(library, "by hand", placed)


def test_places_of_one_name_are_told_apart(own: tuple[Library, dict[str, int]]) -> None:
    library, ids = own
    put_at(
        library,
        ids,
        IMG_1201=("Paris", "Île-de-France", "France"),
        IMG_1202=("Paris", "Texas", "United States"),
        IMG_1301=("Singapore", None, "Singapore"),
        party=(None, None, "Singapore"),
        menu=("Berlin", "Berlin", "Germany"),
        three=("Lyon", "Auvergne-Rhône-Alpes", "France"),
    )
    assert names(library, "place:paris") == {"IMG_1201", "IMG_1202"}
    assert names(library, 'place:"Paris, Texas, United States"') == {"IMG_1202"}
    assert names(library, "place:singapore") == {"IMG_1301", "party"}
    assert names(library, "place:berlin") == {"menu"}
    assert names(library, 'place:"ile de"') == {"IMG_1201"}
    [places_facet] = [
        facet
        for facet in found.counts(library, read_query(""), 12).facets
        if facet.filter.name == "place"
    ]
    told = {value.text: value.photos for value in places_facet.values}
    assert told == {
        "France": 2, "Singapore": 2, "Berlin": 1, "Germany": 1, "Lyon": 1,
        "Paris, Texas, United States": 1, "Paris, Île-de-France, France": 1, "United States": 1,
    }  # fmt: skip
    # Each finds as many as it says.
    for name, many in told.items():
        query = Query((term("place", name),))
        assert found.count(library, read_query(str(query))) == many
    [offer] = complete(library, "place:alp", len("place:alp"))
    assert (offer.text, offer.photos) == ("place:Auvergne-Rhône-Alpes ", 1)


def test_an_album_of_a_search_for_itself_is_refused(own: tuple[Library, dict[str, int]]) -> None:
    library, _ = own
    albums.rename(library, albums.find_album(library, "The best").id, "Others")
    with pytest.raises(QueryError, match=r"search of the album “Evenings” fails\. There is no"):
        search(library, "album:Evenings", 10)
    evenings = albums.find_album(library, "Evenings").id
    with library.write() as connection:
        itself = update(album_table).where(album_table.c.id == evenings)
        connection.execute(itself.values(query="tag:night album:evenings"))
    with pytest.raises(QueryError, match="filled by a search for itself") as caught:
        search(library, "x album:evenings", 10)
    assert (caught.value.start, caught.value.end) == (8, 16)


def test_the_faces_of_a_photo_are_counted_whatever_changes(
    own: tuple[Library, dict[str, int]],
) -> None:
    library, ids = own

    def counted(name: str) -> tuple[int, float]:
        with library.read() as connection:
            query = select(photo_table.c.face_count, photo_table.c.face_share)
            row = connection.execute(query.where(photo_table.c.id == ids[name])).one()
        return row[0], round(row[1], 3)

    assert counted("menu.png") == (0, 0)
    assert counted("three.jpg") == (3, round(50 / 300, 3))
    photo_bin.put(library, [ids["three.jpg"]])
    assert counted("three.jpg") == (0, 0)
    photo_bin.restore(library)
    assert counted("three.jpg")[0] == 3
    with library.write() as connection:
        mine = face_table.c.photo_id == ids["three.jpg"]
        last = select(func.max(face_table.c.id)).where(mine).scalar_subquery()
        connection.execute(update(face_table).where(face_table.c.id == last).values(y1=320.0))
        connection.execute(delete(face_table).where(mine, face_table.c.id < last - 1))
        tall = update(photo_table).where(photo_table.c.id == ids["three.jpg"])
        connection.execute(tall.values(height=600))
    assert counted("three.jpg") == (2, 0.5)
    with library.write() as connection:
        moved = update(face_table).where(mine).values(photo_id=ids["menu.png"])
        connection.execute(moved)
    assert (counted("three.jpg"), counted("menu.png")) == ((0, 0), (2, 1.0))
