"""A thousand malformed files at once: none stops the run, every one is named, good ones come in."""

from __future__ import annotations

import importlib
import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gallery.config import Settings
from gallery.pipeline import FaceModels, ingest
from gallery.reading import IngestOptions, sources_again
from gallery.records import OVERRULABLE, IngestReport, Refusal, RefusalCode
from gallery.source_file import SourceFile
from gallery.sources import find_photos, from_upload
from gallery.store import failures
from gallery.store import photos as photo_store
from gallery.store.library import Library, open_library
from gallery.without_place import without_place

pytestmark = pytest.mark.models

SEED = 0
# What sort of bytes the uploaded ZIP holds: all but what only a folder can, and other ZIPs.
UPLOADED = (
    "cut/",
    "flipped/",
    "exif/",
    "xmp/",
    "profile/",
    "colours/",
    "none/",
    "bombs/",
    "names/",
)


@dataclass
class Run:
    """The files, the library they went into, and what was said."""

    tools: ModuleType
    made: list[Any]
    folder: Path
    library: Library
    models: FaceModels
    settings: Settings
    report: IngestReport

    def take_in(
        self, sources: Iterator[SourceFile | Refusal], *overruled: RefusalCode
    ) -> IngestReport:
        report = IngestReport()
        options = IngestOptions(overruled=frozenset(overruled))
        for _ in ingest(self.library, sources, self.models, self.settings, report, options):
            pass
        return report

    def outcomes(self) -> list[Any]:
        return list(self.tools.outcomes(self.library, self.folder, self.made, self.report.failed))


@pytest.fixture(scope="module")
def taken(
    benchmarks: Path,
    models: FaceModels,
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Run]:
    """All of them taken in, in one run. Tests may take in the same again, and nothing else."""
    tools = importlib.import_module("malformed_run")
    made = tools.make(SEED)
    root = tmp_path_factory.mktemp("malformed")
    tools.write(root / "files", made)
    small = settings.with_changes(library=root / "library", max_pixels=5_000_000)
    library = open_library(root / "library")
    run = Run(tools, made, root / "files", library, models, small, IngestReport())
    run.report = run.take_in(find_photos([run.folder], small))
    yield run
    library.close()
    tools.unlock(run.folder)


def test_every_file_is_named_or_taken_in(taken: Run) -> None:
    assert len(taken.made) > 900
    assert [f"{one.made.path!r}: {one.wrong}" for one in taken.outcomes() if one.wrong] == []
    named = taken.tools.strangers(taken.library, taken.folder, taken.made, taken.report.failed)
    assert named == [], "nothing but the files is in the list"


def test_good_photos_among_them_come_in_with_their_face(taken: Run) -> None:
    good = [one for one in taken.outcomes() if one.made.faces]
    assert len(good) > 160
    assert [one.made.path for one in good if not one.faces] == []


def test_every_kind_is_there(taken: Run) -> None:
    expected = Counter(str(one.expected) for one in taken.made)
    assert expected["refused"] > 400
    assert expected["taken in"] > 200
    codes = {refusal.code for refusal in taken.report.failed}
    assert codes == set(RefusalCode) - {RefusalCode.INTERNAL, RefusalCode.OUT_OF_SPACE}


def test_reasons_are_sentences(taken: Run) -> None:
    for reason in {refusal.reason for refusal in taken.report.failed}:
        assert reason[0].isupper(), reason
        assert reason.endswith("."), reason
        assert not {"Error", "exception", "HEIF", "None"} & set(reason.split()), reason


def test_the_list_of_failures_has_all_of_them(taken: Run) -> None:
    listed = failures.listed(taken.library)
    assert {item.refusal.path for item in listed} == {item.path for item in taken.report.failed}


def test_taken_in_again_nothing_is_new_and_the_same_is_refused(taken: Run) -> None:
    before = photo_store.count(taken.library)
    again = taken.take_in(find_photos([taken.folder], taken.settings))
    assert (again.added, photo_store.count(taken.library)) == (0, before)
    assert _said(again.failed) == _said(taken.report.failed)


def test_uploaded_in_a_zip_they_fare_the_same(taken: Run) -> None:
    uploaded = [one for one in taken.made if one.data and one.path.startswith(UPLOADED)]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for one in uploaded:
            archive.writestr(one.path, one.data)
    report = taken.take_in(from_upload("bad.zip", stream, taken.settings))
    assert report.added == 0, "their bytes are known from the folder"
    inside = {refusal.path.removeprefix("bad.zip/"): refusal for refusal in report.failed}
    paths = {one.path for one in uploaded}
    for outcome in taken.outcomes():
        if outcome.made.path in paths and outcome.reasons:
            refusal = inside.pop(outcome.made.path)
            assert (refusal.code, refusal.reason) == (outcome.codes[0], outcome.reasons[0])
    # A ZIP with the name of a photo is one more, as it is in a folder.
    assert inside == {}


def test_what_is_only_small_or_blurry_can_be_taken_in_all_the_same(taken: Run) -> None:
    listed = failures.listed(taken.library)
    overruled = [
        item for item in listed if item.refusal.can_be_overruled and item.key.startswith(b"/")
    ]
    assert len(overruled) > 40
    # One of each shape: a network is made ready for every shape that comes often.
    wanted = list({item.refusal.reason: item for item in overruled}.values())
    report = taken.take_in(sources_again(taken.library, wanted, taken.settings), *OVERRULABLE)
    assert report.failed == []
    assert report.added + report.already_known == len(wanted)


def test_their_places_are_taken_out_or_they_are_not_passed_on(taken: Run) -> None:
    files = [one.data for one in taken.made if one.data and len(one.data) < 100_000]
    cleaned = Counter(without_place(data) is not None for data in files)
    assert min(cleaned[True], cleaned[False]) > 300


def _said(refused: Sequence[Refusal]) -> list[tuple[str, RefusalCode, str]]:
    return sorted((refusal.path, refusal.code, refusal.reason) for refusal in refused)
