"""Every setting: its name, default, meaning and environment variable, in one place."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gallery.errors import ConfigError


def default_library() -> Path:
    """Where a library lies unless the user says otherwise."""
    return user_data_path("smart-image-gallery") / "library"


def default_cache() -> Path:
    """Where what can be made anew lies: vectors of the data sets that were evaluated."""
    return user_cache_path("smart-image-gallery")


def default_models_home() -> Path:
    """DeepFace's home: its weights folder is our model store, so that both share files."""
    return Path(os.environ.get("DEEPFACE_HOME") or Path.home())


def default_engine() -> Any:
    """DeepFace's engine: what its own variable says, else onnx, whatever else is installed."""
    return os.environ.get("DEEPFACE_BACKEND_ENGINE") or "onnx"


def on_community_cloud() -> bool:
    """Whether this is an app on Streamlit Community Cloud, where everybody can come in.

    It checks repositories out below /mount/src; nobody's library is shared there by accident.
    """
    return str(Path(__file__).resolve()).startswith("/mount/src/")


class Settings(BaseSettings):
    """Frozen settings; each is also the environment variable `GALLERY_` plus its name."""

    model_config = SettingsConfigDict(env_prefix="GALLERY_", frozen=True, extra="ignore")

    library: Path = Field(
        default_factory=default_library,
        description="Folder of the library: database, originals, thumbnails.",
    )
    models_home: Path = Field(
        default_factory=default_models_home,
        description="Weights lie in `.deepface/weights` below this folder, where DeepFace "
        "looks too. Default: `DEEPFACE_HOME`, else the home folder.",
    )
    cache: Path = Field(
        default_factory=default_cache,
        description="Folder for what can be made anew, such as the vectors of evaluated data "
        "sets. It can be deleted any time.",
    )
    detector: str = Field(default="retinaface", description="Face detector, by registry name.")
    embedder: str = Field(default="sface", description="Face embedder, by registry name.")
    precision: Literal["f32", "bf16"] = Field(
        default="f32",
        description="Arithmetic of the networks. bf16 is faster on CPUs that have it and "
        "gives vectors of a space of their own.",
    )
    runtime: Literal["auto", "openvino", "onnxruntime"] = Field(
        default="auto", description="What runs the networks; auto takes OpenVINO if present."
    )
    deepface_engine: Literal["onnx", "tensorflow", "pytorch"] = Field(
        default_factory=default_engine,
        description="Engine of DeepFace's own models; tensorflow needs its own requirements file.",
    )
    threads: int = Field(
        default=0, ge=0, le=256, description="Threads to compute with; 0 takes every core."
    )
    detect_side: int = Field(
        default=1280,
        ge=160,
        le=8192,
        description="Longest side, in pixels, at which faces are looked for first.",
    )
    min_score: float = Field(
        default=0.8, gt=0, lt=1, description="Detector score below which a face is dropped."
    )
    min_face: int = Field(
        default=16, ge=4, description="Shorter side of a face box, in original pixels, to keep it."
    )
    min_side: int = Field(
        default=64, ge=1, description="A photo with a shorter side below this is too small."
    )
    min_sharpness: float = Field(
        default=12.0,
        ge=0,
        description="A photo less sharp than this is too blurry; 0 takes in everything.",
    )
    max_pixels: int = Field(
        default=250_000_000,
        ge=1_000_000,
        description="A picture with more pixels than this is refused before it is decoded.",
    )
    max_file_mb: int = Field(
        default=500, ge=1, description="A file larger than this many megabytes is refused."
    )
    max_archive_gb: int = Field(
        default=50, ge=1, description="A ZIP that unpacks to more gigabytes than this is refused."
    )
    thumbnail_side: int = Field(
        default=512, ge=64, le=2048, description="Longest side of a thumbnail in pixels."
    )
    link_threshold: float | None = Field(
        default=None,
        gt=-1,
        lt=1,
        description="Cosine at which two faces are linked when grouping; unset takes the "
        "model's measured value.",
    )
    weak_quality: float = Field(
        default=0.25,
        ge=0,
        le=1,
        description="Faces below this quality join a person but never start one.",
    )
    hold_back: bool = Field(
        default=False,
        description="Faces far from the others of their group wait as not sure when all are "
        "grouped: about half the mixed groups, for some 2 % of the faces.",
    )
    map_tiles: str | None = Field(
        default=None,
        description="Address of a tile server for the map, with {z}, {x} and {y} in it. Whoever "
        "runs the server learns which places are looked at; unset asks nobody.",
    )
    map_attribution: str = Field(
        default="© OpenStreetMap contributors",
        description="What the owner of the tiles wants to be named as; shown on the map with them.",
    )
    read_text: bool = Field(
        default=True,
        description="Text in photos is read once they are in. It is the slowest step; it can "
        "also be done later.",
    )
    demo: bool = Field(
        default_factory=on_community_cloud,
        description="Public demo: every visitor gets a library of their own that is gone with "
        "the session, and server folders cannot be read.",
    )
    demo_max_photos: int = Field(
        default=300, ge=1, description="Photos a demo visitor's library may hold."
    )
    demo_max_mb: int = Field(
        default=200, ge=1, description="Megabytes a demo visitor may upload at a time."
    )

    @field_validator("map_tiles")
    @classmethod
    def _is_address_of_tiles(cls, given: str | None) -> str | None:
        if not given:
            return None
        parts = all(part in given for part in ("{z}", "{x}", "{y}"))
        if not parts or not given.startswith(("https://", "http://")):
            raise ValueError("an address with {z}, {x} and {y}, beginning with https://")
        return given

    @property
    def weights(self) -> Path:
        """The folder all weights lie in."""
        return self.models_home / ".deepface" / "weights"

    def for_demo(self) -> Settings:
        """A copy with limits for files of strangers, whatever the owner's own limits are.

        A phone's photo has 12 to 50 megapixels, and 40 take 120 MB of memory when decoded;
        several visitors at a time must fit a small server.
        """
        return self.model_copy(
            update={
                "max_pixels": min(self.max_pixels, 40_000_000),
                "max_file_mb": min(self.max_file_mb, 50),
                "max_archive_gb": 1,
            }
        )

    def with_changes(self, **changes: object) -> Settings:
        """A validated copy with some values replaced; None leaves a value as it is.

        Raises:
            ConfigError: A value is not allowed.
        """
        values = self.model_dump() | {k: v for k, v in changes.items() if v is not None}
        try:
            return Settings(**values)
        except ValidationError as error:
            raise ConfigError(_explain(error)) from error


def _explain(error: ValidationError) -> str:
    lines = [
        f"setting {name} (GALLERY_{name.upper()}): {item['msg']} (got {item['input']!r})"
        for item in error.errors()
        for name in [".".join(str(part) for part in item["loc"])]
    ]
    return "; ".join(lines) + ". Change it or unset its variable."


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings from the environment.

    Raises:
        ConfigError: A variable has a value that is not allowed.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise ConfigError(_explain(error)) from error
