"""Names go out as sidecars and come in again, for every orientation, with the real models."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
import small_library as small
from PIL import Image, ImageOps
from synthetic import encoded, put, sharp_pixels
from typer.testing import CliRunner

from gallery.cli.app import app
from gallery.config import Settings
from gallery.corrections import move, reject
from gallery.decisions import undo
from gallery.detect import overlap
from gallery.drawn import BY_HAND
from gallery.people import name_person
from gallery.pipeline import FaceModels, ingest
from gallery.records import IngestReport, Region
from gallery.regions import region_of
from gallery.sidecars import SidecarOptions, SidecarReport, write_sidecars
from gallery.sources import find_photos
from gallery.store import faces as face_store
from gallery.store import people, timeline
from gallery.store.library import Library, open_library
from gallery.store.photo_facts import all_ids
from gallery.workflow import group_if_needed
from gallery.xmp import read_xmp
from gallery.xmp_write import Facts, write_xmp

pytestmark = pytest.mark.models

ORIENTATIONS = range(1, 9)
# What undoes the turn of an orientation; the others undo themselves.
UNDONE = {6: 8, 8: 6}


def take_in(library: Library, folder: Path, models: FaceModels, settings: Settings) -> IngestReport:
    report = IngestReport()
    for _ in ingest(library, find_photos([folder], settings), models, settings, report):
        pass
    group_if_needed(library, settings, models.space)
    return report


def write_turned(source: Path, target: Path, orientation: int) -> None:
    """A photo that looks like the source and is stored turned."""
    with Image.open(source) as image:
        upright = image.convert("RGB")
    upright.thumbnail((640, 640))
    exif = Image.Exif()
    exif[0x0112] = UNDONE.get(orientation, orientation)
    stream = io.BytesIO()
    upright.save(stream, "PNG", exif=exif)
    stored = ImageOps.exif_transpose(Image.open(stream))
    exif[0x0112] = orientation
    target.parent.mkdir(parents=True, exist_ok=True)
    stored.save(target, "JPEG", exif=exif, quality=95)


@pytest.fixture(scope="module")
def portrait(album: Path) -> Path:
    return sorted((album / "portraits").glob("*.jpg"))[0]


@pytest.fixture(scope="module")
def turned(
    portrait: Path, models: FaceModels, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with `photos`, one of each orientation, and a `library` in which all are Ada."""
    root = tmp_path_factory.mktemp("turned")
    for orientation in ORIENTATIONS:
        write_turned(portrait, root / "photos" / f"{orientation}.jpg", orientation)
    library = open_library(root / "library")
    take_in(library, root / "photos", models, settings)
    faces = [
        max(face_store.of_photo(library, photo), key=lambda face: face.width)
        for photo in all_ids(library)
    ]
    move(library, [face.id for face in faces if face.id], None, name="Ada")
    library.close()
    return root


def beside(library: Library) -> SidecarReport:
    return write_sidecars(library, all_ids(library))


def boxes(library: Library) -> dict[str, tuple[float, float, float, float]]:
    """The box of the one named face of each photo, by the photo's name."""
    found = {}
    for tile in timeline.browse(library, limit=99):
        [named] = [f for f in face_store.of_photo(library, tile.id) if f.person_id is not None]
        found[tile.name] = named.box
    return found


