"""The real networks on real faces: what they find, and that every way to run them agrees."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import cv2
import numpy as np
import pytest

from gallery.config import Settings
from gallery.decode import decode
from gallery.detect import DetectOptions, detect_faces
from gallery.embed import crops_of, embed_crops, with_quality
from gallery.errors import ModelError
from gallery.models.facenet import FaceNet20180408, standardise
from gallery.models.loading import load_detector, load_embedder
from gallery.models.registry import find_card
from gallery.models.retinaface import anchors, decode_boxes, decode_landmarks, voted
from gallery.models.session import OnnxSession, OpenVINOSession, available_runtime, open_session
from gallery.models.sface import SFace
from gallery.models.weights import ensure, weights_path
from gallery.pipeline import FaceModels
from gallery.protocols import Detector
from gallery.records import DecodedPhoto, Face, Pixels, Vectors
from gallery.vectors import cosine, unit
from gallery.workflow import thresholds_of

pytestmark = pytest.mark.models

COLLINS = (
    "portraits/eileen-collins.png",
    "portraits/eileen-collins-close.jpg",
    "portraits/eileen-collins-turned-8.jpg",
    "copies/eileen-collins-smaller.jpg",
)
HOPPER = (
    "portraits/grace-hopper.jpg",
    "portraits/grace-hopper-grey.jpg",
    "portraits/grace-hopper-mirrored.jpg",
    "copies/grace-hopper-brighter.jpg",
)
OBAMA = (
    "white-house/2009-address-to-congress.jpg",
    "white-house/2010-blue-room-obama.jpg",
    "white-house/2012-portrait.jpg",
)
# Where the astronaut's features are in her 512 x 512 portrait, read off by eye.
ASTRONAUT = [(201, 100), (246, 103), (223, 127), (203, 140), (244, 141)]


def opened(album: Path, name: str) -> DecodedPhoto:
    return decode((album / name).read_bytes(), Settings(), longest_side=1600)


@pytest.fixture(scope="module")
def astronaut(album: Path) -> DecodedPhoto:
    return opened(album, COLLINS[0])


@pytest.fixture(scope="module")
def crops(album: Path, models: FaceModels) -> list[Pixels]:
    """The largest face of every picture above, for SFace."""
    photos = [opened(album, name) for name in (*COLLINS, *HOPPER, *OBAMA)]
    return [
        crops_of(photo, detect_faces(photo, models.detector, DetectOptions())[:1], models.embedder)[
            0
        ]
        for photo in photos
    ]


def assert_is_the_astronaut(face: Face, within: float = 9) -> None:
    assert face.landmarks is not None
    right_eye, left_eye, nose, right_mouth, left_mouth = face.landmarks
    assert right_eye[0] < nose[0] < left_eye[0], "the person's right eye is on the left"
    assert right_mouth[0] < left_mouth[0]
    assert max(right_eye[1], left_eye[1]) < nose[1] < min(right_mouth[1], left_mouth[1])
    far = np.hypot(*(face.landmarks - np.array(ASTRONAUT)).T)
    assert far.max() < within, f"landmarks {face.landmarks.tolist()} are off by {far.round(1)}"
    x0, y0, x1, y1 = face.box
    assert all(x0 < x < x1 and y0 < y < y1 for x, y in ASTRONAUT)
    assert 60 < face.width < 130
    assert 80 < face.height < 170


@pytest.mark.parametrize("name", ["retinaface", "yunet"])
def test_a_detector_finds_the_astronaut(
    settings: Settings, models: FaceModels, astronaut: DecodedPhoto, name: str
) -> None:
    detector = load_detector(name, settings)
    assert detector.name == name
    found = detector.detect(astronaut.pixels)
    assert len(found) == 1
    assert found[0].score > 0.9
    assert_is_the_astronaut(found[0])


@pytest.mark.parametrize("name", ["retinaface", "yunet"])
@pytest.mark.parametrize("scale", [0.25, 0.5, 2.0, 4.0])
def test_landmarks_are_in_the_pixels_of_the_picture_given(
    settings: Settings, models: FaceModels, astronaut: DecodedPhoto, name: str, scale: float
) -> None:
    pixels = np.asarray(cv2.resize(astronaut.pixels, None, fx=scale, fy=scale), np.uint8)
    found = load_detector(name, settings).detect(pixels)
    assert found
    assert_is_the_astronaut(found[0].scaled(1 / scale), within=12)


@pytest.mark.parametrize("name", ["retinaface", "yunet"])
@pytest.mark.parametrize("picture", ["animals/chelsea-the-cat.png", "things/brick-wall.png"])
def test_no_face_where_there_is_none(
    settings: Settings, models: FaceModels, album: Path, name: str, picture: str
) -> None:
    assert load_detector(name, settings).detect(opened(album, picture).pixels) == []


def test_landmarks_are_the_mean_of_all_anchors_that_saw_the_face() -> None:
    boxes = np.array(
        [(0, 0, 10, 10), (0, 0, 10, 8), (0, 0, 10, 4), (50, 50, 60, 60)], dtype=np.float32
    )
    points = np.arange(4, dtype=np.float32)[:, None, None] * np.ones((4, 5, 2), dtype=np.float32)
    scores = np.array([0.9, 0.3, 0.9, 0.9], dtype=np.float32)
    # The second shares 0.8 of the first and counts a third of it; the others are too far off.
    assert voted(0, boxes, points, scores) == pytest.approx(np.full((5, 2), 0.25))
    assert voted(3, boxes, points, scores) == pytest.approx(np.full((5, 2), 3.0))


@pytest.mark.parametrize("shape", [(1, 1), (16, 700), (64, 64), (33, 65)])
def test_retinaface_takes_any_shape(models: FaceModels, shape: tuple[int, int]) -> None:
    assert models.detector.detect(np.zeros((*shape, 3), np.uint8)) == []


def test_retinaface_decodes_offsets_by_hand() -> None:
    # One anchor of 16 x 16 around (4, 4): the first cell of stride 8.
    first = anchors(64, 64)[:1]
    assert first.tolist() == [[4, 4, 16, 16]]
    assert len(anchors(64, 64)) == 2 * (8 * 8 + 4 * 4 + 2 * 2)
    boxes = decode_boxes(np.array([[1, 0, 0, np.log(2) / 0.2]], np.float32), first)
    np.testing.assert_allclose(boxes, [[-2.4, -12, 13.6, 20]], atol=1e-4)
    points = decode_landmarks(np.array([[0, 0, 1, 1, -1, 0, 0, 2, 0, 0]], np.float32), first)
    np.testing.assert_allclose(
        points[0], [[4, 4], [5.6, 5.6], [2.4, 4], [4, 7.2], [4, 4]], atol=1e-5
    )


def test_a_blurred_copy_of_a_face_is_worth_less(
    models: FaceModels, album: Path, astronaut: DecodedPhoto
) -> None:
    blurred = replace(
        astronaut, pixels=np.asarray(cv2.GaussianBlur(astronaut.pixels, (0, 0), 4), np.uint8)
    )
    worth = []
    for photo in (astronaut, blurred):
        (face,) = with_quality(photo, detect_faces(photo, models.detector, DetectOptions()))
        assert face.quality is not None
        worth.append(face.quality.overall)
    assert worth[0] > 0.9
    assert worth[1] < 0.5


def rowwise(a: Vectors, b: Vectors) -> np.ndarray:
    return np.diag(cosine(a, b))


def test_both_runtimes_give_the_same_vectors(
    settings: Settings, models: FaceModels, crops: list[Pixels]
) -> None:
    path = weights_path(find_card("sface"), settings)
    by_openvino = SFace(OpenVINOSession(path, "f32", 0), "x").embed(crops)
    by_onnxruntime = SFace(OnnxSession(path, 2), "x").embed(crops)
    assert by_openvino.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(by_openvino, axis=1), 1, atol=1e-5)
    assert rowwise(by_openvino, by_onnxruntime).min() > 1 - 1e-5


def test_a_network_compiled_for_each_shape_keeps_few_and_says_the_same(
    settings: Settings, models: FaceModels
) -> None:
    path = weights_path(find_card("retinaface"), settings)
    each = OpenVINOSession(path, "f32", 0, shapes="each")
    any_shape = OpenVINOSession(path, "f32", 0, shapes="any")
    picture = np.random.default_rng(0).random((1, 3, 96, 160), dtype=np.float32)
    for width in (160, 128, 96, 64):
        narrow = np.ascontiguousarray(picture[..., :width])
        for ours, theirs in zip(each.run(narrow), any_shape.run(narrow), strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-4)
    assert (len(each._compiled), len(any_shape._compiled)) == (2, 1)


def test_shapes_in_turn_are_not_compiled_again_and_again(
    settings: Settings, models: FaceModels
) -> None:
    session = OpenVINOSession(weights_path(find_card("retinaface"), settings), "f32", 0)
    pictures = [np.zeros((1, 3, 64, 64 + 32 * more), np.float32) for more in range(6)]
    for _ in range(13):
        for picture in pictures:
            session.run(picture)
    kept = list(session._compiled)
    for picture in pictures:
        session.run(picture)
    assert sorted(session._compiled, key=str) == sorted(kept, key=str)
    assert None in kept
    assert len(kept) == 4


_SHORT_LIVED = """
import sys
import numpy as np
from pathlib import Path
from gallery.models.session import OpenVINOSession
crops = [np.full((1, 3, 112, 112), n, np.float32) for n in range(11)]
for _ in range(12):
    assert len(OpenVINOSession(Path(sys.argv[1]), "f32", 0).run_many(crops)) == 11
