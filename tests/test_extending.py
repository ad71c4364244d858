"""What docs/extending.md says is done to a copy of the gallery, and works there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from synthetic import encoded, put, sharp_pixels

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^ *```python\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
PLACE = re.compile(r'# (?P<file>\S+?)(, (?P<side>above|below) "(?P<line>.*)")?')
# In one process, since starting one takes longer than all that it does here.
TRIAL = """
import json, sys
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner
import gallery
from gallery.cli.app import app

def say(*command):
    done = CliRunner().invoke(app, [*command, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)

models = ["--detector", "middle", "--embedder", "shades"]
taken = say("ingest", sys.argv[1], *models, "--no-tag", "--no-text")
say("cluster", "--algorithm", "leader", "--embedder", "shades")
grouped = next(run for run in say("runs", "list") if run["current"])
page = AppTest.from_file("pages/counts.py", default_timeout=60).run()
assert not page.exception and not page.error, (page.exception, page.error)
counts = page.table[0].value["Photos"].tolist()
print(json.dumps([gallery.__file__, taken, grouped, counts]))
"""


def blocks() -> list[tuple[re.Match[str], str]]:
    """Where the code of each block of the document goes, and the code."""
    found = []
    for block in BLOCK.findall((ROOT / "docs" / "extending.md").read_text(encoding="utf-8")):
        first, _, code = textwrap.dedent(block).partition("\n")
        place = PLACE.fullmatch(first)
        assert place, f"{first!r} does not say where the code goes"
        found.append((place, code))
    return found


def extend(house: Path, place: re.Match[str], code: str) -> None:
    """Do what a block says."""
    file = house / place["file"]
    if place["line"] is None:
        assert not file.exists(), f"{place['file']} is there already"
        file.write_text(code, encoding="utf-8")
        return
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines.count(place["line"]) == 1, f"{place['file']} has not one line {place['line']!r}"
    row = lines.index(place["line"]) + (place["side"] == "below")
    lines[row:row] = code.splitlines()
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the gallery with everything in it that the document adds."""
    copy = tmp_path_factory.mktemp("house")
    for name in ("gallery", "pages"):
        shutil.copytree(ROOT / name, copy / name)
    for name in ("streamlit_app.py", "pyproject.toml"):
        shutil.copy(ROOT / name, copy)
    for place, code in blocks():
        extend(copy, place, code)
    return copy


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people, so to say: two pictures, each in three qualities."""
    folder = tmp_path_factory.mktemp("photos")
    for person in (3, 4):
        for quality in (95, 80, 65):
            picture = encoded(sharp_pixels(person, 320, 240), quality=quality)
            put(folder / f"{person}-{quality}.jpg", picture)
    return folder


def run(house: Path, library: Path, *command: str) -> str:
    """What Python says in the copy."""
    environment = os.environ | {"PYTHONPATH": str(house), "GALLERY_LIBRARY": str(library)}
    done = subprocess.run(
        [sys.executable, *command], cwd=house, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_photos_go_in_are_grouped_and_counted(house: Path, photos: Path, tmp_path: Path) -> None:
    said = run(house, tmp_path / "library", "-c", TRIAL, str(photos))
    package, taken, grouped, counts = json.loads(said.splitlines()[-1])
    assert Path(package).is_relative_to(house)
    assert (taken["added"], taken["faces"], taken["people"]) == (6, 6, 2)
    assert (grouped["algorithm"], grouped["clusters"]) == ("leader", 2)
    assert counts == [3, 3]


def test_the_linter_has_nothing_to_say_against_it(house: Path, tmp_path: Path) -> None:
    run(house, tmp_path, "-m", "ruff", "check", ".")
