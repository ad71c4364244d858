"""Searching: what each filter finds, why, how many of each kind, and what may be meant."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_library as small
from searched_library import PHOTOS, fill, remove_face
from sqlalchemy import Connection, delete, text, update
from synthetic import add_photo

from gallery import photo_bin
from gallery.completing import complete
from gallery.errors import LibraryError, QueryError
from gallery.people import name_person
from gallery.search import Reason, read_query, search
from gallery.store import found, people, photos, tags, text_lines, timeline
from gallery.store.filters import registry
from gallery.store.library import Library, open_library
from gallery.store.tables import photo_files
from gallery.store.tables import photos as photo_table
from gallery.store.text_lines import TextLine
from gallery.store.timeline import Cursor
from gallery.tagging import add_tag, remove_tag


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    opened = small.empty(tmp_path_factory.mktemp("searched") / "library")
    fill(opened)
    yield opened
    opened.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Library, dict[str, int]]]:
    """A library that a test may change."""
    opened = small.empty(tmp_path / "library")
    yield opened, fill(opened)
    opened.close()


def names(library: Library, query: str) -> set[str]:
    return {tile.name.split(".")[0] for tile in search(library, query, 100).tiles}


ALL = {name.split(".")[0] for name in PHOTOS}
SEA = {"IMG_1201", "IMG_1202"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("person:Ada", {*SEA, "three"}),
        ("person:ada person:GRACE", {"IMG_1201", "three"}),
        ("any:(Ada, Grace)", {*SEA, "party", "three"}),
        ('person:"Zoë Ångström"', {"three"}),
        ("person:angstrom", {"three"}),
        ('person:"Person 3"', {"three"}),
        ("only:Ada", {"IMG_1202"}),
        ("only:(Ada, Grace)", {"IMG_1201"}),
        ("only:Grace", set()),  # somebody unknown is there too
        ("-person:Ada", {"IMG_1301", "party", "menu"}),
        ("-only:Ada person:Ada", {"IMG_1201", "three"}),
        ("tag:beach -tag:night", {"IMG_1201"}),
        ("tag:beach|cat", {*SEA, "IMG_1301"}),
        ('tag:"beach 2"', {"three"}),
        ('text:"happy birthday"', {"party"}),
        ("text:birth", {"party"}),
        ('text:"birth"', set()),
        ("text:creme", {"menu"}),
        ("text:ete", {"IMG_1301"}),
        ("text:IMG", set()),
        ("file:IMG_12*", SEA),
        ("file:img_1?01.jpg", {"IMG_1201", "IMG_1301"}),
        ("file:*_1*", {*SEA, "IMG_1301"}),
        ("file:*1*1.j*", {"IMG_1201", "IMG_1301"}),
        ("file:p*t?.jpg", {"party"}),
        ("file:part", {"party"}),
        ("file:photos*", set()),  # the folder is no file name
        ("camera:canon", {*SEA, "IMG_1301"}),
        ('camera:"Apple iPhone 12"', {"party", "three"}),
        ("faces:0", {"IMG_1301", "menu"}),
        ("faces:2", {"IMG_1201", "party"}),
        ("faces:2..", {"IMG_1201", "party", "three"}),
        ("faces:..1", {"IMG_1202", "IMG_1301", "menu"}),
        ("faces:1..2", {*SEA, "party"}),
        ("faces:0..", ALL),
        ("has:gps", {"IMG_1201", "IMG_1301", "three"}),
        ("no:gps has:camera", {"IMG_1202", "party"}),
        ("place:zurich", {"IMG_1201"}),  # the town, and not the canton
        ('place:"Zurich, Switzerland"', {"IMG_1201", "IMG_1301"}),
        ("place:winter", {"IMG_1301"}),
        ("place:switzerland", {"IMG_1201", "IMG_1301"}),
        ("place:lisbon|winterthur", {"IMG_1301", "three"}),
        ("-place:switzerland has:gps", {"three"}),
        ('place:"winterthur switzerland"', {"IMG_1301"}),
        ("no:place has:faces", {"IMG_1202", "party"}),
        ("event:swim", SEA),
        ("event:2", {"party", "menu"}),
        ("no:event", {"IMG_1301", "three"}),
        ('album:"the best"', {"IMG_1202", "menu"}),
        ("album:evenings", {"party"}),
        ("album:evenings|best -tag:night", {"menu"}),
        ("has:album", {"IMG_1202", "menu"}),
        ("has:text", {"party", "menu"}),
        ("has:title", {"IMG_1301", "three"}),
        ("has:faces", {*SEA, "party", "three"}),
        ("no:name", {"IMG_1301", "menu"}),
        ("no:tag", {"menu"}),
        ("has:date|description", set()),
        ("date:2019", {*SEA, "IMG_1301"}),
        ("date:2019-06-14", SEA),
        ("date:2019-06..2019-08", {*SEA, "IMG_1301"}),
        ('date:"summer 2019"', {*SEA, "IMG_1301"}),
        ("date:..2019-06|2021", {*SEA, "three"}),
        ("beach", {*SEA, "three"}),
        ("sea", {"three"}),
        ("ada", {*SEA, "party", "three"}),  # in the picture, or in its text
        ("grace night", {"party"}),
        ("switz beach", {"IMG_1201"}),
        ("swimming", SEA),
        ("best", {"IMG_1202", "menu"}),
        ("birth", {"party"}),
        ('"birth"', set()),
        ("img", {*SEA, "IMG_1301"}),
        ("-ada -img", {"menu"}),
        ("nothing", set()),
        ('"!!!"', set()),
    ],
)
def test_each_filter_finds_what_it_says(library: Library, query: str, expected: set[str]) -> None:
    assert names(library, query) == expected
    assert found.count(library, read_query(query)) == len(expected)


@pytest.mark.parametrize(
    ("query", "at", "said"),
    [
        ("x person:Grce", (9, 13), r"nobody called “Grce”. Did you mean “Grace”\?"),
        ("person:Ada|Nobody", (11, 17), "nobody called “Nobody”.$"),
        ("tag:baech", (4, 9), "Did you mean “beach”"),
        ("camera:kodak", (7, 12), "no photo by a camera"),
        ("date:soon", (5, 9), "no date"),
        ("faces:x", (6, 7), "no number"),
        ("faces:..", (6, 8), "no number"),
        ("has:wings", (4, 9), "gps, place, .*faces"),
        ("place:Wintertour", (6, 16), "no photo from a place .*Did you mean “Winterthur”"),
        ("event:swiming", (6, 13), "no event that you called .*Did you mean “Swimming”"),
        ("event:99", (6, 8), "no event"),
        ("album:besst", (6, 11), "no album .*Did you mean “The best”"),
    ],
)
def test_who_and_what_is_not_there_is_pointed_at(
    library: Library, query: str, at: tuple[int, int], said: str
) -> None:
    with pytest.raises(QueryError, match=said) as caught:
        search(library, query, 10)
    assert (caught.value.start, caught.value.end) == at


def why(library: Library, query: str) -> dict[str, list[Reason]]:
    result = search(library, query, 10)
    return {tile.name: result.reasons[tile.id] for tile in result.tiles}


def test_results_say_why_they_were_found(library: Library) -> None:
    assert why(library, "any:(Ada, Grace) tag:night") == {
        "party.jpg": [Reason("person", "Grace"), Reason("tag", "night")],
        "IMG_1202.JPG": [Reason("person", "Ada"), Reason("tag", "night")],
    }
    assert why(library, '"happy birthday" -tag:cat') == {
        "party.jpg": [Reason("text", "text: HAPPY BIRTHDAY Ada")]
    }
    assert why(library, "ada date:2020") == {
        "party.jpg": [Reason("text", "text: HAPPY BIRTHDAY Ada")]
    }
    assert why(library, "file:12* zur") == {}
    assert why(library, "zur") == {
        "IMG_1301.JPG": [
            Reason("place", "Winterthur, Zurich"), Reason("text", "title: Été à Zürich"),
        ],
        "IMG_1201.JPG": [Reason("place", "Zürich")],
    }  # fmt: skip
    assert why(library, "place:switzerland event:swimming") == {
        "IMG_1201.JPG": [Reason("place", "Zürich, Switzerland"), Reason("event", "Swimming")]
    }
    assert why(library, "event:2 album:evenings|best") == {
        "menu.png": [Reason("event", "event 2"), Reason("album", "The best")],
        "party.jpg": [Reason("event", "event 2"), Reason("album", "Evenings")],
    }
    assert why(library, "1301") == {"IMG_1301.JPG": [Reason("file", "file: IMG_1301.JPG")]}


def counts(library: Library, query: str) -> dict[str, dict[str, int | None]]:
    told = found.counts(library, read_query(query), 12)
    assert told.photos == found.count(library, read_query(query))
    return {
        facet.filter.name: {value.label: value.photos for value in facet.values}
        for facet in told.facets
    }


def test_what_is_found_is_counted_by_kind(library: Library) -> None:
    assert counts(library, "faces:0..") == counts(library, "")
    assert counts(library, "tag:beach") == {
        "person": {"Ada": 2, "Grace": 1},
        "tag": {"beach": 2, "night": 1, "sunset": 1},
        "date": {"2019": 2},
        "camera": {"Canon EOS 80D": 2},
        "faces": {"1 face": 1, "2 faces": 1},
        "place": {"Switzerland": 1, "Zürich": 1},
        "event": {"Swimming": 2},
        "album": {"The best": 1},
    }
    assert counts(library, "") == {
        "person": {"Ada": 3, "Grace": 3, "Zoë Ångström": 1},
        "tag": {"beach": 2, "night": 2, "beach 2": 1, "cat": 1, "sunset": 1},
        "date": {"2021": 1, "2020": 2, "2019": 3},
        "camera": {"Canon EOS 80D": 3, "Apple iPhone 12": 2},
        "faces": {"No faces": 2, "1 face": 1, "2 faces": 2, "3 faces": 1},
        "place": {"Switzerland": 2, "Cascais": 1, "Portugal": 1, "Winterthur": 1, "Zürich": 1},
        "event": {"Swimming": 2},
        "album": {"The best": 2},
    }


def test_another_year_is_counted_as_if_none_were_chosen(library: Library) -> None:
    told = counts(library, "date:2019 person:Ada")
    assert told["date"] == {"2021": 1, "2019": 2}
    assert told["person"] == {"Ada": 2, "Grace": 1}
    assert counts(library, "date:2019 -date:2019-06")["date"] == {"2021": 1, "2020": 2, "2019": 1}


def test_counts_follow_what_anybody_changes(own: tuple[Library, dict[str, int]]) -> None:
    library, ids = own
    assert counts(library, "")["tag"]["cat"] == 1
    add_tag(library, "cat", [ids["party.jpg"]])
    assert counts(library, "")["tag"]["cat"] == 2
    beside = open_library(library.root)
    add_tag(beside, "cat", [ids["menu.png"]])
    assert counts(library, "")["tag"]["cat"] == counts(beside, "")["tag"]["cat"] == 3
    beside.close()
    call = ["tags", "add", "cat", str(ids["three.jpg"]), "--library", str(library.root)]
    subprocess.run([sys.executable, "-m", "gallery", *call], check=True, capture_output=True)
    assert counts(library, "")["tag"]["cat"] == 4
    # What was listed is let go of with the library, and listed again where it is used once more.
    library.close()
    beside = open_library(library.root)
    remove_tag(beside, "cat", [ids["three.jpg"]])
    beside.close()
    assert counts(library, "")["tag"]["cat"] == 3


def test_what_was_counted_keeps_no_library_open(tmp_path: Path) -> None:
    library = small.empty(tmp_path / "library")
    assert found.counts(library, read_query(""), 3).photos == 0
    engine = weakref.ref(library.engine)
    del library
    gc.collect()
    assert engine() is None


def test_counting_in_a_library_that_is_gone_says_so(tmp_path: Path) -> None:
    library = small.empty(tmp_path / "library")
    assert found.counts(library, read_query(""), 3).photos == 0
    library.engine.dispose()
    (library.root / "library.db").write_bytes(b"no database at all" * 300)
    with pytest.raises(LibraryError, match=r"gallery restore"):
        found.counts(library, read_query(""), 3)
    library.close()


def test_strange_patterns_of_file_names(own: tuple[Library, dict[str, int]]) -> None:
    library, _ = own
    with library.write() as connection:
        add_photo(library, connection, "École.jpg")
    assert names(library, "file:é*") == names(library, "file:*COLE*") == {"École"}
    assert names(library, "file:*" + "a" * 60_000) == set()
    assert names(library, "file:\udcff*") == set()


def test_each_owner_counts_their_own(own: tuple[Library, dict[str, int]]) -> None:
    library, _ = own
    other = open_library(library.root, "other")
    assert all(not facet for facet in counts(other, "").values())
    assert counts(library, "")["tag"]["beach"] == 2
    other.close()


def test_nothing_is_counted_in_an_empty_library(tmp_path: Path) -> None:
    library = small.empty(tmp_path / "library")
    assert all(not facet for facet in counts(library, "").values())
    assert all(not facet for facet in counts(library, "faces:2..").values())
    library.close()


def test_namesakes_are_told_apart_by_number(own: tuple[Library, dict[str, int]]) -> None:
    library, _ = own
    zoe = next(person for person in people.everyone(library) if person.label.startswith("Zoë"))
    name_person(library, zoe.id, "ada")
    [facet] = [
        facet
        for facet in found.counts(library, read_query(""), 12).facets
        if facet.filter.name == "person"
    ]
    texts = {value.text: value.photos for value in facet.values}
    assert texts == {"Grace": 3, "Person 1": 3, "Person 3": 1}
    assert names(library, 'person:"Person 3"') == {"three"}
    assert names(library, "person:Ada") == {*SEA, "three"}


def test_pages_follow_each_other(library: Library) -> None:
    query = read_query("any:(Ada, Grace)")
    first = found.page(library, query, limit=3)
    last = first[-1]
    second = found.page(library, query, limit=3, after=Cursor(last.shown_at, last.id))
    assert [tile.name for tile in (*first, *second)] == [
        "three.jpg", "party.jpg", "IMG_1202.JPG", "IMG_1201.JPG",
    ]  # fmt: skip
    photo = photos.get(library, second[0].id)
    assert photo is not None
    which = found.which(library, query)
    assert timeline.neighbours(library, photo, among=which) == (first[2].id, None)
    assert found.among(library, query, [first[0].id, 10**6]) == {first[0].id}


def test_what_to_leave_out_where_nothing_is_found(library: Library) -> None:
    query = read_query("tag:cat person:Ada date:2019")
    assert found.count(library, query) == 0
    assert found.without_one(library, query) == [2, 1, 0]


def test_boxes_that_were_deleted_do_not_count(own: tuple[Library, dict[str, int]]) -> None:
    library, ids = own
    remove_face(library, ids["IMG_1202.JPG"])
    assert names(library, "faces:0") == {"IMG_1202", "IMG_1301", "menu"}


def test_owners_see_their_own(own: tuple[Library, dict[str, int]]) -> None:
    library, _ = own
    other = open_library(library.root, "other")
    for query in ("", "beach", "birth", "faces:0..", "date:2019", "-nothing"):
        assert search(other, query, 10).tiles == []
    with pytest.raises(QueryError):
        search(other, "person:Ada", 10)
    for query in ("place:Cascais", "event:swimming", "event:1", "album:best"):
        with pytest.raises(QueryError, match="There is no"):
            search(other, query, 10)
    with other.write() as connection:
        add_photo(other, connection, "birthday.jpg")
    assert names(other, "birth") == {"birthday"}
    assert names(library, "birth") == {"party"}
    assert complete(other, "ad", 2) == []
    other.close()


def test_the_index_of_words_follows_every_change(own: tuple[Library, dict[str, int]]) -> None:
    library, ids = own
    photo = ids["menu.png"]
    with library.write() as connection:
        connection.execute(
            update(photo_table).where(photo_table.c.id == photo).values(title="Lunch")
        )
        place = photos.Place(b"/b", "C:\\away\\Dessert.PNG", True, 1, 1)
        photos.add_place(library, connection, photo, place)
        text_lines.put(library, connection, photo, [TextLine("Tiramisù", 0.8, (1, 2, 3, 4))])
    assert names(library, "lunch") == names(library, "file:dessert") == {"menu"}
    assert names(library, "tiramisu") == names(library, "menu") == {"menu"}
    assert names(library, "file:away") == names(library, "creme") == set()
    assert names(library, "file:Dessert*") == {"menu"}
    assert text_lines.of_photo(library, photo) == [TextLine("Tiramisù", 0.8, (1, 2, 3, 4))]
    with library.write() as connection:
        moved = photos.Place(b"/b", "/c/Pudding.png", True, 1, 1)
        photos.add_place(library, connection, photo, moved)
        text_lines.put(library, connection, photo, [])
    assert names(library, "dessert") == names(library, "tiramisu") == set()
    assert names(library, "pudding") == {"Pudding"}
    with library.write() as connection:
        connection.execute(delete(photo_files).where(photo_files.c.path == "/c/Pudding.png"))
    assert names(library, "pudding") == set()
    with library.write() as connection:
        connection.execute(delete(photo_table).where(photo_table.c.id == photo))
    with library.read() as connection:
        rows = connection.execute(text("SELECT rowid FROM photo_words")).scalars().all()
    assert sorted(rows) == sorted(set(ids.values()) - {photo})


def test_a_photo_with_many_lines_writes_its_words_once(own: tuple[Library, dict[str, int]]) -> None:
    library, ids = own
    photo = ids["menu.png"]
    lines = [TextLine(f"line{at}", 0.9, (0, at, 9, at + 1)) for at in range(400)]
    with library.write() as connection:
        before = _rows_written(connection)
        text_lines.put(library, connection, photo, lines)
        put = _rows_written(connection) - before
        connection.execute(delete(photo_table).where(photo_table.c.id == photo))
        gone = _rows_written(connection) - before - put
    # A row of a line each, besides those that FTS5 has for the whole photo.
    assert put < 500
    assert gone < 500
    assert names(library, "line399") == set()


def _rows_written(connection: Connection) -> int:
    return int(connection.execute(text("SELECT total_changes()")).scalar_one())


def test_filters_can_be_added(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_registered", dict(registry.everything()))
    wide = registry.Filter(
        name="wide",
        says="photos at least so wide",
        example="wide:300",
        condition=lambda _, term: photo_table.c.width >= int(term.values[0].text),
    )
    registry.register(wide)
    assert names(library, "wide:300") == ALL
    assert names(library, "wide:500") == set()
    with pytest.raises(ValueError, match="already"):
        registry.register(wide)


def offers(library: Library, typed: str) -> list[str]:
    return [one.text for one in complete(library, typed, len(typed))]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ad", "person:Ada "),
        ("zo", 'person:"Zoë Ångström" '),
        ("bea", "tag:beach "),
        ("-nig", "-tag:night "),
        ("20", "date:2019 "),
        ("cam", "camera:"),
        ("person:gr", "person:Grace "),
        ("tag:beach person:", "tag:beach person:Ada "),
        ('tag:"beach 2', 'tag:"beach 2" '),
        ("any:(Ada, gr", "any:(Ada, Grace"),
        ("only:(Gr", "only:(Grace"),
        ("tag:beach|ca", "tag:beach|cat "),
        ("camera:ca", 'camera:"Canon EOS 80D" '),
        ("has:g", "has:gps "),
        ("no:g", "no:gps "),
        ("date:201", "date:2019 "),
        ("switz", "place:Switzerland "),
        ("place:z", "place:Zürich "),
        ("swim", "event:Swimming "),
        ("album:ev", "album:Evenings "),
        ("album:(th", 'album:("The best"'),
    ],
)
def test_what_is_typed_is_completed(library: Library, typed: str, first: str) -> None:
    assert offers(library, typed)[0] == first


@pytest.mark.parametrize("typed", ["", "ada ", "xyz", "text:ha", "foo:a", '"happy bi'])
def test_what_cannot_be_completed_is_left_alone(library: Library, typed: str) -> None:
    assert offers(library, typed) == []


def test_completion_keeps_what_stands_after_the_caret(library: Library) -> None:
    [one] = complete(library, "person:gr tag:cat", len("person:gr"))
    assert (one.text, one.caret, one.done) == ("person:Grace tag:cat", len("person:Grace"), True)
    assert (one.kind, one.label, one.photos) == ("person", "Grace", 3)
    assert [c.done for c in complete(library, "any:(Gr", 7)] == [False]


def test_what_is_in_the_bin_is_neither_found_nor_counted(
    own: tuple[Library, dict[str, int]],
) -> None:
    library, ids = own
    photo_bin.put(library, [ids["IMG_1201.JPG"], ids["menu.png"]])
    assert names(library, "tag:beach") == {"IMG_1202"}
    assert names(library, "has:text") == {"party"}
    assert names(library, "creme") == set()
    for query in ("", "date:2019..2021"):
        told = found.counts(library, read_query(query), 12)
        assert told.photos == 4
        values = {f.filter.name: {v.text: v.photos for v in f.values} for f in told.facets}
        assert values["tag"] == {"night": 2, "beach": 1, "beach 2": 1, "cat": 1}
        assert values["date"] == {"2019": 2, "2020": 1, "2021": 1}
        assert values["person"] == {"Ada": 2, "Grace": 2, "Zoë Ångström": 1}
        assert values["place"] == {"Cascais": 1, "Portugal": 1, "Switzerland": 1, "Winterthur": 1}
        assert values["event"] == {"Swimming": 1}
        assert values["album"] == {"The best": 1}
        assert values["faces"] == {"0": 1, "1": 1, "2": 1, "3": 1}
        assert values["camera"] == {"Apple iPhone 12": 2, "Canon EOS 80D": 2}
    offered = {offer.label: offer.photos for offer in complete(library, "place:s", 7)}
    assert offered == {"Switzerland": 1}
    assert names(library, "place:zurich") == set()
    assert dict(tags.listed(library))["beach"] == 1
    offered = {offer.label: offer.photos for offer in complete(library, "tag:bea", 7)}
    assert offered == {"beach": 1, "beach 2": 1}
    photo_bin.restore(library)
    assert found.count(library, read_query("")) == 6


def test_a_tag_that_was_taken_away_is_not_found(own: tuple[Library, dict[str, int]]) -> None:
    library, ids = own
    remove_tag(library, "beach", [ids["IMG_1201.JPG"]])
    assert names(library, "tag:beach") == {"IMG_1202"}
    assert names(library, "has:tag") == ALL - {"menu"}
    assert names(library, "tag:couple") == {"IMG_1201", "party"}
    remove_tag(library, "couple", [ids["party.jpg"]])
    assert names(library, "tag:couple -tag:night") == {"IMG_1201"}
    assert names(library, "coup") == {"IMG_1201"}
