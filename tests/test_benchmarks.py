from __future__ import annotations

import hashlib
import importlib
import itertools
import json
import math
import shutil
import tarfile
from io import BytesIO
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from gallery.evaluate.pairs import PairList
from gallery.pipeline import FaceModels

pytestmark = pytest.mark.usefixtures("benchmarks")


@pytest.fixture
def made_photos() -> ModuleType:
    return importlib.import_module("made_photos")


@pytest.fixture
def contestants() -> ModuleType:
    return importlib.import_module("contestants")


@pytest.fixture
def benchmark() -> ModuleType:
    return importlib.import_module("ingest")


@pytest.fixture(scope="module")
def little_lfw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six people with two pictures each, of plain noise: nothing here looks for faces."""
    root = tmp_path_factory.mktemp("lfw") / "lfw-deepfunneled"
    draw = np.random.default_rng(1)
    for person, number in itertools.product("ABCDEF", (1, 2)):
        folder = root / f"Person_{person}"
        folder.mkdir(parents=True, exist_ok=True)
        pixels = draw.integers(0, 256, (250, 250, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"Person_{person}_{number:04d}.jpg")
    return root


def _hashes(folder: Path) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())]


def test_the_same_seed_gives_the_same_files(
    made_photos: ModuleType, little_lfw: Path, tmp_path: Path
) -> None:
    lfw = made_photos.Lfw(little_lfw)
    for name, count, seed in (("once", 2, 3), ("again", 1, 3), ("other", 2, 4)):
        (tmp_path / name).mkdir()
        made_photos.make_photos(tmp_path / name, lfw, count, seed)
    once, again, other = (_hashes(tmp_path / name) for name in ("once", "again", "other"))
    assert once[:1] == again, "the first photos do not depend on how many there are"
    assert not set(once) & set(other)


def test_made_photos_are_photos_of_twelve_megapixels(
    made_photos: ModuleType, little_lfw: Path, tmp_path: Path
) -> None:
    lfw = made_photos.Lfw(little_lfw)
    [made] = made_photos.make_photos(tmp_path, lfw, 1, 0)
    assert 2e6 < made.path.stat().st_size < 6e6
    with Image.open(made.path) as image:
        assert (image.format, image.size) == ("JPEG", (4000, 3000))
        assert image.getexif().get_ifd(0x8769)[0x9003].startswith("2020:05:01")


def test_every_number_of_faces_comes_equally_often_and_nobody_twice(
    made_photos: ModuleType, little_lfw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The places are what is asked about: pictures of a fraction of the size will do.
    monkeypatch.setattr(made_photos, "_write", lambda path, pixels, taken_at: None)
    monkeypatch.setattr(made_photos, "WIDTH", 400)
    monkeypatch.setattr(made_photos, "HEIGHT", 300)
    lfw = made_photos.Lfw(little_lfw)
    made = made_photos.make_photos(tmp_path, lfw, 4, 0, (25, 90))
    assert sorted(len(photo.faces) for photo in made) == [1, 2, 3, 4]
    people = [face.source.partition("/")[0] for photo in made for face in photo.faces][:6]
    assert len(set(people)) == 6, "LFW's people come again only when all have been used"


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", range(5))
def test_squares_lie_inside_and_apart(made_photos: ModuleType, count: int, seed: int) -> None:
    squares = made_photos.place_squares(count, np.random.default_rng(seed))
    assert len(squares) == count
    for left, top, side in squares:
        assert 250 <= side <= 900
        assert 0 <= left <= made_photos.WIDTH - side
        assert 0 <= top <= made_photos.HEIGHT - side
    for (left, _, side), (other, _, _) in itertools.pairwise(sorted(squares)):
        assert left + side <= other


@pytest.mark.parametrize("sides", [(0, 100), (500, 400), (250, 1001)])
def test_squares_that_cannot_be_are_refused(
    made_photos: ModuleType, sides: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match="sides must rise and be within 1 to 1000"):
        made_photos.place_squares(4, np.random.default_rng(0), sides)


def test_ground_truth_is_the_middle_of_what_was_pasted(
    made_photos: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        made_photos, "background", lambda draw: np.zeros((3000, 4000, 3), dtype=np.float32)
    )
    monkeypatch.setattr(made_photos, "sensor_noise", lambda draw: np.float32(0))
    stream = BytesIO()
    Image.new("RGB", (250, 250), "white").save(stream, "PNG")
    pixels, [face] = made_photos.compose(
        [("A/A_0001.jpg", stream.getvalue())], np.random.default_rng(2), (400, 400)
    )
    rows, columns = np.nonzero(pixels[:, :, 0])
    assert (columns.min() + columns.max()) / 2 == pytest.approx(face.x, abs=1)
    assert (rows.min() + rows.max()) / 2 == pytest.approx(face.y, abs=1)
    assert face.size == pytest.approx(400 * made_photos.FACE_SHARE)
    assert pixels[round(face.y), round(face.x)].min() >= 254


def test_the_mask_has_no_edge(made_photos: ModuleType) -> None:
    mask = made_photos.soft_mask(300)
    assert mask[150, 150] == 1
    assert max(mask[0].max(), mask[:, 0].max(), mask[-1].max(), mask[:, -1].max()) == 0
    assert np.abs(np.diff(mask, axis=0)).max() < 0.06


def test_lfw_from_the_archive_is_lfw_from_the_folder(
    made_photos: ModuleType, little_lfw: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "lfw-deepfunneled.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(little_lfw, arcname="lfw-deepfunneled")
    places = (little_lfw, little_lfw.parent, archive, tmp_path)
    sources = [made_photos.Lfw(place) for place in places]
    assert [source.place for source in sources] == [little_lfw, little_lfw, archive, archive]
    names = sources[0].names
    assert len(names) == 12
    assert all(source.names == names for source in sources)
    assert all(source.read(names) == sources[0].read(names) for source in sources)


def test_a_place_without_lfw_is_named(made_photos: ModuleType, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(FileNotFoundError, match="LFW is not at"):
            made_photos.Lfw(place)


def _box(x: float, y: float) -> tuple[float, float, float, float]:
    return x - 30, y - 40, x + 30, y + 40


@pytest.mark.parametrize(
    ("boxes", "found", "others"),
    [
        pytest.param([], (), 0, id="nothing found"),
        pytest.param([_box(500, 500)], (0,), 0, id="exactly there"),
        pytest.param([_box(451, 500)], (0,), 0, id="just within half the size"),
        pytest.param([_box(449, 500)], (), 1, id="just outside"),
        pytest.param([_box(540, 540)], (), 1, id="outside on the diagonal"),
        pytest.param([_box(500, 500), _box(510, 500)], (0,), 1, id="second box on one face"),
        pytest.param([_box(500, 500), _box(2000, 2000)], (0,), 1, id="a bystander"),
        pytest.param([_box(580, 500), _box(500, 500)], (0, 1), 0, id="both"),
        pytest.param([_box(540, 500), _box(545, 500)], (0, 1), 0, id="both between, one each"),
        pytest.param([(0.0, 0.0, 4000.0, 3000.0)], (), 1, id="the whole photo"),
    ],
)
def test_match_faces(
    made_photos: ModuleType,
    boxes: list[tuple[float, float, float, float]],
    found: tuple[int, ...],
    others: int,
) -> None:
    placed = [
        made_photos.PlacedFace(500, 500, 100, "A/A_0001.jpg"),
        made_photos.PlacedFace(580, 500, 70, "B/B_0001.jpg"),
    ]
    assert made_photos.match_faces(boxes, placed) == made_photos.Match(found, others)


def test_deepfaces_whole_photo_is_not_a_face(contestants: ModuleType) -> None:
    whole = {"facial_area": {"x": 0, "y": 0, "w": 3999, "h": 2999}, "face_confidence": 0.0}
    face = {"facial_area": {"x": 10, "y": 20, "w": 30, "h": 40}, "face_confidence": 0.91}
    assert contestants.boxes_of_deepface([whole]) == []
    assert contestants.boxes_of_deepface([face]) == [(10, 20, 40, 60)]


@pytest.mark.parametrize(
    ("only", "precision", "bf16", "expected"),
    [
        (None, None, True, ["ours-f32", "ours-bf16", "deepface", "face_recognition"]),
        (None, None, False, ["ours-f32", "deepface", "face_recognition"]),
        (None, "f32", True, ["ours-f32", "deepface", "face_recognition"]),
        ("ours", "bf16", False, ["ours-bf16"]),
        ("ours", None, True, ["ours-f32", "ours-bf16"]),
        ("deepface", None, True, ["deepface"]),
        ("face_recognition", "f32", True, ["face_recognition"]),
    ],
)
def test_who_takes_part(
    benchmark: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    only: str | None,
    precision: str | None,
    bf16: bool,
    expected: list[str],
) -> None:
    monkeypatch.setattr(benchmark, "has_bf16", lambda: bf16)
    assert benchmark.choose_contestants(only, precision) == expected


def test_rounds_begin_with_another_contestant_each(
    benchmark: ModuleType,
    contestants: ModuleType,
    made_photos: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs = []

    def run_apart(job: object, folder: Path) -> object:
        jobs.append(job)
        return contestants.Result(1.0, [[]], 1.0)

    monkeypatch.setattr(benchmark, "run_apart", run_apart)
    photos = [made_photos.MadePhoto(Path(name), ()) for name in ("warm.jpg", "timed.jpg")]
    benchmark.run_rounds(["ours-f32", "deepface"], photos, 3, None)
    first, second, third = (
        [job.contestant for job in jobs[start : start + 2]] for start in (0, 2, 4)
    )
    assert first == third == ["ours-f32", "deepface"]
    assert second == ["deepface", "ours-f32"]
    assert all((job.warm_up, job.photos) == ("warm.jpg", ["timed.jpg"]) for job in jobs)
    assert [job.stages for job in jobs] == [True, False, False, False, False, False]


def test_ratios_are_taken_within_a_round(
    benchmark: ModuleType, contestants: ModuleType, made_photos: ModuleType
) -> None:
    def results(*seconds: float) -> list[object]:
        return [contestants.Result(value, [[_box(500, 500)]], 10.0) for value in seconds]

    # In the second round the machine was busy with something else throughout.
    by_name = {"ours-f32": results(1, 3, 1), "deepface": results(4, 12, 5)}
    photo = made_photos.MadePhoto(
        Path("one.jpg"), (made_photos.PlacedFace(500, 500, 150, "A/A_0001.jpg"),)
    )
    report = benchmark.summary(by_name, [photo])
    assert report["ratio_to_deepface"] == 4
    assert report["ratio_to_deepface_bf16"] is None
    assert report["faces_placed"] == 1
    ours = report["contestants"]["ours-f32"]
    assert (ours["photos_per_second"], ours["faces_found"], ours["others_found"]) == (1, 1, 0)
    assert ours["found_by_size"] == {"under 200 px": 1, "200 to 300 px": 0, "over 300 px": 0}


def test_a_contestant_that_is_not_installed_is_said_to_be(
    benchmark: ModuleType,
    little_lfw: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(benchmark, "is_installed", lambda name: False)
    assert benchmark.main(["--lfw", str(little_lfw), "--only", "face_recognition"]) == 1
    assert "pip install face_recognition" in capsys.readouterr().err


@pytest.mark.lfw
@pytest.mark.models
@pytest.mark.usefixtures("models")
def test_a_small_run_of_ours(
    benchmark: ModuleType, lfw: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--lfw", str(lfw), "--photos", "2", "--rounds", "1", "--only", "ours"]
    assert benchmark.main([*arguments, "--precision", "f32", "--threads", "1", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    ours = report["contestants"]["ours-f32"]
    assert list(report["contestants"]) == ["ours-f32"]
    assert ours["faces_found"] == report["faces_placed"] >= 2
    assert ours["photos_per_second"] > 0
    assert 100 < ours["peak_memory_mb"] < 4000
    assert report["ratio_to_deepface"] is None
    assert report["settings"]["lfw"] == str(lfw)
    assert report["machine"]["threads"] == 1
    stages = ours["stages_ms_per_photo"]
    assert min(stages.values()) > 0
    assert math.isclose(stages.pop("total"), sum(stages.values()))
    importlib.import_module("ingest_table").print_table(report)
    assert "ours-f32" in capsys.readouterr().out


def test_made_faces_are_as_alike_as_those_of_lfw() -> None:
    made_faces = importlib.import_module("made_faces")
    faces = made_faces.make_faces(8000, seed=1)
    found = made_faces.likenesses(faces.vectors[faces.strong], faces.people[faces.strong])
    for name, value in made_faces.LFW.items():
        part = 0.5 if value < 0.1 else 0.2  # rare things vary, and rarer ones still more
        if value > 1e-5:
            assert found[name] == pytest.approx(value, rel=part), name
    assert np.bincount(faces.photos).max() == 2
    pairs = np.stack([faces.photos, faces.people])
    assert len(np.unique(pairs, axis=1).T) == 8000, "no person is in a photo twice"
    again = made_faces.make_faces(8000, seed=1)
    assert np.array_equal(faces.vectors, again.vectors)


def test_grouping_at_two_small_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    scale = importlib.import_module("scale")
    assert scale.main(["--sizes", "600", "300", "--no-adding", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [one["faces"] for one in document["results"]] == [300, 600]
    for one in document["results"]:
        seconds = one["seconds"]
        parts = [seconds[part] for part in ("neighbours", "linkage", "attach")]
        assert min(parts) > 0
        assert sum(parts) == pytest.approx(seconds["total"])
        assert one["recall"] == {"all": 1, "one_person": 1}, "few faces are searched exactly"
        assert one["bcubed_f"] > 0.9
        assert 30 < one["peak_memory_mb"] < 4000
    assert {name: len(values) for name, values in document["exponents"].items()} == {
        "clock": 1,
        "processor": 1,
    }
    scale.print_table(document)
    assert "growth exponents" in capsys.readouterr().out


def test_faces_searched_in_all_ways(capsys: pytest.CaptureFixture[str]) -> None:
    face_search = importlib.import_module("face_search")
    assert face_search.main(["--sizes", "2000", "--probes", "5", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    exact, codes, graph = document["results"]
    assert (exact["kind"], exact["chosen"], exact["recall_at_10"]) == ("exact", True, 1)
    assert [one["kind"] for one in (codes, graph)] == ["codes", "hnsw"]
    assert not codes["chosen"]
    assert codes["recall_at_10"] > 0.98
    assert graph["recall_at_10"] > 0.9
    assert graph["index_mb"] > codes["index_mb"] > exact["index_mb"] > 1
    face_search.print_table(document)
    assert "| 2,000 | exact * |" in capsys.readouterr().out


@pytest.fixture(scope="module")
def accuracy(benchmarks: Path) -> ModuleType:
    return importlib.import_module("accuracy")


def test_a_quick_look_has_both_kinds_of_pairs_of_every_fold(accuracy: ModuleType) -> None:
    pairs = PairList(
        photos=[Path(name) for name in "abcdef"],
        left=np.array([0, 1, 2, 3, 4, 5]),
        right=np.array([1, 2, 3, 4, 5, 0]),
        genuine=np.array([True, True, False, False, True, False]),
        fold=np.array([0, 0, 0, 0, 1, 1]),
    )
    found = accuracy.first_pairs(pairs, 1)
    shown = [
        (found.photos[left].name + found.photos[right].name, bool(same), int(fold))
        for left, right, same, fold in zip(
            found.left, found.right, found.genuine, found.fold, strict=True
        )
    ]
    assert shown == [("ab", True, 0), ("cd", False, 0), ("ef", True, 1), ("fa", False, 1)]
    assert len(accuracy.first_pairs(pairs, 2).left) == 6
    assert accuracy.first_pairs(accuracy.first_pairs(pairs, 1), 1).photos == found.photos


PAIRS = """left,right,same,fold
Hopper/portrait.jpg,Hopper/in-the-middle.png,1,0
Hopper/in-the-middle.png,Collins/portrait.png,0,0
Hopper/in-the-middle.png,Hopper/portrait.jpg,1,1
Hopper/portrait.jpg,Collins/portrait.png,0,1
Hopper/portrait.jpg,Nobody/coffee.png,0,1
"""


@pytest.fixture(scope="module")
def pictures(album: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people and nobody, by folder, and pairs of them.

    In one picture both are: DeepFace names Collins first, and Hopper is in the middle.
    """
    folder = tmp_path_factory.mktemp("accuracy") / "pictures"
    collins, hopper = (
        album / "portraits" / name for name in ("eileen-collins.png", "grace-hopper.jpg")
    )
    for name, file in {
        "Collins/portrait.png": collins,
        "Hopper/portrait.jpg": hopper,
        "Nobody/coffee.png": album / "things" / "coffee.png",
    }.items():
        (folder / name).parent.mkdir(parents=True)
        shutil.copy(file, folder / name)
    both = Image.new("RGB", (750, 250), "grey")
    with Image.open(collins) as aside, Image.open(hopper) as middle:
        both.paste(aside.crop((130, 0, 330, 200)).resize((250, 250)), (0, 0))
        both.paste(middle.crop((120, 40, 420, 340)).resize((250, 250)), (250, 0))
    both.save(folder / "Hopper" / "in-the-middle.png")
    (folder / "pairs.csv").write_text(PAIRS)
    return folder


