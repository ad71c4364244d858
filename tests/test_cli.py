"""The command line: one JSON document on standard output, one line for an error, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from synthetic import encoded, put, sharp_pixels

import gallery
from gallery.cli import main
from gallery.cli.output import duration, megabytes, progress_words
from gallery.config import load_settings
from gallery.people import name_person
from gallery.pipeline import FaceModels
from gallery.records import Progress
from gallery.store import people as people_store
from gallery.store.library import open_library

COMMANDS = ("ingest", "cluster", "status", "failures", "serve", "people", "models", "samples")


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document that standard output has to be."""
        return json.loads(self.out)


Gallery = Callable[..., Result]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Gallery:
    """Run a command in this process."""

    def call(*arguments: object) -> Result:
        load_settings.cache_clear()
        capsys.readouterr()
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return Result(code, said.out, said.err)

    return call


def program(*arguments: object, **variables: str) -> Result:
    """Run a command as a user does."""
    done = subprocess.run(
        [sys.executable, "-m", "gallery", *map(str, arguments)],
        env=os.environ | variables,
        capture_output=True,
        timeout=200,
        check=False,
    )
    encoding = variables.get("PYTHONIOENCODING", "utf-8")
    return Result(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "library"


def test_the_import_is_light() -> None:
    code = (
        "import sys, gallery.cli, gallery.cli.app; "
        "print([m for m in ('cv2', 'sqlalchemy', 'openvino', 'onnxruntime', 'streamlit', "
        "'tensorflow', 'torch', 'deepface', 'sklearn', 'pandas', 'faiss', 'PIL') "
        "if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"


def test_help_names_every_command(run: Gallery) -> None:
    result = run("--help")
    assert result.code == 0
    assert [name for name in COMMANDS if name not in result.out] == []


def test_version(run: Gallery) -> None:
    assert run("--version").out == f"{gallery.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["ingest"],
        ["people", "name", "one", "Grace"],
        ["people", "name", "1"],
        ["status", "--nonsense"],
        ["cluster", "--link", "high"],
        ["samples", "pull", "everything"],
        ["serve", "--port", "0"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_exits_with_2(run: Gallery, root: Path, arguments: list[str]) -> None:
    result = run("--library", root, *arguments)
    assert (result.code, result.out) == (2, "")
    assert "Traceback" not in result.err
    assert not root.exists(), "a wrong call made a library"


ERRORS = [
    (["ingest", "/no/such/folder"], "/no/such/folder"),
    (["ingest", "/tmp", "--accept", "ugly"], "'ugly' cannot be accepted"),
    (["ingest", "/tmp", "--detector", "nobody"], "no detector named 'nobody'"),
    (["cluster", "--embedder", "yunet"], "no embedder named 'yunet'"),
    (["people", "name", "99", "Grace"], "no person 99"),
    (["models", "pull", "nobody"], "no model named 'nobody'"),
]


@pytest.mark.parametrize(("arguments", "message"), ERRORS, ids=[" ".join(e[0]) for e in ERRORS])
@pytest.mark.parametrize("as_json", [False, True])
def test_an_error_is_one_line_and_exits_with_1(
    run: Gallery, root: Path, arguments: list[str], message: str, as_json: bool
) -> None:
    if "--link" in arguments and "7" in arguments:
        open_library(root).close()
    result = run("--library", root, *arguments, *(["--json"] if as_json else []))
    assert result.code == 1
    (line,) = result.err.splitlines()
    assert line.startswith("gallery: ")
    assert message in line
    if as_json:
        assert result.document == {"error": line.removeprefix("gallery: ")}
    else:
        assert result.out == ""


def test_a_wrong_variable_is_one_line() -> None:
    result = program("status", GALLERY_THREADS="many")
    assert (result.code, result.out) == (1, "")
    (line,) = result.err.splitlines()
    assert "GALLERY_THREADS" in line


@pytest.mark.parametrize("where", ["before", "after", "variable"])
def test_the_library_may_be_named_in_three_places(
    run: Gallery, root: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setenv("GALLERY_LIBRARY", str(root if where == "variable" else root / "wrong"))
    before = ["--library", root] if where == "before" else []
    after = ["--library", root] if where == "after" else []
    result = run(*before, "status", "--json", *after)
    assert result.document["library"] == str(root)
    assert (root / "library.db").is_file()


def test_the_library_named_last_wins(run: Gallery, root: Path) -> None:
    result = run("--library", root / "a", "status", "--library", root / "b", "--json")
    assert result.document["library"] == str(root / "b")
    assert not (root / "a").exists()


def test_the_status_of_an_empty_library(run: Gallery, root: Path) -> None:
    assert run("status", "--library", root, "--json").document == {
        "library": str(root),
        "photos": 0,
        "faces": 0,
        "people": 0,
        "unassigned": 0,
        "failed": 0,
        "detector": "retinaface",
        "embedder": "sface",
        "grouped_at": None,
        "link_threshold": None,
    }
    assert "gallery ingest" in run("status", "--library", root).out
    assert run("people", "list", "--library", root, "--json").document == []
    assert "Nobody yet" in run("people", "list", "--library", root).out
    assert run("people", "undo", "--library", root, "--json").document == {"undone": None}
    assert run("failures", "--library", root, "--json").document == {"taken_in": 0, "failed": []}


INGEST_KEYS = {
    "added", "already_known", "new_places", "failed", "faces", "seconds", "photos_per_second",
    "people",
}  # fmt: skip


@pytest.mark.models
def test_ingest_prints_one_document_and_nothing_else(
    models: FaceModels, album: Path, root: Path, tmp_path: Path
) -> None:
    """As a program of its own: what libraries print from C would not be captured in here."""
    folder = tmp_path / "photos"
    for name in ("portraits/eileen-collins.png", "portraits/grace-hopper.jpg"):
        put(folder / name, (album / name).read_bytes())
    put(folder / "broken.jpg", b"\xff\xd8\xff\xe0 broken")
    result = program("ingest", folder, "--library", root, "--json")
    assert result.code == 0, result.err
    document = result.document
    assert set(document) == INGEST_KEYS
    assert (document["added"], document["already_known"], document["faces"]) == (2, 0, 2)
    assert document["people"] == 2
    (failed,) = document["failed"]
    assert set(failed) == {"path", "stage", "code", "reason"}
    assert (failed["path"], failed["stage"]) == (str(folder / "broken.jpg"), "decode")
    assert failed["reason"]
    assert document["photos_per_second"] == pytest.approx(2 / document["seconds"], rel=0.01)
    assert "Traceback" not in result.err

    again = program("ingest", folder, "--library", root, "--json").document
    assert (again["added"], again["already_known"], again["photos_per_second"]) == (0, 2, 0)
    words = program("ingest", folder, "--library", root)
    assert "0 photos added, 2 already known" in words.out
    assert "broken.jpg" in words.out


@pytest.mark.models
def test_no_grouping_when_not_wanted(
    run: Gallery, models: FaceModels, root: Path, tmp_path: Path
) -> None:
    put(tmp_path / "a.png", encoded(sharp_pixels(0), "PNG"))
    document = run(
        "ingest", tmp_path / "a.png", "--no-group", "--in-place", "--library", root, "--json"
    ).document
    assert (document["added"], document["people"]) == (1, 0)
    assert run("status", "--library", root, "--json").document["grouped_at"] is None
    assert not (root / "media" / "originals").exists()


@pytest.mark.models
def test_people_are_listed_named_and_unnamed(run: Gallery, album_copy: Path) -> None:
    listed = run("people", "list", "--library", album_copy, "--json").document
    assert listed
    assert all(set(person) == {"id", "label", "name", "faces", "photos"} for person in listed)
    first = listed[0]
    assert (first["label"], first["name"]) == ("Person 1", None)
    assert [p["photos"] for p in listed] == sorted((p["photos"] for p in listed), reverse=True)

    name = ("people", "name", first["id"], "Zoë 李", "--library", album_copy)
    assert run(*name, "--json").document == {**first, "name": "Zoë 李", "label": "Zoë 李"}
    assert "Zoë 李" in run("people", "list", "--library", album_copy).out
    undone = run("people", "undo", "--library", album_copy, "--json").document
    assert "Zoë 李" in undone["undone"]
    assert run("people", "list", "--library", album_copy, "--json").document == listed


@pytest.mark.models
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_any_name_can_be_printed_on_any_terminal(album_copy: Path, encoding: str) -> None:
    library = open_library(album_copy)
    name_person(library, people_store.everyone(library)[0].id, "Zoë 李")
    library.close()
    arguments = ("people", "list", "--library", album_copy)
    plain = program(*arguments, PYTHONIOENCODING=encoding)
    assert plain.code == 0, plain.err
    result = program(*arguments, "--json", PYTHONIOENCODING=encoding)
    assert result.code == 0, result.err
    assert result.document[0]["name"] == "Zoë 李"


@pytest.mark.models
def test_two_persons_of_one_name_are_remarked(run: Gallery, album_copy: Path) -> None:
    first, second, *_ = run("people", "list", "--library", album_copy, "--json").document
    run("people", "name", first["id"], "Grace", "--library", album_copy)
    result = run("people", "name", second["id"], "Grace", "--library", album_copy, "--json")
    assert result.document["name"] == "Grace"
    assert f"Person {first['id']} is called Grace too" in result.err


@pytest.mark.models
def test_cluster_again_and_more_strictly(run: Gallery, album_copy: Path) -> None:
    before = run("status", "--library", album_copy, "--json").document
    document = run("cluster", "--library", album_copy, "--json").document
    assert set(document) == {"run", "faces", "people", "new_people", "unassigned", "seconds"}
    assert (document["people"], document["new_people"]) == (before["people"], 0)
    strict = run("cluster", "--link", "0.999", "--library", album_copy, "--json").document
    assert strict["people"] > before["people"]
    after = run("status", "--library", album_copy, "--json").document
    assert after["link_threshold"] == 0.999
    assert after["grouped_at"] > before["grouped_at"]


@pytest.mark.models
def test_failures_are_listed_retried_and_forgotten(run: Gallery, album_copy: Path) -> None:
    listed = run("failures", "--library", album_copy, "--json").document
    codes = sorted(item["code"] for item in listed["failed"])
    assert codes == ["empty", "too-blurry", "too-small", "truncated", "unsupported"]
    assert all(item["reason"] in run("failures", "--library", album_copy).out
               for item in listed["failed"])  # fmt: skip
    retried = run(
        "failures", "--retry", "--accept", "too-blurry", "--library", album_copy, "--json"
    ).document
    assert retried["taken_in"] == 1
    left = sorted(item["code"] for item in retried["failed"])
    assert left == ["empty", "too-small", "truncated", "unsupported"]
    assert run("failures", "--forget", "--library", album_copy, "--json").document == {
        "taken_in": 0,
        "failed": [],
    }


def test_models_are_listed_with_all_their_facts(run: Gallery) -> None:
    documents = run("models", "list", "--json").document
    names = [document["name"] for document in documents]
    assert {"retinaface", "yunet", "sface"} <= set(names)
    assert len(set(names)) == len(names)
    for document in documents:
        assert document["licence"], document["name"]
        assert document["state"] in {
            "ready", "missing", "corrupt", "in a package", "needs a package",
        }  # fmt: skip
    assert "retinaface" in run("models", "list").out


@pytest.mark.models
def test_models_pull_and_verify(run: Gallery, models: FaceModels) -> None:
    pulled = run("models", "pull", "--json").document
    assert {document["state"] for document in pulled} == {"ready"}
    verified = run("models", "verify", "--json")
    assert verified.code == 0
    states = {document["name"]: document["state"] for document in verified.document}
    assert states.items() >= {"sface": "ready", "retinaface": "ready", "yunet": "ready"}.items()


def test_a_corrupt_model_is_reported(
    run: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GALLERY_MODELS_HOME", str(tmp_path))
    assert run("models", "verify", "--json").document == []
    put(tmp_path / ".deepface/weights/face_detection_yunet_2023mar.onnx", b"damaged")
    result = run("models", "verify", "--json")
    assert result.code == 1
    assert result.document == [{"name": "yunet", "state": "corrupt"}]
    assert "gallery models pull yunet" in result.err


def test_samples_pull(run: Gallery, album: Path, root: Path) -> None:
    document = run("samples", "pull", "album", "--to", album, "--json", "--library", root).document
    assert document["folder"] == str(album)
    assert document["files"] > 50


@pytest.mark.models
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_ctrl_c_is_no_traceback(models: FaceModels, root: Path, tmp_path: Path) -> None:
    for number in range(300):
        put(tmp_path / "photos" / f"{number}.png", encoded(sharp_pixels(number, 800, 600), "PNG"))
    process = subprocess.Popen(
        [sys.executable, "-m", "gallery", "ingest", str(tmp_path / "photos"),
         "--library", str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    thumbnails = root / "media" / "thumbnails"
    while not thumbnails.exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "go on" in err, "it says how to go on"
    assert out == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (125, "2 min 5 s"), (3780, "1 h 3 min")],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Progress("Taking in photos", 20, 100, 10.0), "20 of 100 · 2.0 a second · 40 s left"),
        (Progress("Looking", 500, None, 0.0), "500"),
        (Progress("x", 100, 100, 10.0, "7 faces"), "100 of 100 · 10.0 a second · 7 faces"),
        (Progress("Fetching SFace", 5, 10, 1.0, "0.1 of 0.2 MB"), "0.1 of 0.2 MB"),
    ],
)
def test_progress_in_words(step: Progress, words: str) -> None:
    assert progress_words(step) == words


def test_megabytes() -> None:
    assert (megabytes(38_696_353), megabytes(None)) == ("38.7 MB", "")
