"""A report says what was measured and nothing else, in four formats, with or without people."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import small_library as small
from plotly.offline import get_plotlyjs
from small_library import Seen, add, owners, regroup
from synthetic import SPACE, encoded, sharp_pixels

from gallery.config import Settings
from gallery.corrections import confirm
from gallery.doubt import DoubtOptions
from gallery.errors import GalleryError
from gallery.evaluate import pairwise
from gallery.evaluate.grouped import Grouping, own_set
from gallery.evaluate.labelled import LabelledFaces
from gallery.evaluate.measuring import keep_own, measure_grouping
from gallery.evaluate.own import known_faces, own_pairs
from gallery.evaluate.pairs import PairList
from gallery.evaluate.pairwise import score_pairs
from gallery.forgetting import forget_person
from gallery.people import name_person
from gallery.report.anonymous import without_people
from gallery.report.collect import collect
from gallery.report.making import FORMATS, make_report
from gallery.report.pdf import find_browser, print_pdf
from gallery.report.pictures import pictures_of
from gallery.report.render import to_html, to_markdown
from gallery.store import evaluations
from gallery.store import faces as face_store
from gallery.store.library import Library
from gallery.workflow import grouping_method

NAME = "Ada <b>Lovelace</b>"


@pytest.fixture
def measured(library: Library) -> Library:
    """Eight people, one hard to tell from others, all confirmed and measured; one has a name."""
    faces = add(library, [Seen(who) for who in range(8) for _ in range(6)])
    faces += add(library, [Seen((0, 1, 2, 3, 4)) for _ in range(6)], noise=0.05, seed=9)
    regroup(library)
    for key in face_store.crop_keys(library, faces).values():
        library.media.put(key, encoded(sharp_pixels(1)))
    name_person(library, small.owner(library, faces[0]), NAME)
    for person in set(owners(library).values()):
        confirm(library, person)
    keep_own(library, SPACE, own_pairs(known_faces(library, SPACE)), 0.4)
    measure_grouping(library, own_set(library, SPACE), Grouping(small.STRICT, 0.25))
    return library


def own_part(page: str) -> str:
    """A page without the library that draws its plots."""
    return page.replace(get_plotlyjs(), "")


def test_every_number_is_one_that_was_kept(measured: Library, settings: Settings) -> None:
    report = collect(measured, settings)
    own, clusters = report["evaluations"]
    kept = {one.kind: one.document for one in evaluations.listed(measured)}
    assert {key: own[key] for key in kept["own"]} == kept["own"]
    assert {key: clusters[key] for key in kept["clusters"]} == kept["clusters"]
    assert (report["library"]["faces"], report["library"]["confirmed_faces"]) == (54, 54)
    assert (report["library"]["named"], report["failures"]["count"]) == (1, 0)
    page, text = to_html(report), to_markdown(report)
    for said in (f"{100 * own['eer']:.2f} %", f"{clusters['bcubed_f']:.4f}", SPACE.name):
        assert said in page
        assert said in text


def test_models_settings_and_commands_let_a_colleague_check_it(
    measured: Library, settings: Settings
) -> None:
    report = collect(measured, settings)
    by_name = {model["name"]: model for model in report["models"]}
    assert by_name["sface"]["licence"] == "Apache-2.0"
    assert re.fullmatch("[0-9a-f]{64}", by_name["sface"]["sha256"])
    assert report["machine"]["versions"]["gallery"]
    assert report["settings"]["detect_side"] == settings.detect_side
    assert "gallery evaluate own --threshold 0.4" in report["reproduce"]
    assert any(c.startswith("gallery cluster --algorithm graph") for c in report["reproduce"])
    # Nothing tells where the library lies.
    assert str(measured.root) not in json.dumps(report)


def test_only_the_newest_of_each_is_reported(measured: Library, settings: Settings) -> None:
    keep_own(measured, SPACE, own_pairs(known_faces(measured, SPACE)), 0.6)
    found = [one for one in collect(measured, settings)["evaluations"] if one["kind"] == "own"]
    assert [one["threshold"] for one in found] == [0.6]


def test_examples_are_shown_and_names_do_no_harm(measured: Library, settings: Settings) -> None:
    report = collect(measured, settings)
    pictures = pictures_of(measured, settings, report)
    page = own_part(to_html(report, pictures))
    assert page.count("data:image/jpeg;base64,") >= len(pictures) > 0
    assert NAME not in page
    assert "Ada &lt;b&gt;Lovelace&lt;/b&gt;" in page
    assert "Two people taken for one: the worst" in page
    # It needs nothing from elsewhere: the only addresses are those of licences and sources.
    assert not re.search(r'(src|href)="(?!data:|https://)', page)
    assert not re.search(r"<(script|link|img)[^>]+https?://", page)


def test_without_people_nobody_can_be_told(measured: Library, settings: Settings) -> None:
    for kind in ("html", "md", "json"):
        said = own_part(make_report(measured, settings, kind, faces=False).decode())
        assert "Ada" not in said
        assert "data:image" not in said
    report = without_people(collect(measured, settings))
    own, clusters = report["evaluations"]
    assert "errors" not in own
    names = {part["name"] for part in own["slices"] if part["by"] == "person"}
    assert names == {f"person {number}" for number in range(1, 10)}
    assert all(one["of"].startswith("person ") for one in clusters["fragmented_people"])
    faces = [f for one in clusters["fragmented_people"] for p in one["parts"] for f in p["faces"]]
    assert set(faces) == {None}


def test_without_people_no_file_and_no_folder_is_named(
    measured: Library, settings: Settings
) -> None:
    own = own_set(measured, SPACE)
    paths = [f"/home/anna/{number}.jpg" for number in own.ids]
    folder = replace(own, name="Anna and sons", ids=paths)
    measure_grouping(measured, folder, Grouping(small.STRICT, 0.25))
    photos = sorted(dict.fromkeys(paths))
    listed = PairList(
        [Path(path) for path in photos],
        np.array([0, 2]),
        np.array([1, 3]),
        np.array([True, False]),
        np.zeros(2, np.int64),
    )
    faces = LabelledFaces(photos=listed.photos[:4], vectors=own.vectors[:4])
    found = pairwise.document(score_pairs(listed, SPACE, faces))
    found |= {"images": "/home/anna", "list": "/home/anna/Anna's list.csv"}
    evaluations.add(measured, "pairs", "Anna's list.csv", SPACE.name, found)
    for kind in ("html", "md", "json"):
        assert "Anna" in make_report(measured, settings, kind).decode()
        said = own_part(make_report(measured, settings, kind, faces=False).decode())
        assert not re.search(r"anna\b", said, re.IGNORECASE)
    quoted = shlex.quote("Anna's list.csv")
    command = f"gallery evaluate lfw --images DIR --pairs {quoted}"
    assert any(one.startswith(command) for one in collect(measured, settings)["reproduce"])


def test_a_grouping_is_repeated_by_the_command_that_is_given(
    measured: Library, settings: Settings
) -> None:
    held = grouping_method(settings.with_changes(link_threshold=0.4), "dbscan", {"link": 0.7})
    measure_grouping(measured, own_set(measured, SPACE), Grouping(held, 0.25, DoubtOptions(0.4)))
    [command] = [c for c in collect(measured, settings)["reproduce"] if "dbscan" in c]
    assert command.endswith("--parameter link=0.7 --parameter min_samples=2 --link 0.4 --hold-back")
    # By averages weak faces join at the value that groups merge at, however it was said.
    for name in ("graph", "agglomerative"):
        said = grouping_method(settings, name, {"link": 0.3}).parameters
        by_setting = grouping_method(settings.with_changes(link_threshold=0.3), name, {}).parameters
        assert said == by_setting
        assert (said["link"], said["join"]) == (0.3, 0.3)


def test_a_measurement_can_be_left_out(measured: Library, settings: Settings) -> None:
    [clusters] = [one.id for one in evaluations.listed(measured) if one.kind == "clusters"]
    [kept] = collect(measured, settings, without=[clusters])["evaluations"]
    assert kept["kind"] == "own"
    assert len(evaluations.listed(measured)) == 2


def test_a_person_who_is_deleted_is_in_no_later_report(
    measured: Library, settings: Settings
) -> None:
    ada = next(p for f, p in owners(measured).items() if f == 1)
    forget_person(measured, ada)
    assert evaluations.listed(measured) == []
    assert "Ada" not in make_report(measured, settings, "json").decode()


def test_an_empty_library_has_a_report_too(library: Library, settings: Settings) -> None:
    for kind in ("html", "md", "json"):
        said = make_report(library, settings, kind).decode()
        assert "SFace" in said
    assert collect(library, settings)["evaluations"] == []


def test_an_unknown_format_is_refused(library: Library, settings: Settings) -> None:
    with pytest.raises(GalleryError, match="Choose from: html, pdf, md, json"):
        make_report(library, settings, "docx")
    assert FORMATS == ("html", "pdf", "md", "json")


@pytest.mark.skipif(find_browser() is None, reason="no Chromium, Chrome or Edge here")
def test_a_pdf_is_printed(measured: Library, settings: Settings) -> None:
    assert make_report(measured, settings, "pdf").startswith(b"%PDF-")


def test_without_a_browser_the_way_round_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gallery.report.pdf.find_browser", lambda: None)
    with pytest.raises(GalleryError, match="Make an HTML report and print that"):
        print_pdf("<p>")


def test_a_browser_that_fails_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    false = tmp_path / "browser"
    false.write_text("#!/bin/sh\nexit 3\n")
    false.chmod(0o755)
    monkeypatch.setattr("gallery.report.pdf.find_browser", lambda: str(false))
    with pytest.raises(GalleryError, match="browser could not print"):
        print_pdf("<p>")