@pytest.mark.models
def test_both_sides_are_scored_on_the_same_pairs(
    accuracy: ModuleType,
    pictures: Path,
    models: FaceModels,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--lfw", str(pictures), "--pairs", str(pictures / "pairs.csv")]
    arguments += ["--cache", str(tmp_path), "--detector", "retinaface"]
    arguments += ["--backend", "yunet", "no-such-detector"]
    assert accuracy.main([*arguments, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["pairs"], document["photos"], document["folds"]) == (5, 4, 2)
    assert "no-such-detector does not run here" in document["left_out"]["no-such-detector"]
    ours, deepface, anyway = document["results"]
    for one in (ours, deepface):
        # The photo of nobody is an error of the second fold, and nothing else is.
        assert one["missed"] == 1
        assert one["accuracy"] == pytest.approx((1 + 2 / 3) / 2, abs=1e-4)
        assert one["photos_per_second"] > 0
    assert anyway["name"] == deepface["name"] + ", enforce_detection=False"
    assert (anyway["missed"], anyway["embedded_whole"], anyway["accuracy"]) == (0, 1, 1)

    assert accuracy.main([*arguments, "--limit", "1", "--markdown"]) == 0
    head, line, *rows = capsys.readouterr().out.splitlines()
    assert "4 pairs in 2 folds, a quick look: the first 1 of each kind" in head
    assert [row.count("|") for row in (head, line, *rows)] == [8] * 4
    assert all(row.endswith("| 0 | - |") for row in rows), "all was known from the first run"
    assert accuracy.main([*arguments, "--no-speed"]) == 0
    text = capsys.readouterr().out
    assert "photos a second" not in text
    assert text.count("too few pairs") == 6
    assert "0 (1 embedded whole)" in text


def test_without_anybody_to_measure_it_says_why(
    accuracy: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert accuracy.main(["--lfw", str(tmp_path)]) == 1
    assert "no pairs.txt" in capsys.readouterr().err