def test_there_and_back_for_every_orientation(
    turned: Path, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    """Out of one library, into the next: the same face of every photo is the same person."""
    first = open_library(turned / "library")
    photos = Path(shutil.copytree(turned / "photos", tmp_path / "photos"))
    report = write_sidecars(first, all_ids(first), SidecarOptions(out=photos))
    assert (report.written, report.faces, report.left_out) == (8, 8, [])
    assert {path.name for path in photos.glob("*.xmp")} == {f"{n}.jpg.xmp" for n in ORIENTATIONS}
    second = small.empty(tmp_path / "second")
    taken = take_in(second, photos, models, settings)
    assert (taken.added, taken.named) == (8, 8)
    [ada] = [person for person in people.everyone(second) if person.name]
    assert (ada.label, ada.photos) == ("Ada", 8)
    assert len(small.confirmed(second)) == 8
    before, after = boxes(first), boxes(second)
    assert before.keys() == after.keys()
    assert all(before[name] == pytest.approx(after[name], abs=0.01) for name in before)
    assert small.sentences(second) == ["Took over 8 names of 1 person from the files of the photos"]
    again = write_sidecars(second, all_ids(second), SidecarOptions(out=photos))
    assert (again.written, again.unchanged) == (0, 8)
    undo(second)
    assert [person.name for person in people.everyone(second) if person.name] == []
    assert take_in(second, photos, models, settings).named == 0
    second.close()
    first.close()


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_region_without_a_detected_face_is_a_box_like_one_drawn_by_hand(
    orientation: int, models: FaceModels, settings: Settings, library: Library, tmp_path: Path
) -> None:
    """At the top right as one sees it, of a picture in which no detector sees a face."""
    source = tmp_path / "source.png"
    Image.fromarray(sharp_pixels(3, 400, 300)).save(source)
    photo = tmp_path / "photos" / "a.jpg"
    write_turned(source, photo, orientation)
    box = (300.0, 15.0, 380.0, 105.0)
    region = region_of("Ben", box, orientation, 400, 300)
    put(Path(f"{photo}.xmp"), write_xmp(None, Facts(400, 300, orientation, faces=(region,))))
    report = take_in(library, photo.parent, models, settings)
    assert (report.faces, report.named) == (1, 1)
    [face] = face_store.of_photo(library, all_ids(library)[0])
    assert face.id is not None
    assert face.box == pytest.approx(box, abs=0.01)
    assert face_store.detectors_of(library, [face.id]) == {face.id: BY_HAND}
    assert len(face_store.vectors_of(library, models.space, [face.id])) == 1
    assert small.owners(library) == small.confirmed(library) == {face.id: face.person_id}
    undo(library)
    assert face_store.of_photo(library, all_ids(library)[0]) == []


def test_names_inside_the_file_itself_count_too(
    portrait: Path, models: FaceModels, settings: Settings, library: Library, tmp_path: Path
) -> None:
    """As Lightroom writes them into a JPEG; the box is larger than the detector's."""
    with Image.open(portrait) as image:
        upright = image.convert("RGB")
    upright.thumbnail((640, 640))
    upright.save(tmp_path / "plain.jpg", quality=95)
    take_in(library, tmp_path, models, settings)
    [face] = face_store.of_photo(library, all_ids(library)[0])
    x, y = (face.box[0] + face.box[2]) / 2 / upright.width, 0.0
    y = (face.box[1] + face.box[3]) / 2 / upright.height
    wide, high = 1.6 * face.width / upright.width, 1.6 * face.height / upright.height
    packet = write_xmp(None, Facts(*upright.size, faces=(Region("Ada", x, y, wide, high),)))
    (tmp_path / "told").mkdir()
    upright.save(tmp_path / "told" / "b.jpg", quality=94, xmp=packet)
    report = take_in(library, tmp_path / "told", models, settings)
    assert (report.faces, report.named) == (1, 1)
    [named] = face_store.of_photo(library, all_ids(library)[1])
    assert overlap(named.box, face.box) > 0.8


def told(folder: Path, index: int, *names: str) -> Path:
    """A photo without faces and a sidecar that names some all the same, side by side."""
    photo = folder / f"{index}.png"
    photo.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sharp_pixels(index, 400, 300)).save(photo)
    faces = tuple(Region(name, 0.15 + 0.3 * at, 0.5, 0.2, 0.3) for at, name in enumerate(names))
    put(Path(f"{photo}.xmp"), write_xmp(None, Facts(400, 300, faces=faces)))
    return photo


def labels(library: Library) -> list[str]:
    return sorted(person.label for person in people.everyone(library) if person.name)


def test_what_was_said_here_counts_for_more(
    models: FaceModels, settings: Settings, library: Library, tmp_path: Path
) -> None:
    told(tmp_path / "a", 1, "Anna", "Ben")
    take_in(library, tmp_path / "a", models, settings)
    anna, ben = sorted(people.everyone(library), key=lambda person: person.label)
    name_person(library, anna.id, "Anna Smith")
    # The same name, whatever the capitals, is the same person; a renamed one as well.
    told(tmp_path / "b", 2, "BEN", "anna")
    assert take_in(library, tmp_path / "b", models, settings).named == 2
    assert labels(library) == ["Anna Smith", "Ben"]
    assert {person.id: person.photos for person in people.everyone(library)} == {
        anna.id: 2,
        ben.id: 2,
    }
    # Nobody is in a photo twice, and of two Bens nobody knows which is meant.
    told(tmp_path / "c", 3, "Carl", "carl")
    take_in(library, tmp_path / "c", models, settings)
    carl = next(person for person in people.everyone(library) if person.label == "Carl")
    assert carl.photos == carl.faces == 1
    name_person(library, carl.id, "Ben", not_same=ben.id)
    told(tmp_path / "d", 4, "Ben")
    assert take_in(library, tmp_path / "d", models, settings).named == 0
    [face] = face_store.of_photo(library, all_ids(library)[-1])
    assert face.person_id is None or not small.confirmed(library).get(face.id or 0)


