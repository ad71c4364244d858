"""`gallery search`: lists, documents, errors that point, and faces."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import small_library as small
from searched_library import fill
from synthetic import SPACE

from gallery.cli import main
from gallery.config import load_settings
from gallery.face_search import open_index
from gallery.store.library import Library

Search = Callable[..., tuple[int, str, str]]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    yield from small.opened(tmp_path / "library")


@pytest.fixture
def search(library: Library, capsys: pytest.CaptureFixture[str]) -> Search:
    def call(*arguments: object) -> tuple[int, str, str]:
        load_settings.cache_clear()
        code = 0
        try:
            main(["--library", str(library.root), "search", *map(str, arguments)])
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_photos_are_listed_with_why(library: Library, search: Search) -> None:
    fill(library)
    code, out, _ = search("-tag:night", "person:Ada", "--counts")
    assert code == 0
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["photo", "date", "file", "found", "by"]
    assert [line[1:] for line in lines[1:3]] == [
        ["2021-07-07", "three.jpg", "Ada"],
        ["2019-06-14", "IMG_1201.JPG", "Ada"],
    ]
    assert "2 photos found." in out
    assert "People: Ada 2, Grace 2, Zoë Ångström 1" in out
    assert "Places: Cascais 1, Portugal 1, Switzerland 1, Zürich 1" in out
    assert "the newest 1 of them shown" in search("beach", "--limit", 1)[1]


def test_the_document_has_everything(library: Library, search: Search) -> None:
    ids = fill(library)
    code, out, _ = search("any:(Ada, Grace)", "birthday", "--json", "--counts")
    document = json.loads(out)
    assert code == 0
    assert (document["query"], document["found"]) == ("person:Ada|Grace birthday", 1)
    [photo] = document["photos"]
    assert (photo["id"], photo["file"]) == (ids["party.jpg"], "/photos/party.jpg")
    assert photo["why"] == [
        {"filter": "person", "text": "Grace"},
        {"filter": "text", "text": "text: HAPPY BIRTHDAY Ada"},
    ]
    assert document["counts"]["date"] == [{"value": "2020", "label": "2020", "photos": 1}]
    document = json.loads(search("zurich", "event:swimming", "--json")[1])
    assert "counts" not in document
    [photo] = document["photos"]
    assert photo["why"] == [
        {"filter": "place", "text": "Zürich"},
        {"filter": "event", "text": "Swimming"},
    ]


def test_a_mistake_is_pointed_at(library: Library, search: Search) -> None:
    fill(library)
    code, out, err = search("tag:beach", "person:Grce")
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "tag:beach person:Grce",
        "                 ^^^^",
        "gallery: There is nobody called “Grce”. Did you mean “Grace”?",
    ]
    code, out, _ = search("has:wings", "--json")
    assert code == 1
    assert "wings" in json.loads(out)["error"]


@pytest.mark.parametrize("call", [(), ("--face", "x.jpg", "--like-face", "1")])
def test_a_wrong_call_is_said(search: Search, call: tuple[str, ...]) -> None:
    assert search(*call)[0] == 2


def test_photos_like_a_face(library: Library, search: Search) -> None:
    a, *_ = small.album(library, 4, 3, 2)
    code, out, _ = search("--like-face", a[0], "--alike", 0.5, "--json")
    document = json.loads(out)
    assert code == 0
    assert document["label"] == "Person 1"
    assert document["sure"]
    assert document["margin"] > 0.5
    assert {photo["face"] for photo in document["photos"]} == set(a[1:])
    _, out, _ = search("--like-face", a[0], "--alike", 0.5, "--limit", 1)
    assert "Most likely Person 1" in out
    assert len(out.splitlines()) == 3
    assert "Try a lower --alike" in search("--like-face", a[0], "--alike", 0.9999)[1]
    assert search("--like-face", a[0], "date:2023", "--json")[0] == 0
    assert len(open_index(library, SPACE)) == 9


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("--like-face", 99), "There is no face 99"),
        (("--face", "/no/such.jpg"), "cannot be read"),
        (("--like-face", 1, "--json", "tag:x"), "There is no tag"),
    ],
)
def test_what_goes_wrong_with_a_face_is_said(
    library: Library, search: Search, call: tuple[object, ...], said: str
) -> None:
    small.album(library, 4, 3, 2)
    code, _, err = search(*call)
    assert code == 1
    assert said in err


def test_nobody_is_like_a_face_before_the_first_grouping(search: Search) -> None:
    code, _, err = search("--like-face", 1)
    assert code == 1
    assert "Nobody was grouped so far" in err
