"""Data walks one way: no module imports from a band further out than its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# A module may import from its own band and those before it.
BANDS: tuple[tuple[str, ...], ...] = (
    ("", "wording", "errors", "records", "config"),
    ("protocols", "vectors", "vector_index", "neighbours", "formats", "hashes", "scene_neighbours"),
    # Stages: records, arrays and protocols; never the store or a concrete model.
    (
        "algorithms",
        "align",
        "alternative_text",
        "apart",
        "archive",
        "cluster",
        "constraints",
        "date_words",
        "decode",
        "detect",
        "doubt",
        "drawn",
        "embed",
        "event_names",
        "event_settling",
        "events",
        "exif",
        "file_faces",
        "ingest",
        "join",
        "journeys",
        "jpeg_parts",
        "layout",
        "likeness",
        "linkage",
        "machine",
        "matching",
        "merging",
        "metadata",
        "metadata_fields",
        "moments",
        "occasions",
        "open_zip",
        "people_tags",
        "picture_tags",
        "pillow_warnings",
        "place_words",
        "places",
        "plain_pixels",
        "quality",
        "query",
        "reconciling",
        "regions",
        "resize",
        "same_picture",
        "source_file",
        "sources",
        "tags",
        "vocabulary",
        "safe_names",
        "smaller",
        "source_file",
        "sources",
        "tiff_place",
        "without_chains",
        "why_refused",
        "without_place",
        "sphere",
        "xmp",
        "xmp_regions",
        "xmp_tree",
        "xmp_write",
    ),
    # Edges: what talks to disks, networks and runtimes.
    (
        "child_process",
        "fetch",
        "layout_process",
        "media",
        "models",
        "samples",
        "sample_variants",
        "store",
        "table_files",
        "whole_folder",
    ),
    # Use cases.
    (
        "album_zip",
        "albums",
        "backup",
        "boxes",
        "candidates",
        "comparing",
        "completing",
        "corrections",
        "dataset",
        "decisions",
        "duplicates",
        "evaluate",
        "event_describing",
        "event_editing",
        "event_updating",
        "face_map",
        "face_search",
        "file_names",
        "forgetting",
        "grouping",
        "health",
        "keeping",
        "looking_alike",
        "looks",
        "merged",
        "oddness",
        "parting",
        "people",
        "photo_bin",
        "pipeline",
        "placing",
        "preview",
        "question_process",
        "questions",
        "relocating",
        "reading",
        "reading_text",
        "report",
        "resolving",
        "review",
        "sample_library",
        "similar",
        "tagging",
        "search",
        "taking_over",
        "sidecars",
        "why",
        "workflow",
    ),
    ("cli", "ui", "__main__"),
)
BAND_OF = {name: number for number, names in enumerate(BANDS) for name in names}

# Edges are told apart as well: each may use the edges named here, and no others.
EDGE_USES = {
    "child_process": set(),
    "fetch": set(),
    "layout_process": {"child_process"},
    "media": set(),
    "models": {"fetch"},
    "samples": {"fetch", "sample_variants"},
    "sample_variants": set(),
    "store": {"media"},
    "table_files": set(),
    "whole_folder": set(),
}

# The two faces of the program build edges and pass them in, but know nothing of each other.
OUTERMOST = {"cli", "ui"}

# Heavy or outermost packages, and who alone may import them.
ONLY_IN = {
    "streamlit": ("ui",),
    "typer": ("cli",),
    "rich": ("cli",),
    "sqlalchemy": (
        "store",
        "albums",
        "corrections",
        "decisions",
        "file_names",
        "grouping",
        "people",
        "photo_bin",
        "pipeline",
        "tagging",
        "looks",
        "corrections",
        "decisions",
        "event_editing",
        "event_updating",
        "grouping",
        "people",
        "pipeline",
        "why",
    ),
    "alembic": ("store",),
    "openvino": ("models",),
    "onnxruntime": ("models",),
    "tokenizers": ("models",),
    "deepface": ("models",),
    "retinaface": ("models",),
    "rapidocr": ("models",),
    "tensorflow": ("models",),
    "faiss": ("vectors", "vector_index", "hashes", "scene_neighbours"),
    "fsspec": ("media",),
    "pyarrow": ("table_files",),
    "umap": ("layout",),
}


def modules() -> list[Path]:
    return sorted((ROOT / "gallery").rglob("*.py"))


def top_name(dotted: str) -> str:
    """`cluster` of `gallery.cluster`, `` of `gallery` itself."""
    return dotted.split(".")[1] if "." in dotted else ""


def own_name(path: Path) -> str:
    parts = path.relative_to(ROOT / "gallery").with_suffix("").parts
    return "" if parts == ("__init__",) else parts[0]


def imports(path: Path) -> set[str]:
    """Every module a file imports, at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where an arrow goes"
            module = node.module or ""
            if module == "gallery":  # from gallery import people
                found.update(f"gallery.{alias.name}" for alias in node.names)
            else:
                found.add(module)
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_arrow_turns_round(path: Path) -> None:
    own = own_name(path)
    assert own in BAND_OF, f"say in this test which band gallery/{own} belongs to"
    for name in imports(path):
        if name != "gallery" and not name.startswith("gallery."):
            continue
        other = top_name(name)
        if other == own or other.startswith("_"):
            continue
        assert BAND_OF[other] <= BAND_OF[own], f"{own} must not import {other}: it is further out"
        assert not {own, other} <= OUTERMOST, f"{own} and {other} must not know each other"
        if own in EDGE_USES and other in EDGE_USES:
            assert other in EDGE_USES[own], f"the edge {own} must not lean on the edge {other}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_heavy_packages_stay_where_they_belong(path: Path) -> None:
    own = own_name(path)
    for name in imports(path):
        owners = ONLY_IN.get(name.split(".")[0])
        assert owners is None or own in owners, f"{own} must not import {name}; {owners} may"


def test_pages_stay_thin() -> None:
    for path in [*sorted((ROOT / "pages").glob("*.py")), ROOT / "streamlit_app.py"]:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        most = 45 if path.name == "streamlit_app.py" else 120
        assert lines <= most, f"{path.name} has {lines} lines; move work into gallery/ui"


def test_every_band_names_modules_that_exist() -> None:
    existing = {own_name(path) for path in modules()}
    assert existing == set(BAND_OF), "the bands of this test and the package differ"
