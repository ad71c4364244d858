"""The notebooks run as they are from a clean checkout, say what they found, and leave nothing."""

from __future__ import annotations

import ast
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
TOUR = "1-from-photo-to-people"
THRESHOLD = "2-choosing-a-threshold"
GROUPINGS = "3-comparing-groupings"
FIGURES = "application/vnd.plotly.v1+json"


def read(path: Path) -> Any:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def test_there_are_three() -> None:
    assert [path.stem for path in NOTEBOOKS] == [TOUR, THRESHOLD, GROUPINGS]
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in NOTEBOOKS if f"({path.name})" not in listed] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_they_are_kept_without_results_and_without_faces(path: Path) -> None:
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert [cell.outputs or cell.execution_count for cell in cells] == [None] * len(cells)
    assert path.stat().st_size < 40_000


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_they_are_figures_with_words_around_them(path: Path) -> None:
    """Cells are short, call what the package has, and somebody speaks every two cells."""
    notebook = read(path)
    kinds = " ".join(cell.cell_type for cell in notebook.cells)
    assert "code code code" not in kinds
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert max(len(source.splitlines()) for source in code) <= 20
    defined = (ast.FunctionDef, ast.ClassDef, ast.Lambda)
    nodes = [node for source in code for node in ast.walk(ast.parse(source))]
    assert not [node for node in nodes if isinstance(node, defined)]


def run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **variables: Path) -> Any:
    """Execute a notebook and give it back with its results; whatever it wrote has to be gone."""
    (tmp_path / "tmp").mkdir()
    places = {name: str(tmp_path / name) for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
    for name, value in {**variables, **places, "TMPDIR": tmp_path / "tmp"}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PLOTLY_RENDERER", raising=False)
    if "GALLERY_LFW" not in variables:
        monkeypatch.delenv("GALLERY_LFW", raising=False)
    before = contents(FOLDER.parent)
    notebook = read(path)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=250, kernel_name="python3", resources=resources).execute()
    assert contents(FOLDER.parent) == before, "it wrote into the checkout"
    assert not list((tmp_path / "tmp").glob("gallery-*")), "it left something behind"
    return notebook


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    """What is in the checkout, but for what tools keep in hidden folders."""
    found = {}
    for root, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".") and f != "__pycache__"]
        for name in names:
            told = (Path(root) / name).lstat()
            found[f"{root}/{name}"] = (told.st_size, told.st_mtime_ns)
    return found


def found_by(notebook: Any) -> dict[str, Any]:
    """What the notebook says it found, in the cell with the tag `result`."""
    [cell] = [cell for cell in notebook.cells if "result" in cell.metadata.get("tags", [])]
    return dict(ast.literal_eval(cell.outputs[0]["data"]["text/plain"]))


def shown(notebook: Any, kind: str) -> list[Any]:
    """The results of one kind, in order."""
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", []) if "data" in o]
    return [output["data"][kind] for output in outputs if kind in output["data"]]


def by_name(name: str) -> Path:
    return FOLDER / f"{name}.ipynb"


@pytest.mark.models
def test_the_tour(
    models: object, album_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = {"GALLERY_NOTEBOOK_LIBRARY": album_library}
    notebook = run(by_name(TOUR), tmp_path, monkeypatch, **ready)
    named = ["Eileen Collins", "Grace Hopper", "Barack Obama"]
    assert found_by(notebook) == {
        "photos": 52, "kept_out": 5, "faces": 29, "groups": 5, "nobodys": 1,
        "named_at_095": named, "names_left": [],
    }  # fmt: skip
    photo, similarity = shown(notebook, FIGURES)
    assert len(photo["layout"]["shapes"]) == 2, "a box around each of two faces"
    assert similarity["data"][0]["type"] == "heatmap"
    pictures = shown(notebook, "image/png")
    assert len(pictures) == 2 + 5, "crops, their average, and a strip for each group"
    size = len(nbformat.writes(notebook))
    assert size < 3_000_000, "no copy of Plotly in the file"
    why = "\n".join(shown(notebook, "text/markdown"))
    assert "It is Barack Obama because of what you said" in why


@pytest.mark.models
def test_choosing_a_threshold(
    album_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = {"GALLERY_NOTEBOOK_LIBRARY": album_library}
    notebook = run(by_name(THRESHOLD), tmp_path, monkeypatch, **ready)
    result = found_by(notebook)
    # 11, 9 and 6 photos of three people, and one each of two.
    assert (result["people"], result["genuine"]) == (5, 55 + 36 + 15)
    assert result["genuine"] + result["impostor"] == 28 * 27 // 2
    assert (result["far"], result["frr"]) == (0, 0)
    assert result["intervals"] == [], "five people are too few"
    assert "Only 5 people; from 10 on" in " ".join(shown(notebook, "text/markdown"))
    assert len(shown(notebook, FIGURES)) == 3 + len(result["sliced_by"])


@pytest.mark.models
def test_comparing_groupings(
    album_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = {"GALLERY_NOTEBOOK_LIBRARY": album_library}
    notebook = run(by_name(GROUPINGS), tmp_path, monkeypatch, **ready)
    result = found_by(notebook)
    assert (result["people"], result["faces"], result["alone_purity"]) == (5, 28, 1.0)
    assert result["default"]["graph"] == 1.0
    assert all(score > 0.9 for score in result["default"].values())
    assert result["torn_groups"] > 1 < result["mixed_people"]
    assert len(shown(notebook, FIGURES)) == 4


@pytest.mark.models
@pytest.mark.lfw
def test_a_threshold_on_people_of_lfw(
    models: object, lfw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The photos themselves are taken in, and with enough people there are intervals."""
    some = tmp_path / "lfw" / "lfw-deepfunneled"
    some.mkdir(parents=True)
    people = sorted(folder for folder in lfw.iterdir() if folder.is_dir())
    several = [folder for folder in people if len(list(folder.iterdir())) == 2][:9]
    for folder in several + people[:3]:
        if not (some / folder.name).exists():
            (some / folder.name).symlink_to(folder, target_is_directory=True)
    notebook = run(by_name(THRESHOLD), tmp_path, monkeypatch, GALLERY_LFW=some.parent)
    result = found_by(notebook)
    assert result["people"] == len(list(some.iterdir()))
    assert "from 10 on there are intervals" not in " ".join(shown(notebook, "text/markdown"))
    assert result["far"] < 0.05 > result["frr"]
