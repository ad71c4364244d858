"""A library's faces as a data set: rows that can be checked by hand, crops, vectors."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import small_library as small
from small_library import Seen
from synthetic import SPACE, add_faces, add_photo, encoded, random_units, sharp_pixels

from gallery.boxes import add_face
from gallery.cli import main
from gallery.config import Settings, load_settings
from gallery.corrections import confirm
from gallery.dataset.columns import COLUMNS, crop_path
from gallery.dataset.export import DatasetOptions, Exported, export_dataset
from gallery.embed import embed_crops
from gallery.errors import ExportError
from gallery.people import hide, ignore, name_person
from gallery.pipeline import FaceModels, ingest
from gallery.records import IngestReport, Metadata, Progress
from gallery.sources import find_photos
from gallery.store import faces as face_store
from gallery.store import people, photos
from gallery.store.library import Library, open_library
from gallery.workflow import group_library

Row = dict[str, str]


def read(folder: Path) -> list[Row]:
    with (folder / "metadata.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def crop(folder: Path, row: Row) -> np.ndarray:
    bgr = cv2.imread(str(folder / row["crop"]), cv2.IMREAD_COLOR)
    assert bgr is not None
    return bgr[:, :, ::-1]


@pytest.fixture
def made_up(library: Library) -> Library:
    """Ada with 4 faces, Person 2 with 3 of which one is confirmed, Person 3 with 2."""
    small.album(library, 4, 3, 2)
    first, second, third = people.everyone(library)
    name_person(library, first.id, "=Ada;-1")
    confirm(library, second.id, people.face_ids(library, second.id)[:1])
    ignore(library, third.id)
    _put_originals(library)
    return library


def _put_originals(library: Library) -> None:
    """The rows of made up photos name originals; here are the files."""
    ids = face_store.embedded(library, SPACE).photo_ids
    for id in sorted(set(ids)):
        photo = photos.get(library, id)
        assert photo is not None
        data = encoded(sharp_pixels(id, 400, 300))
        library.media.put(f"originals/{photo.name}", data)


def export(library: Library, out: Path, **options: Any) -> Exported:
    return export_dataset(library, SPACE, Settings(), out, DatasetOptions(**options))


def test_a_row_is_what_is_known_of_a_face(library: Library, tmp_path: Path) -> None:
    taken = datetime(2024, 5, 4, 1, 12, tzinfo=UTC)
    metadata = Metadata(taken_at=taken, taken_offset=480, keywords=("Beijing", "-5 °C"))
    with library.write() as connection:
        photo = add_photo(library, connection, "=a.jpg", metadata=metadata)
        add_faces(library, connection, photo, random_units(0, 2))
        add_photo(library, connection, "nobody.jpg")
    _put_originals(library)
    small.regroup(library)
    [first, _] = people.everyone(library)
    name_person(library, first.id, "@Ada")
    hide(library, first.id)
    written = export(library, tmp_path / "out")
    one, other = read(tmp_path / "out")
    added = photos.get(library, photo)
    assert added is not None
    assert list(one) == [column.name for column in COLUMNS]
    assert one == {
        "crop": "crops/000/000001.png", "face_id": "1", "photo_id": "1", "sha256": added.sha256,
        "path": "/photos/=a.jpg", "photo_width": "400", "photo_height": "300",
        "faces_in_photo": "2", "x0": "10.0", "y0": "20.0", "x1": "60.0", "y1": "70.0",
        "score": "0.99", "detector": "detector",
        "right_eye_x": "25.0", "right_eye_y": "40.0", "left_eye_x": "45.0", "left_eye_y": "40.0",
        "nose_x": "35.0", "nose_y": "50.0", "right_mouth_x": "27.0", "right_mouth_y": "58.5",
        "left_mouth_x": "43.0", "left_mouth_y": "58.5",
        "person_id": "1", "person": "'@Ada", "named": "true", "confirmed": "true",
        "hidden": "true", "ignored": "false", "tags": '["-5 °C", "Beijing"]',
        "taken_at": "2024-05-04T09:12:00", "taken_offset": "480",
        "added_at": added.added_at.replace(microsecond=0).isoformat(),
        "size": "50.0", "sharpness": "80.0", "yaw": "1.0", "pitch": "2.0", "roll": "3.0",
        "quality": "0.9",
    }  # fmt: skip
    assert (other["person"], other["named"], other["confirmed"]) == ("Person 2", "false", "false")
    contents = written.contents
    assert (contents.photos, contents.faces, contents.people, contents.confirmed) == (1, 2, 2, 1)


@pytest.mark.parametrize(
    ("which", "labels"),
    [
        ("all", ["'=Ada;'-1"] * 4 + ["Person 2"] * 3 + ["Person 3"] * 2),
        ("people", ["'=Ada;'-1"] * 4 + ["Person 2"] * 3),
        ("confirmed", ["'=Ada;'-1"] * 4 + ["Person 2"]),
    ],
)
def test_whose_faces(made_up: Library, tmp_path: Path, which: str, labels: list[str]) -> None:
    export(made_up, tmp_path / "out", faces=which)
    assert sorted(row["person"] for row in read(tmp_path / "out")) == labels


def test_vectors_are_row_by_row(made_up: Library, tmp_path: Path) -> None:
    export(made_up, tmp_path / "out", faces="people")
    rows, vectors = read(tmp_path / "out"), np.load(tmp_path / "out" / "embeddings.npy")
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(rows), SPACE.dim)
    of = face_store.vectors_of(made_up, SPACE, [int(row["face_id"]) for row in rows])
    for row, vector in zip(rows, vectors, strict=True):
        assert vector.tolist() == of[int(row["face_id"])].tolist()


def test_parquet_says_the_same(made_up: Library, tmp_path: Path) -> None:
    from pyarrow import parquet

    export(made_up, tmp_path / "one")
    export(made_up, tmp_path / "other", format="parquet")
    table = parquet.read_table(tmp_path / "other" / "metadata.parquet")
    assert table.column("crop").to_pylist() == [row["crop"] for row in read(tmp_path / "one")]
    assert set(table.column("person").to_pylist()) == {"=Ada;-1", "Person 2", "Person 3"}
    assert "read_parquet" in (tmp_path / "other" / "README.md").read_text(encoding="utf-8")


def test_the_readme_says_what_it_is(made_up: Library, tmp_path: Path) -> None:
    small.add(made_up, [Seen(4)], seed=5)  # without an original
    written = export(made_up, tmp_path / "out")
    text = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    for part in ("personal data", SPACE.name, "9 faces of 9 photos, 3 people, 7 of the faces"):
        assert part in text
    for column in COLUMNS:
        assert f"| `{column.name}` |" in text
    [left] = written.contents.left_out
    assert f"- `{left.path}`: The original cannot be read now" in text


def test_originals_that_cannot_be_read_are_left_out_with_their_reason(
    made_up: Library, tmp_path: Path
) -> None:
    _, second, third = sorted(set(face_store.embedded(made_up, SPACE).photo_ids))[:3]
    for id, data in ((second, None), (third, b"\xff\xd8\xff\xe0 broken")):
        photo = photos.get(made_up, id)
        assert photo is not None
        made_up.media.remove(f"originals/{photo.name}")
        if data is not None:
            made_up.media.put(f"originals/{photo.name}", data)
    steps: list[Progress] = []
    written = export_dataset(made_up, SPACE, Settings(), tmp_path / "out", on_progress=steps.append)
    assert [step.done for step in steps] == list(range(1, 10))
    assert steps[-1].note == "7 faces"
    gone, broken = written.contents.left_out
    assert (gone.photo_id, gone.faces) == (second, 1)
    assert "cannot be read now" in gone.reason
    assert (broken.photo_id, "damaged" in broken.reason or "cut short" in broken.reason) == (
        third,
        True,
    )
    rows = read(tmp_path / "out")
    assert {int(row["photo_id"]) for row in rows}.isdisjoint({second, third})
    assert len(np.load(tmp_path / "out" / "embeddings.npy")) == len(rows) == 7


def test_nothing_to_write_is_said(library: Library, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no such face"):
        export(library, tmp_path / "out")
    small.album(library, 2)
    with pytest.raises(ExportError, match="no such face"):
        export(library, tmp_path / "out", faces="confirmed")
    with pytest.raises(ExportError, match="No original could be read"):
        export(library, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["library"]


def test_crops_lie_by_the_thousand() -> None:
    assert crop_path(7) == "crops/000/000007.png"
    assert crop_path(1_234_567) == "crops/1234/1234567.png"


@pytest.fixture(scope="module")
def few(
    album: Path, models: FaceModels, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    """Four photos of the album, one of them turned, one with two people, one with tags."""
    folder = tmp_path_factory.mktemp("few")
    for name in (
        "portraits/eileen-collins-turned-6.jpg",
        "portraits/two-portraits.jpg",
        "white-house/2010-blue-room-obama.jpg",
        "a-day-in-beijing/tower.jpg",
    ):
        (folder / "photos").mkdir(exist_ok=True)
        shutil.copy(album / name, folder / "photos")
    library = open_library(folder / "library")
    found = find_photos([folder / "photos"], settings)
    for _ in ingest(library, found, models, settings, IngestReport()):
        pass
    group_library(library, settings, models.space)
    yield library
    library.close()


@pytest.mark.models
def test_a_crop_gives_its_vector_again(
    few: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    [photo] = [p for p in (photos.get(few, id) for id in range(1, 5)) if p and "obama" in p.name]
    # A box drawn by hand is cut at a scale of its own.
    drawn = add_face(few, photo.id, (20.0, 400.0, 60.0, 460.0), models, settings)
    written = export_dataset(few, models.space, settings, tmp_path / "out")
    rows = read(tmp_path / "out")
    assert (written.contents.photos, len(rows)) == (3, 5)
    vectors = np.load(tmp_path / "out" / "embeddings.npy")
    again = embed_crops([crop(tmp_path / "out", row) for row in rows], models.embedder)
    assert np.sum(vectors * again, axis=1) == pytest.approx(1, abs=1e-4)
    assert {crop(tmp_path / "out", row).shape for row in rows} == {(112, 112, 3)}
    by_hand = [row for row in rows if row["detector"] == "by-hand"]
    assert [int(row["face_id"]) for row in by_hand] == [drawn.id]


@pytest.mark.models
def test_rows_of_the_album_by_hand(
    few: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    """In the picture of two, the astronaut's face is on the left, the admiral's on the right."""
    export_dataset(few, models.space, settings, tmp_path / "out")
    rows = read(tmp_path / "out")
    turned, *_ = (row for row in rows if row["path"].endswith("turned-6.jpg"))
    assert (turned["photo_width"], turned["photo_height"]) == ("512", "512")
    # As the picture is shown: the astronaut's head is in the upper middle.
    assert 170 < float(turned["x0"]) < 190
    assert 40 < float(turned["y0"]) < 70
    assert float(turned["right_eye_x"]) < float(turned["nose_x"]) < float(turned["left_eye_x"])
    two = [row for row in rows if row["path"].endswith("two-portraits.jpg")]
    left, right = sorted(two, key=lambda row: float(row["x0"]))
    assert (left["faces_in_photo"], right["faces_in_photo"]) == ("2", "2")
    assert float(left["x1"]) < 480 < float(right["x0"])
    assert left["person_id"] == turned["person_id"] != right["person_id"]


@pytest.mark.models
def test_a_killed_export_leaves_nothing_that_looks_finished(few: Library, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = (
        "import os, signal, sys\n"
        "from gallery.dataset import export\n"
        "export.describe = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from gallery.cli import main\n"
        "main(sys.argv[1:])"
    )
    call = ["export", "dataset", "--library", str(few.root), "--out", str(out)]
    killed = subprocess.run([sys.executable, "-c", code, *call], check=False, timeout=100)
    assert killed.returncode == -signal.SIGKILL
    assert not out.exists()
    assert len(list(tmp_path.iterdir())) == 1, "a temporary folder"


def command(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    load_settings.cache_clear()
    capsys.readouterr()
    with pytest.raises(SystemExit) as stop:
        main(["export", "dataset", *map(str, arguments)])
    said = capsys.readouterr()
    return int(stop.value.code or 0), said.out, said.err


def test_the_command(made_up: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = photos.get(made_up, 1)
    assert name is not None
    made_up.media.remove(f"originals/{name.name}")
    out = tmp_path / "out"
    call = ("--library", made_up.root, "--out", out)
    code, said, _ = command(capsys, *call, "--json")
    document = json.loads(said)
    assert (code, document.pop("seconds") > 0) == (0, True)
    assert document == {
        "out": str(out), "format": "csv", "space": SPACE.name, "photos": 8, "faces": 8,
        "people": 3, "confirmed": 6, "without_vector": 0,
        "left_out": [
            {
                "photo": 1, "path": name.places[0], "faces": 1,
                "reason": "The original cannot be read now: it was moved or changed, or its disk "
                "is not there.",
            }
        ],
    }  # fmt: skip
    code, said, error = command(capsys, *call)
    assert (code, said) == (1, "")
    assert "is not empty" in error
    code, said, error = command(capsys, *call, "--overwrite", "--faces", "people")
    assert said.startswith(f"6 faces of 6 photos, 2 people, written to {out}\n1 photo left out:")
    assert "personal data" in error
    assert command(capsys, *call, "--zip", "--format", "parquet")[0] == 0
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert "out/metadata.parquet" in archive.namelist()
    assert command(capsys, *call, "--faces", "some")[0] == 2
    assert command(capsys, "--library", made_up.root)[0] == 2
