"""The command line: one JSON document on standard output, one line for an error, exit codes."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asked_library
import pytest
import small_library as small
from synthetic import SPACE, encoded, put, sharp_pixels

import gallery
from gallery.cli import main
from gallery.cli.output import duration, megabytes, progress_words
from gallery.config import load_settings
from gallery.models.cards import Thresholds
from gallery.people import name_person
from gallery.pipeline import FaceModels
from gallery.records import Progress
from gallery.store import faces as face_store
from gallery.store import people as people_store
from gallery.store import tables
from gallery.store.library import open_library

COMMANDS = (
    "ingest", "cluster", "status", "failures", "serve", "people", "review", "faces", "runs",
    "evaluate", "export", "models", "samples", "search",
)  # fmt: skip
PERSON_KEYS = {
    "id", "label", "name", "faces", "photos", "cover", "birth_year", "hidden", "ignored",
}  # fmt: skip


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
        ["people", "merge", "1"],
        ["people", "move", "1"],
        ["people", "move", "1", "--to", "somebody"],
        ["people", "reject", "1"],
        ["people", "undo", "--steps", "0"],
        ["people", "born", "1", "young"],
        ["runs", "diff", "1"],
        ["review", "answer", "who:1"],
        ["faces", "add", "1", "0", "0", "9"],
        ["faces", "remove"],
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
    (["people", "merge", "99", "98"], "no person 99"),
    (["people", "split", "99", "--faces", "1"], "no person 99"),
    (["people", "split", "99"], "no person 99"),
    (["people", "move", "1", "--to", "99"], "no person 99"),
    (["people", "move", "99", "--to", "new"], "no face 99"),
    (["people", "reject", "99", "1"], "no person 99"),
    (["people", "confirm", "99"], "no person 99"),
    (["people", "hide", "99"], "no person 99"),
    (["people", "ignore", "99"], "no person 99"),
    (["people", "cover", "99", "1"], "no person 99"),
    (["people", "born", "99", "1990"], "no person 99"),
    (["people", "faces", "99"], "no person 99"),
    (["runs", "use", "99"], "no run 99"),
    (["runs", "diff", "98", "99"], "no run 98"),
    (["review", "next"], "Nobody was grouped so far"),
    (["review", "answer", "nonsense", "yes"], "'nonsense' is no question"),
    (["review", "answer", "who:99", "Grace"], "no person 99"),
    (["faces", "why", "99"], "Nobody was grouped so far"),
    (["faces", "remove", "99"], "no face 99"),
    (["faces", "add", "1", "0", "0", "9", "9"], "Nobody was grouped so far"),
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
    assert run("people", "undo", "--library", root, "--json").document == {"undone": []}
    assert run("people", "redo", "--library", root, "--json").document == {"redone": []}
    assert "nothing to undo" in run("people", "undo", "--library", root).out
    assert "nothing to do again" in run("people", "redo", "--library", root).out
    assert run("people", "history", "--library", root, "--json").document == []
    assert "Nothing was decided" in run("people", "history", "--library", root).out
    assert run("runs", "list", "--library", root, "--json").document == []
    assert "gallery cluster" in run("runs", "list", "--library", root).out
    assert run("failures", "--library", root, "--json").document == {"taken_in": 0, "failed": []}


INGEST_KEYS = {
    "added", "already_known", "new_places", "failed", "faces", "seconds", "photos_per_second",
    "people", "tagged", "text_read", "with_text",
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
    assert (document["people"], document["tagged"]) == (2, 2)
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
    assert all(set(person) == PERSON_KEYS for person in listed)
    first = listed[0]
    assert (first["label"], first["name"]) == ("Person 1", None)
    assert [p["photos"] for p in listed] == sorted((p["photos"] for p in listed), reverse=True)

    name = ("people", "name", first["id"], "Zoë 李", "--library", album_copy)
    assert run(*name, "--json").document == {**first, "name": "Zoë 李", "label": "Zoë 李"}
    assert "Zoë 李" in run("people", "list", "--library", album_copy).out
    undone = run("people", "undo", "--library", album_copy, "--json").document
    assert undone == {"undone": ["Named Person 1 “Zoë 李”"]}
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


@pytest.fixture
def made(root: Path, run: Gallery) -> Gallery:
    """Commands on Persons 1, 2 and 3 with faces 1-6, 7-10 and 11-12, in runs 1 and 2."""
    library = small.empty(root)
    small.album(library, 6, 4, 2)
    small.regroup(library)
    library.close()
    return lambda *arguments: run("--library", root, *arguments)


# Command, what it says, and what of the document is checked.
DONE: list[tuple[list[object], str, dict[str, object]]] = [
    (["people", "name", 1, "Ada"], "Person 1 is Ada now.", {"name": "Ada", "label": "Ada"}),
    (["people", "merge", 1, 2, 3], "Person 1 is one person now.", {"id": 1, "faces": 12}),
    (["people", "hide", 1], "Person 1 is hidden.", {"hidden": True}),
    (
        ["people", "hide", 1, "--show"],
        "Person 1 is shown again; nothing was changed.",
        {"hidden": False},
    ),
    (["people", "ignore", 1], "Person 1 is ignored.", {"ignored": True}),
    (
        ["people", "ignore", 1, "--stop"],
        "Person 1 is no longer ignored; nothing",
        {"ignored": False},
    ),
    (["people", "cover", 1, 3], "Person 1 is shown by face 3.", {"cover": 3}),
    (["people", "born", 1, 1990], "Person 1 is known to be born in 1990.", {"birth_year": 1990}),
    (["people", "born", 1], "Person 1 is without a birth year; nothing", {"birth_year": None}),
    (["people", "reject", 1, 5, 6], "2 faces are not Person 1.", {"id": 1, "faces": 4}),
    (["people", "confirm", 1], "Person 1 is confirmed.", {"id": 1, "faces": 6}),
    (["people", "confirm", 1, 2, 3], "Person 1 is confirmed.", {"id": 1, "faces": 6}),
    (["people", "move", 1, 2, "--to", 3], "2 faces have gone to Person 3 (id 3).", {"faces": 4}),
    (["people", "move", 1, "--to", "new"], "1 face has gone to Person 4 (id 4).", {"faces": 1}),
    (["faces", "remove", 1, 2], "Deleted 2 boxes.", {"removed": [1, 2]}),
    (["review", "answer", "who:1", "Ada"], "Named Person 1 “Ada”.", {"answered": "who:1"}),
    (["review", "answer", "who:1", "ignore"], "Ignored Person 1.", {"answered": "who:1"}),
    (["review", "answer", "who:1", "unsure"], "Was not sure who", {"answered": "who:1"}),
    (["review", "answer", "same:1:2", "yes"], "Merged Person 2", {"answered": "same:1:2"}),
    (["review", "answer", "same:1:2", "no"], "Said that Person 1 and", {"answered": "same:1:2"}),
    (["review", "answer", "face:1:2", "no"], "Said that 1 face is not", {"answered": "face:1:2"}),
    (["runs", "use", 1], "Run 1 is the current one: 3 people.", {"run": 1, "people": 3}),
]


@pytest.mark.parametrize(
    ("arguments", "words", "part"), DONE, ids=[" ".join(map(str, done[0])) for done in DONE]
)
def test_what_is_done_is_said_and_documented(
    made: Gallery, root: Path, arguments: list[object], words: str, part: dict[str, object]
) -> None:
    copy = root.with_name("copy")
    shutil.copytree(root, copy)
    result = made(*arguments)
    assert result.code == 0, result.err
    assert result.out.startswith(words)
    result = made(*arguments, "--json", "--library", copy)
    assert (result.code, result.err) == (0, "")
    assert result.document.items() >= part.items()
    if arguments[0] == "people":
        assert set(result.document) == PERSON_KEYS


REFUSED: list[tuple[list[object], str]] = [
    (["people", "merge", 1, 1], "two different persons"),
    (["people", "split", 1, "--faces", "7"], "Face 7 is not one of Person 1's"),
    (["people", "split", 3, "--faces", "11,12"], "leave at least one"),
    (["people", "born", 1, 1066], "between 1800 and"),
    (["people", "cover", 1, 7], "Face 7 is not one of Person 1's"),
    (["people", "confirm", 1, 7], "Face 7 is not one of Person 1's"),
    (["people", "name", 1, " "], "an empty one says nothing"),
    (["review", "answer", "who:1", "yes"], "Say who it is with a name"),
    (["review", "answer", "same:1:1", "no"], "one person twice"),
    (["review", "answer", "face:99:1", "no"], "no face 99"),
    (["faces", "why", 99], "no face 99"),
    (["runs", "diff", 1, 99], "no run 99"),
]


@pytest.mark.parametrize(
    ("arguments", "message"), REFUSED, ids=[" ".join(map(str, one[0])) for one in REFUSED]
)
def test_what_is_refused_is_one_line(made: Gallery, arguments: list[object], message: str) -> None:
    for extra in ([], ["--json"]):
        result = made(*arguments, *extra)
        assert result.code == 1
        (line,) = result.err.splitlines()
        assert message in line
        assert result.out == "" or result.document == {"error": line.removeprefix("gallery: ")}
    assert made("people", "history", "--json").document == []


def test_a_wrong_answer_or_list_of_faces_is_a_wrong_call(made: Gallery) -> None:
    for arguments in (
        ["review", "answer", "same:1:2", "perhaps"],
        ["people", "split", 1, "--faces", "a,b"],
    ):
        assert made(*arguments).code == 2


def test_split_by_faces_or_as_proposed(made: Gallery, root: Path) -> None:
    (new,) = made("people", "split", 1, "--faces", "1,2", "--json").document
    assert (new["id"], new["faces"], set(new)) == (4, 2, PERSON_KEYS)
    out = made("people", "split", 1, "--faces", "3", "--faces", "4, 5").out
    assert out.startswith("New: Person 5 (id 5, 1 face), Person 6 (id 6, 2 faces).")
    assert made("people", "undo", "--steps", 2, "--json").document["undone"]
    made("people", "merge", 1, 2)
    made("people", "undo")
    library = open_library(root)
    small.regroup(library, small.LOOSE)
    library.close()
    proposed = made("people", "split", 1, "--propose", "--json").document["parts"]
    assert sorted(face for part in proposed for face in part) == list(range(1, 13))
    assert len(proposed) > 1
    assert "part 1: " in made("people", "split", 1, "--propose").out
    assert made("people", "history", "--limit", 1, "--json").document[0]["kind"] == "undo"
    asked = made("people", "split", 1, "--json")
    assert (asked.code, "--yes" in asked.err) == (1, True)
    new = made("people", "split", 1, "--yes", "--json").document
    assert [person["faces"] for person in new] == [len(part) for part in proposed[1:]]


def test_faces_that_even_a_strict_grouping_keeps_together(made: Gallery, root: Path) -> None:
    library = open_library(root)
    with library.write() as connection:
        alike = connection.execute(tables.vectors.select()).first()
        assert alike is not None
        connection.execute(tables.vectors.update().values(vector=alike.vector))
    library.close()
    assert made("people", "split", 1, "--propose").out.startswith("Even a strict grouping")
    result = made("people", "split", 1)
    assert (result.code, result.out) == (1, "")
    assert "--faces 1,2,3" in result.err


def test_the_faces_of_a_person(made: Gallery) -> None:
    made("people", "confirm", 1, 4)
    document = made("people", "faces", 1, "--json").document
    assert set(document) == {*PERSON_KEYS, "listed"}
    listed = document["listed"]
    assert sorted(face["face"] for face in listed) == [1, 2, 3, 4, 5, 6]
    assert [face["face"] for face in listed if face["confirmed"]] == [4]
    scores = [face["similarity"] for face in listed]
    assert scores == sorted(scores)
    out = made("people", "faces", 1).out
    assert out.splitlines()[0].split() == ["FACE", "ALIKE", "PHOTO"]
    assert "confirmed" in out


def test_the_list_of_people_with_hidden_and_ignored_ones(made: Gallery) -> None:
    made("people", "hide", 1)
    made("people", "ignore", 2)
    assert [p["id"] for p in made("people", "list", "--json").document] == [3]
    everybody = made("people", "list", "--all", "--json").document
    assert [(p["id"], p["hidden"], p["ignored"]) for p in everybody] == [
        (1, True, False), (2, False, True), (3, False, False)
    ]  # fmt: skip
    out = made("people", "list", "--all").out
    assert [line.split()[-1] for line in out.splitlines()[1:]] == ["hidden", "ignored", "2"]


def test_a_name_that_somebody_has(made: Gallery) -> None:
    made("people", "name", 1, "Ada")
    result = made("people", "name", 2, "ada", "--merge", "--json")
    assert (result.document["id"], result.document["faces"], result.err) == (1, 10, "")
    made("people", "undo")
    result = made("people", "name", 2, "ada")
    assert "gallery people merge 1 2" in result.err


@pytest.mark.parametrize(("answer", "people"), [("y", 2), ("n", 3)])
def test_a_terminal_asks_whether_two_of_one_name_are_the_same(
    made: Gallery, answer: str, people: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = io.StringIO(f"{answer}\n")
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", terminal)
    made("people", "name", 1, "Ada")
    result = made("people", "name", 2, "ada")
    assert "There is Ada already (id 1, 6 photos). The same person?" in result.err
    assert len(made("people", "list", "--json").document) == people
    assert "gallery people merge" not in result.err


def test_two_of_one_name_are_said_to_be_two(made: Gallery) -> None:
    made("people", "name", 1, "Ada")
    assert made("people", "name", 2, "Ada", "--another").err == ""
    [last, *_] = made("people", "history", "--json").document
    assert last["sentence"] == "Named Person 2 “Ada”, another one than Ada"


def test_what_is_so_already_is_not_decided(made: Gallery) -> None:
    made("people", "name", 1, "Ada")
    made("people", "hide", 2)
    for arguments, said in (
        (("name", 1, "Ada"), "Ada has that name already."),
        (("hide", 2), "Person 2 is hidden; nothing was changed."),
        (("ignore", 3, "--stop"), "Person 3 is no longer ignored; nothing was changed."),
        (("born", 1), "Ada is without a birth year; nothing was changed."),
    ):
        assert made("people", *arguments).out == f"{said}\n"
    assert len(made("people", "history", "--json").document) == 2


@pytest.mark.parametrize(
    "arguments", [("people", "hide"), ("faces", "why"), ("review", "answer", "who:")]
)
def test_a_number_beyond_all_libraries(made: Gallery, arguments: tuple[str, ...]) -> None:
    number = "9" * 30
    if arguments[-1].endswith(":"):
        result = made(*arguments[:-1], f"{arguments[-1]}{number}", "unsure")
    else:
        result = made(*arguments, number)
    assert (result.code, result.out) == (1, "")
    assert "a number that long" in result.err


def test_an_id_of_somebody_merged_leads_on(made: Gallery) -> None:
    made("people", "merge", 1, 2)
    result = made("people", "hide", 2)
    assert (result.out.split(".")[0], result.err) == (
        "Person 1 is hidden", "Person 2 was merged into Person 1 (id 1).\n"
    )  # fmt: skip
    assert made("people", "move", 11, "--to", 2, "--json").document["id"] == 1
    assert made("review", "answer", "same:2:3", "no").code == 0
    result = made("people", "forget", 2, "--yes")
    assert (result.code, result.out) == (1, "")
    assert "gallery people forget 1" in result.err


def test_history_undo_and_redo(made: Gallery) -> None:
    made("people", "name", 1, "Ada")
    made("people", "merge", 1, 2)
    assert made("people", "undo").out == "Taken back: Merged Person 2 (4 faces) into Ada\n"
    listed = made("people", "history", "--json").document
    assert [(one["kind"], one["holds"]) for one in listed] == [
        ("undo", False), ("merge", False), ("name", True)
    ]  # fmt: skip
    assert set(listed[0]) == {"id", "at", "kind", "sentence", "holds"}
    lines = made("people", "history").out.splitlines()
    assert [line.endswith("taken back") for line in lines[1:]] == [False, True, False]
    assert len(made("people", "history", "--limit", 1, "--json").document) == 1
    assert made("people", "redo").out == "Done again: Merged Person 2 (4 faces) into Ada\n"
    undone = made("people", "undo", "--steps", 5, "--json").document["undone"]
    assert undone == ["Merged Person 2 (4 faces) into Ada", "Named Person 1 “Ada”"]
    assert made("people", "redo", "--json").document == {"redone": undone[1:]}


def test_together_in_a_photo(run: Gallery, root: Path) -> None:
    library = small.empty(root)
    small.add(library, [small.Seen(0, "both"), small.Seen(1, "both")])
    small.regroup(library)
    library.close()
    for arguments in (["people", "merge", 1, 2], ["people", "name", 2, "Ada", "--merge"]):
        run("people", "name", 1, "Ada", "--library", root)
        result = run(*arguments, "--library", root)
        assert (result.code, result.out) == (1, "")
        assert "--twice" in result.err
    document = run("people", "merge", 1, 2, "--twice", "--library", root, "--json").document
    assert document["faces"] == 2


def test_questions_are_asked_and_counted(run: Gallery, root: Path) -> None:
    library = small.empty(root)
    asked_library.fill(library)
    library.close()
    document = run("review", "next", "--limit", 3, "--library", root, "--json").document
    assert document["left"] == sum(document["left_by_kind"].values())
    assert document["left_by_kind"] == {"same": 2, "face": 1, "who": 5}
    assert len(document["questions"]) == 3
    for question in document["questions"]:
        assert set(question) == {
            "key", "kind", "person", "other", "face", "similarity", "settles", "worth",
        }  # fmt: skip
    everything = run("review", "next", "--limit", 99, "--library", root)
    assert everything.out.endswith("8 questions left.\n")
    for words in ("the same person? They are alike by 0.4", "Is face 19 ", "Who is Person 5"):
        assert words in everything.out
    left = document["left"]
    for question in run("review", "next", "--limit", 99, "--library", root, "--json").document[
        "questions"
    ]:
        assert run("review", "answer", question["key"], "unsure", "--library", root).code == 0
        left -= 1
        assert run("review", "next", "--library", root, "--json").document["left"] == left
    assert run("review", "next", "--library", root).out == "Nothing is left to ask.\n"


def test_runs_are_listed_compared_and_used(made: Gallery, root: Path) -> None:
    library = open_library(root)
    small.regroup(library, small.STRICT)
    library.close()
    listed = made("runs", "list", "--json").document
    assert [(run["id"], run["current"], run["clusters"]) for run in listed] == [
        (3, True, 12), (2, False, 3), (1, False, 3)
    ]  # fmt: skip
    assert set(listed[0]) == {
        "id", "at", "algorithm", "parameters", "space", "seconds", "faces", "clusters",
        "unassigned", "current",
    }  # fmt: skip
    assert listed[1]["parameters"].items() >= {"link": 0.5, "join": 0.5}.items()
    lines = made("runs", "list").out.splitlines()
    assert lines[0].startswith("RUN")
    assert [line.endswith("current") for line in lines[1:]] == [True, False, False]
    assert made("runs", "diff", 1, 2).out.splitlines() == [
        "Run 1 and run 2, 12 faces in both:", "  Nothing changed."
    ]  # fmt: skip
    document = made("runs", "diff", 2, 3, "--json").document
    assert set(document) == {
        "first", "second", "common", "merged", "parted", "moved", "freed", "found", "sentences",
    }  # fmt: skip
    assert [(one["from"], len(one["into"])) for one in document["parted"]] == [
        ([1], 6), ([2], 4), ([3], 2)
    ]  # fmt: skip
    assert document["sentences"] == ["3 people parted into 12."]
    assert made("runs", "use", 2).code == 0
    assert [person["id"] for person in made("people", "list", "--json").document] == [1, 2, 3]


def test_what_a_grouping_would_change_is_said_and_not_done(
    made: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gallery.cli.library.models_of", lambda _: ModelsOfSpace())
    before = made("people", "list", "--json").document
    said = made("cluster", "--link", 0.999, "--dry-run").out
    assert said.splitlines() == [
        "There would be 12 people. Nothing was changed.", "  3 people parted into 12."
    ]  # fmt: skip
    document = made("cluster", "--link", 0.999, "--dry-run", "--json").document
    assert (document["people"], len(document["parted"]), document["merged"]) == (12, 3, [])
    assert made("people", "list", "--json").document == before
    assert len(made("runs", "list", "--json").document) == 2


class ModelsOfSpace:
    """Models of whose vectors none is missing, so that they are not run."""

    space = SPACE


def test_grouping_is_measured_on_confirmed_people(
    made: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gallery.workflow.thresholds_of", lambda _: Thresholds(0.4, 0.5, 0, ""))
    said = made("evaluate", "clusters").out
    assert "12 faces in 3 groups; of none of them it is known whose it is" in said
    for person in (1, 2, 3):
        made("people", "confirm", person)
    document = made("evaluate", "clusters", "--json").document
    assert (document["faces"], document["people"], document["bcubed_f"]) == (12, 3, 1.0)
    strict = made("evaluate", "clusters", "--link", 0.999, "--curve", "--json").document
    assert (strict["clusters"], strict["fragmented"], strict["impure"]) == (12, 3, 0)
    assert strict["fragmented_people"][0]["of"] == "Person 1"
    assert len(strict["curve"]["values"]) == len(strict["curve"]["bcubed_f"])
    said = made("evaluate", "clusters", "--link", 0.999, "--curve").out
    assert "  Person 1: 1 + 1 + 1 + 1 + 1 + 1 faces" in said
    assert "PAIRWISE F" in said


def test_a_report_is_written_as_its_name_says(made: Gallery, tmp_path: Path) -> None:
    made("people", "confirm", 1)
    for name, start in (("r.html", "<!doctype html>"), ("new/r.md", "# Report"), ("r.json", "{")):
        assert made("report", "--no-measure", "--out", tmp_path / name).code == 0
        assert (tmp_path / name).read_text().lstrip().startswith(start)
    assert made("report", "--no-measure", "--json").document["library"]["faces"] == 12
    result = made("report", "--no-measure", "--out", tmp_path / "r.docx")
    assert (result.code, "html, pdf, md, json" in result.err) == (2, True)
    assert made("report").code == 2
    result = made("report", "--no-measure", "--out", tmp_path / "r.json" / "inside.md")
    assert (result.code, "cannot be written" in result.err) == (1, True)


def test_own_people_are_measured(made: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gallery.workflow.thresholds_of", lambda _: Thresholds(0.4, 0, 0, ""))
    document = made("evaluate", "own", "--json").document
    assert (document["people"], document["genuine"], "eer" in document) == (0, 0, False)
    assert "Naming somebody confirms four" in made("evaluate", "own").out
    for person in (1, 2, 3):
        made("people", "confirm", person)
    document = made("evaluate", "own", "--json").document
    assert (document["people"], document["genuine"], document["impostors"]) == (3, 22, 44)
    assert (document["threshold"], document["far"], document["frr"]) == (0.4, 0, 0)
    out = made("evaluate", "own", "--threshold", 1).out
    assert "FRR 100.00 %" in out
    assert "too few" in out


def test_why_a_face_is_where_it_is(made: Gallery) -> None:
    document = made("faces", "why", 1, "--json").document
    assert (document["own"]["person"], document["confirmed"]) == (1, False)
    assert document["margin"] == pytest.approx(
        document["own"]["similarity"] - document["runner_up"]["similarity"], abs=1e-3
    )
    assert len(document["own"]["supporters"]) == 3
    out = made("faces", "why", 1).out.splitlines()
    assert out[: len(document["sentences"])] == document["sentences"]
    assert out[-2].startswith("  like: Person 1, average 0.")
    assert out[-1].startswith("  next: Person ")
    made("people", "reject", 1, 1)
    document = made("faces", "why", 1, "--json").document
    assert (document["own"], document["rejected"]) == (None, [1])
    assert document["decision"] == "Said that 1 face is not Person 1"
    assert document["sentences"][0].startswith("It is nobody's because of what you said: Said")


@pytest.mark.models
def test_a_face_is_added_by_hand(run: Gallery, models: FaceModels, album_copy: Path) -> None:
    library = open_library(album_copy)
    person = people_store.everyone(library)[0].id
    face = face_store.get(library, people_store.face_ids(library, person)[0])
    assert face is not None
    library.close()
    add = ("faces", "add", face.photo_id, *face.box, "--library", album_copy)
    result = run(*add)
    assert (result.code, result.out) == (1, "")
    assert "in that place already" in result.err
    run("faces", "remove", face.id, "--library", album_copy)
    document = run(*add, "--json").document
    assert set(document) == {"face", "recognisable", "person"}
    assert (document["recognisable"], document["person"]) == (True, person)
    run("people", "undo", "--library", album_copy)
    out = run(*add, "--person", person).out
    assert f"was added with person {person}." in out
    kinds = run("people", "history", "--limit", 2, "--library", album_copy, "--json").document
    assert [one["kind"] for one in kinds] == ["add-face", "undo"]


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
        # Tests that run in the background of a shell inherit that Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
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
