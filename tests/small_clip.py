"""Two networks and a tokenizer that take the place of CLIP: colours, and the names of colours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gallery.config import Settings, load_settings
from gallery.fetch import sha256_file
from gallery.models import loading
from gallery.models.onnx_file import Graph

WORDS = ("<end>", "red", "green", "blue", "a", "wall")


def mean_colour() -> bytes:
    """A network whose vector is the mean of each channel."""
    graph = Graph("pictures")
    graph.node("GlobalAveragePool", ["pixel_values"], "means")
    graph.node("Flatten", ["means"], "image_embeds", axis=1)
    return graph.to_bytes({"pixel_values": (1, 3, 224, 224)}, {"image_embeds": (1, 3)})


def named_colour() -> bytes:
    """A network that adds up the colours that the words of a text name."""
    graph = Graph("words")
    colours = np.zeros((len(WORDS), 3), np.float32)
    colours[1:4] = 3 * np.eye(3) - 1
    graph.weight("colours", colours)
    graph.node("Gather", ["colours", "input_ids"], "each", axis=0)
    graph.node("ReduceMean", ["each"], "text_embeds", axes=[1], keepdims=0)
    return graph.to_bytes(
        {"input_ids": (1, "tokens")}, {"text_embeds": (1, 3)}, whole=("input_ids",)
    )


def tokenizer() -> str:
    tokenizers = pytest.importorskip("tokenizers")
    numbers = {word: number for number, word in enumerate(WORDS)}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(numbers, unk_token="<end>"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.post_processor = tokenizers.processors.TemplateProcessing(
        single="$A <end>", special_tokens=[("<end>", 0)]
    )
    return str(made.to_str())


def small_clip(monkeypatch: pytest.MonkeyPatch, home: Path) -> Settings:
    """Put the three files in place, and cards with their hashes."""
    monkeypatch.setenv("GALLERY_MODELS_HOME", str(home))
    load_settings.cache_clear()
    settings = load_settings()
    settings.weights.mkdir(parents=True)
    made = {"PICTURES": mean_colour(), "WORDS": named_colour(), "TOKENIZER": tokenizer().encode()}
    cards = []
    for name, data in made.items():
        card = getattr(loading, name)
        path = settings.weights / str(card.file)
        path.write_bytes(data)
        cards.append(replace(card, sha256=sha256_file(path), size=len(data), sources=()))
        monkeypatch.setattr(loading, name, cards[-1])
    monkeypatch.setattr(loading, "CLIP_CARDS", tuple(cards))
    return settings
