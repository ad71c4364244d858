"""CLIP ViT-B/32 for search by free text: two networks and the tokenizer of the second.

The hashes are those that several public projects record of these revisions; none of the files was
loaded when this was written, and docs/models.md says so.
"""

from __future__ import annotations

from gallery.models.cards import ModelCard, Url

_SOURCE = "https://huggingface.co/Qdrant/clip-ViT-B-32-{}/resolve/{}/{}"
_VISION, _TEXT = (
    "e0c24ed0fa57fa3e4f97f30de74c51d944036ace",
    "48ca1db27cb4063eb311ec2aa7f087a808112876",
)
_LICENCE_URL = "https://github.com/openai/CLIP/blob/main/LICENSE"
# What reads the tokenizer; requirements-clip.txt pins it.
NEEDS = "tokenizers"

PICTURES = ModelCard(
    name="clip-vit-b32",
    title="CLIP ViT-B/32, pictures",
    task="looks",
    licence="MIT",
    licence_url=_LICENCE_URL,
    input="RGB, the middle square at 224x224, by the mean and spread of CLIP's own training",
    file="clip-vit-b32-vision.onnx",
    sha256="c68d3d9a200ddd2a8c8a5510b576d4c94d1ae383bf8b36dd8c084f94e1fb4d63",
    size=351_686_194,
    dim=512,
    sources=(Url(_SOURCE.format("vision", _VISION, "model.onnx")),),
    needs=NEEDS,
)
WORDS = ModelCard(
    name="clip-vit-b32-text",
    title="CLIP ViT-B/32, words",
    task="looks",
    licence="MIT",
    licence_url=_LICENCE_URL,
    input="English, at most 77 tokens",
    file="clip-vit-b32-text.onnx",
    sha256="4dbe762b11e36488304471e439cde89da053ad7acaddbf9e096745d142ec8d8b",
    size=254_102_519,
    dim=512,
    sources=(Url(_SOURCE.format("text", _TEXT, "model.onnx")),),
    needs=NEEDS,
)
TOKENIZER = ModelCard(
    name="clip-vit-b32-tokenizer",
    title="CLIP ViT-B/32, tokenizer",
    task="looks",
    licence="MIT",
    licence_url=_LICENCE_URL,
    input="English",
    file="clip-vit-b32-tokenizer.json",
    sha256="b68d571997a1f81bf521fb73806740ddb91e4ed6666cb6e996c066bb289cf55b",
    size=2_224_147,
    sources=(Url(_SOURCE.format("text", _TEXT, "tokenizer.json")),),
    needs=NEEDS,
)
CLIP_CARDS = (PICTURES, WORDS, TOKENIZER)