def test_a_run_that_was_cut_short_loses_no_name(
    models: FaceModels,
    settings: Settings,
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told(tmp_path, 1, "Anna")
    with monkeypatch.context() as patch:
        patch.setattr("gallery.pipeline.take_names", lambda _library: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take_in(library, tmp_path, models, settings)
    assert labels(library) == []
    assert take_in(library, tmp_path, models, settings).named == 1
    assert labels(library) == ["Anna"]


def test_sidecars_beside_the_originals_are_added_to(
    models: FaceModels, settings: Settings, library: Library, tmp_path: Path
) -> None:
    photos = [told(tmp_path / "photos", index, "Anna", "Ben") for index in (1, 2)]
    first, second = (Path(f"{photo}.xmp") for photo in photos)
    take_in(library, tmp_path / "photos", models, settings)
    second.unlink()
    plain = put(tmp_path / "photos" / "plain.png", encoded(sharp_pixels(9, 400, 300), "PNG"))
    take_in(library, plain, models, settings)
    report = beside(library)
    assert (report.written, report.unchanged, report.faces) == (1, 1, 4)
    assert report.nothing_known == 1
    assert not Path(f"{plain}.xmp").exists()
    first.write_bytes(first.read_bytes().replace(b"Anna", b"Eve"))
    again = beside(library)
    assert (again.written, again.unchanged) == (1, 1)
    assert b"Anna" in first.read_bytes()
    assert b"Eve" not in first.read_bytes()
    first.write_bytes(b"no xml")
    photos[1].write_bytes(b"another photo by now")
    refused = beside(library)
    assert refused.written == 0
    broken, gone = refused.left_out
    assert broken.path == str(photos[0])
    assert "left as it is" in broken.reason
    assert first.read_bytes() == b"no xml"
    assert "--out" in gone.reason


def test_a_sidecar_shared_with_a_raw_file_is_left_alone(
    models: FaceModels, settings: Settings, library: Library, tmp_path: Path
) -> None:
    photo = told(tmp_path, 1, "Anna")
    shared = photo.with_suffix(".xmp")
    Path(f"{photo}.xmp").rename(shared)
    photo.with_suffix(".CR2").write_bytes(b"raw")
    take_in(library, tmp_path, models, settings)
    before = shared.read_bytes()
    name_person(library, people.everyone(library)[0].id, "Anna Smith")
    assert beside(library).written == 1
    assert shared.read_bytes() == before
    own = read_xmp(Path(f"{photo}.xmp").read_bytes())
    assert own.regions is not None
    assert [face.name for face in own.regions.faces] == ["Anna Smith"]


def test_a_name_that_was_taken_away_goes_out_of_the_sidecar(
    models: FaceModels, settings: Settings, library: Library, tmp_path: Path
) -> None:
    photo = told(tmp_path, 1, "Anna", "Ben")
    take_in(library, tmp_path, models, settings)
    anna, _ = sorted(people.everyone(library), key=lambda person: person.label)
    reject(library, small.faces_of(library, anna.id), anna.id)
    beside(library)
    left = read_xmp(Path(f"{photo}.xmp").read_bytes()).regions
    assert left is not None
    assert [face.name for face in left.faces] == ["Ben"]


def test_the_command(turned: Path, tmp_path: Path) -> None:
    photo, library = turned / "photos" / "1.jpg", str(turned / "library")
    call = ["export", "xmp", str(photo), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, [*call, "--library", library, "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {
        "written": 1, "unchanged": 0, "nothing_known": 0, "faces": 1, "left_out": [],
    }  # fmt: skip
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["1.jpg.xmp"]
    assert CliRunner().invoke(app, ["export", "xmp", "--library", library]).exit_code == 2
