"""Every command and setting is documented, and nothing in the documents is made up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from gallery.cli.app import app
from gallery.config import Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def commands(command: Any, path: str = "gallery") -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    for name, one in inner.items():
        yield from commands(one, f"{path} {name}")


ALL = dict(commands(typer.main.get_command(app)))


def test_the_commands_are_seen() -> None:
    assert len(ALL) >= 12


@pytest.mark.parametrize("path", ALL)
def test_every_command_is_documented(path: str) -> None:
    assert f"`{path}" in COMMANDS, f"{path} has no row in docs/commands.md"


@pytest.mark.parametrize("path", ALL)
def test_every_option_is_documented(path: str) -> None:
    for parameter in ALL[path].params:
        for option in parameter.opts:
            if option.startswith("--") and option != "--help":
                assert option in COMMANDS, f"{path} {option} is not in docs/commands.md"


def test_the_documents_name_no_command_that_is_gone() -> None:
    named = set(re.findall(r"`(gallery(?: [a-z]+){1,2})", README + COMMANDS))
    known = {*ALL, *(path.rsplit(" ", 1)[0] for path in ALL if path.count(" ") > 1)}
    gone = {path for path in named if path not in known and path.rsplit(" ", 1)[0] not in ALL}
    assert not gone


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    variable = f"GALLERY_{name.upper()}"
    row = re.search(rf"^\| `{variable}` \| (.*?) \|", SETTINGS, re.MULTILINE)
    assert row, f"{variable} has no row in docs/settings.md"
    default = Settings.model_fields[name].default
    if isinstance(default, str | int | float) and not isinstance(default, bool):
        shown = f"{default:g}" if isinstance(default, float) else str(default)
        assert row[1].strip("`") == shown, f"docs/settings.md says {row[1]} for {variable}"


def test_the_documents_name_no_setting_that_is_gone() -> None:
    known = {f"GALLERY_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"GALLERY_[A-Z_]+", README + SETTINGS)) <= known


DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for link in set(re.findall(r'(?:\]\(|src=")([^)#"]+)', text)):
        if not link.startswith("http"):
            assert (document.parent / link).exists(), f"{document.name} links to {link}"


def test_every_source_of_the_comparison_is_used_and_there() -> None:
    text = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
    sources = re.findall(r"^\[(\S+)\]: https://", text, re.MULTILINE)
    assert len(set(sources)) == len(sources)
    assert set(sources) == set(re.findall(r"\]\[([^\]]+)\]", text))