"""


def test_a_session_can_be_let_go_of_at_once(settings: Settings, models: FaceModels) -> None:
    """Its threads must not wait for Python while Python waits for them."""
    path = weights_path(find_card("sface"), settings)
    subprocess.run([sys.executable, "-c", _SHORT_LIVED, str(path)], check=True, timeout=120)


_FIRST_USE = """
import sys, threading
import numpy as np
from pathlib import Path
from gallery.models.session import OnnxSession, OpenVINOSession
path, blob = Path(sys.argv[2]), np.zeros((1, 3, 112, 112), np.float32)
session = OnnxSession(path, 2) if sys.argv[1] == "onnxruntime" else OpenVINOSession(path, "f32", 0)
start, done = threading.Barrier(8), []
def work():
    start.wait()
    done.append(session.run(blob))
threads = [threading.Thread(target=work, daemon=True) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(done) == 8
"""


@pytest.mark.parametrize("runtime", ["openvino", "onnxruntime"])
def test_many_threads_may_be_the_first_to_use_a_session(
    settings: Settings, models: FaceModels, runtime: str
) -> None:
    """They once waited for each other for ever, in one program of four."""
    path = str(weights_path(find_card("sface"), settings))
    for _ in range(5):
        subprocess.run([sys.executable, "-c", _FIRST_USE, runtime, path], check=True, timeout=60)


def test_both_runtimes_find_the_same_faces(
    settings: Settings, models: FaceModels, astronaut: DecodedPhoto
) -> None:
    found = [
        load_detector("retinaface", settings.with_changes(runtime=runtime)).detect(astronaut.pixels)
        for runtime in ("openvino", "onnxruntime")
    ]
    assert [len(faces) for faces in found] == [1, 1]
    assert found[0][0].box == pytest.approx(found[1][0].box, abs=0.01)


def test_one_by_one_equals_many_at_once_in_any_order(
    models: FaceModels, crops: list[Pixels]
) -> None:
    many = models.embedder.embed(crops)
    one_by_one = np.concatenate([models.embedder.embed([crop]) for crop in crops])
    backwards = models.embedder.embed(crops[::-1])[::-1]
    assert rowwise(many, one_by_one).min() > 1 - 1e-5
    assert rowwise(many, backwards).min() > 1 - 1e-5
    assert embed_crops([], models.embedder).shape == (0, 128)


def test_a_face_and_its_mirror_image_are_one_where_the_model_says_so(
    models: FaceModels, crops: list[Pixels]
) -> None:
    turned = [np.ascontiguousarray(crop[:, ::-1]) for crop in crops]
    assert models.space.alignment == "five-point-112-mirrored"
    vectors = embed_crops(crops, models.embedder)
    assert rowwise(vectors, embed_crops(turned, models.embedder)).min() > 1 - 1e-5
    plain, mirrored = models.embedder.embed(crops), models.embedder.embed(turned)
    assert rowwise(plain, mirrored).max() < 0.999
    assert rowwise(vectors, unit(plain + mirrored)).min() > 1 - 1e-5
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(crops)), abs=1e-5)


def test_runtimes_and_precisions_that_cannot_be(settings: Settings, tmp_path: Path) -> None:
    assert available_runtime(settings) == "openvino"
    with pytest.raises(ModelError, match="bf16 needs OpenVINO"):
        open_session(
            tmp_path / "x.onnx", settings.with_changes(runtime="onnxruntime", precision="bf16")
        )


def test_a_graph_that_cannot_be_read_is_explained(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(b"this is no graph")
    for runtime in ("openvino", "onnxruntime"):
        with pytest.raises(ModelError, match=r"net\.onnx cannot be loaded.*gallery models verify"):
            open_session(tmp_path / "net.onnx", settings.with_changes(runtime=runtime)).run(
                np.zeros((1, 3, 112, 112), np.float32)
            )


def test_the_same_person_is_alike_and_others_are_not(
    models: FaceModels, crops: list[Pixels]
) -> None:
    people = ["collins"] * len(COLLINS) + ["hopper"] * len(HOPPER) + ["obama"] * len(OBAMA)
    vectors = models.embedder.embed(crops)
    verify = thresholds_of("sface").verify
    for (i, a), (j, b) in combinations(enumerate(people), 2):
        similarity = float(vectors[i] @ vectors[j])
        assert (similarity > verify) is (a == b), f"{a} {i} and {b} {j}: {similarity:.3f}"


def test_turned_and_mirrored_photos_of_one_face_are_alike(
    models: FaceModels, album: Path, settings: Settings
) -> None:
    """All eight ways a camera may be held give the same crop, but for rounding."""
    from io import BytesIO

    from PIL import Image
    from PIL.Image import Transpose

    upright = Image.open(album / COLLINS[0]).convert("RGB")
    stored_as = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_90,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_270,
    }
    vectors = []
    for orientation in range(1, 9):
        stored = upright
        if orientation > 1:
            stored = upright.transpose(stored_as[orientation])
        exif = Image.Exif()
        exif[0x0112] = orientation
        stream = BytesIO()
        stored.save(stream, "JPEG", quality=90, exif=exif)
        photo = decode(stream.getvalue(), settings, longest_side=1600)
        (face,) = detect_faces(photo, models.detector, DetectOptions())
        assert_is_the_astronaut(face)
        vectors.append(models.embedder.embed(crops_of(photo, [face], models.embedder))[0])
    similarities = np.stack(vectors) @ np.stack(vectors).T
    assert similarities.min() > 0.98, similarities.round(3)


def test_sface_equals_deepfaces_own_client(
    settings: Settings, models: FaceModels, crops: list[Pixels]
) -> None:
    from gallery.models.deepface_models import DeepFaceEmbedder

    card = replace(find_card("sface"), deepface="SFace")
    theirs = DeepFaceEmbedder(card, "x", settings)
    assert (theirs.dim, theirs.alignment.name) == (128, "five-point-112")
    assert rowwise(theirs.embed(crops), models.embedder.embed(crops)).min() > 0.9999


def test_a_deepface_detector_behind_our_protocol(
    settings: Settings, models: FaceModels, astronaut: DecodedPhoto
) -> None:
    from gallery.models.deepface_models import DeepFaceDetector

    card = replace(find_card("yunet"), deepface="yunet")
    detector: Detector = DeepFaceDetector(card, settings)
    found = detect_faces(astronaut, detector, DetectOptions())
    assert len(found) == 1
    # DeepFace passes on only the eyes; the mouth of a smile is higher than the place it gets.
    assert_is_the_astronaut(found[0], within=16)


def test_a_deepface_model_that_cannot_be_had_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DEEPFACE_HOME", "DEEPFACE_BACKEND_ENGINE"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    settings = Settings(models_home=tmp_path)
    with pytest.raises(ModelError) as error:
        load_embedder("ArcFace", settings)
    message = str(error.value)
    for part in ("arcface_weights.onnx", str(settings.weights), "gallery models pull arcface"):
        assert part in message
    assert "\n" not in message


@pytest.mark.network
def test_facenet_is_the_same_by_openvino_and_by_opencv(
    settings: Settings, models: FaceModels, album: Path
) -> None:
    path = ensure(find_card("facenet-20180408"), settings)
    embedder = load_embedder("facenet-20180408", settings)
    crops, people = [], []
    for name in (COLLINS[0], COLLINS[2], HOPPER[0], HOPPER[3]):
        photo = opened(album, name)
        faces = detect_faces(photo, models.detector, DetectOptions())
        crops += crops_of(photo, faces[:1], embedder)
        people.append(name.split("/")[1].split("-")[0])
    found = embedder.embed(crops)
    assert found.shape == (4, 512)
    by_opencv = FaceNet20180408(path, "x", settings.with_changes(runtime="onnxruntime"))
    assert rowwise(found, by_opencv.embed(crops)).min() > 0.999
    verify = thresholds_of("facenet-20180408").verify
    for i, j in combinations(range(4), 2):
        assert (found[i] @ found[j] > verify) is np.bool_(people[i] == people[j])


def test_pictures_are_standardised_alike() -> None:
    values = standardise(np.array([[[0, 127, 255]]], np.uint8))
    assert values.ravel().tolist() == pytest.approx([-0.99609375, -0.00390625, 0.99609375])
    assert values.dtype == np.float32


@pytest.mark.network
def test_dlib_through_deepface(settings: Settings, models: FaceModels, album: Path) -> None:
    pytest.importorskip("dlib")
    embedder = load_embedder("dlib", settings)
    assert embedder.version == (find_card("dlib").sha256 or "")[:12]
    vectors = []
    for name in (*COLLINS[:2], *HOPPER[:2]):
        photo = opened(album, name)
        faces = detect_faces(photo, models.detector, DetectOptions())
        vectors.append(embedder.embed(crops_of(photo, faces[:1], embedder))[0])
    assert np.stack(vectors).shape == (4, 128)
    same = min(vectors[0] @ vectors[1], vectors[2] @ vectors[3])
    other = max(a @ b for a, b in product(vectors[:2], vectors[2:]))
    assert same > other, f"same person {same:.3f}, another {other:.3f}"


# What DeepFace does depends on what is imported first, so it is tried in programs of its own.
_BLOCK = """
import importlib.abc, sys
class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in {"tensorflow", "tf_keras", "keras", "torch"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
"""

_REPRESENT = """
import json, sys
import numpy as np
from pathlib import Path
from gallery.config import load_settings
from gallery.models.weights import prepare_deepface
prepare_deepface(load_settings())
from deepface import DeepFace
from deepface.commons.backend_utils import get_backend_engine
found = DeepFace.represent(sys.argv[1], model_name="SFace", detector_backend="yunet")
area = found[0]["facial_area"]
print(json.dumps({
    "engine": get_backend_engine(), "faces": len(found), "dim": len(found[0]["embedding"]),
    "x": area["x"], "w": area["w"], "tensorflow": "tensorflow" in sys.modules,
}))
"""

_GALLERY = """
import json, sys
from pathlib import Path
from gallery.config import load_settings
from gallery.pipeline import ingest
from gallery.records import IngestReport
from gallery.sources import find_photos
from gallery.store.library import open_library
from gallery.workflow import group_library, load_models
settings, report = load_settings(), IngestReport()
models, library = load_models(settings), open_library(settings.library)
sources = find_photos([Path(p) for p in sys.argv[1:]], settings)
for _ in ingest(library, sources, models, settings, report):
    pass
grouped = group_library(library, settings, models.space)
print(json.dumps({"added": report.added, "faces": report.faces, "people": grouped.people}))
"""

_ENGINE = """
import json
from gallery.config import load_settings
from gallery.models.weights import prepare_deepface
prepare_deepface(load_settings())
from deepface.commons.backend_utils import get_backend_engine
print(json.dumps({"engine": get_backend_engine()}))
"""

Program = Callable[..., dict[str, object]]


@pytest.fixture
def program(models: FaceModels, settings: Settings, tmp_path: Path) -> Program:
    """Run a program with a model store of its own and no way to the network."""
    home = tmp_path / "home"
    (home / ".deepface").mkdir(parents=True)
    shutil.copytree(settings.weights, home / ".deepface" / "weights", copy_function=os.link)

    def run(code: str, *arguments: object, **variables: str) -> dict[str, object]:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GALLERY_", "DEEPFACE_"))
        }
        environment |= {
            "GALLERY_MODELS_HOME": str(home),
            "GALLERY_LIBRARY": str(tmp_path / "library"),
            **dict.fromkeys(
                ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9"
            ),
            **variables,
        }
        before = sorted((home / ".deepface" / "weights").iterdir())
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, arguments)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        assert sorted((home / ".deepface" / "weights").iterdir()) == before, "fetched something"
        return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]

    return run


def test_deepface_finds_our_files_and_works_offline(program: Program, album: Path) -> None:
    found = program(_REPRESENT, album / COLLINS[0])
    assert (found["engine"], found["faces"], found["dim"]) == ("onnx", 1, 128)
    assert 150 < found["x"] < 205  # type: ignore[operator]
    assert 60 < found["w"] < 130  # type: ignore[operator]


def test_everything_works_without_tensorflow(program: Program, album: Path) -> None:
    pictures = [album / name for name in (*COLLINS[:2], *HOPPER[:2])]
    assert program(_BLOCK + _GALLERY, *pictures) == {"added": 4, "faces": 4, "people": 2}
    assert program(_BLOCK + _REPRESENT, album / COLLINS[0])["engine"] == "onnx"


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("setting", "engine"), [(None, "onnx"), ("onnx", "onnx"), ("tensorflow", "tensorflow")]
)
def test_the_setting_decides_on_deepfaces_engine(
    program: Program, setting: str | None, engine: str
) -> None:
    pytest.importorskip("tensorflow")
    chosen = {} if setting is None else {"GALLERY_DEEPFACE_ENGINE": setting}
    assert program(_ENGINE, **chosen) == {"engine": engine}


_MTCNN = """
import json, sys
from pathlib import Path
from gallery.config import load_settings
from gallery.decode import decode
from gallery.detect import DetectOptions, detect_faces
from gallery.models.loading import load_detector
settings = load_settings()
detector = load_detector("mtcnn", settings)
photo = decode(Path(sys.argv[1]).read_bytes(), settings, longest_side=1600)
found = detect_faces(photo, detector, DetectOptions())
print(json.dumps({"faces": [[f.box, f.score, f.landmarks.tolist()] for f in found]}))
"""


@pytest.mark.tensorflow
def test_mtcnn_finds_the_astronaut(program: Program, album: Path) -> None:
    pytest.importorskip("mtcnn")
    (found,) = program(_MTCNN, album / COLLINS[0])["faces"]  # type: ignore[misc]
    box, score, landmarks = found
    assert_is_the_astronaut(Face(tuple(box), score, np.array(landmarks, np.float32)), within=12)
