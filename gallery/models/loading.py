"""From a name in the settings to a loaded detector, embedder, tagger or text reader."""

from __future__ import annotations

from gallery.config import Settings
from gallery.errors import ModelError
from gallery.models import registry, weights
from gallery.models.cards import ModelCard
from gallery.models.clip_cards import CLIP_CARDS, PICTURES, TOKENIZER, WORDS
from gallery.protocols import Detector, Embedder, SceneEmbedder, Tagger, TextReader

TAGGER = "efficientnet-lite0"
TEXT_READER = "pp-ocrv6"


def load_detector(
    name: str, settings: Settings, on_bytes: weights.OnBytes | None = None
) -> Detector:
    """A detector, its weights fetched if need be.

    Raises:
        ModelError: Unknown name, or the weights or a package cannot be had.
    """
    card = registry.find_card(name, "detector")
    if card.deepface:
        from gallery.models.deepface_models import DeepFaceDetector

        if card.file:
            weights.ensure(card, settings, on_bytes)
        return DeepFaceDetector(card, settings)
    path = weights.ensure(card, settings, on_bytes)
    if card.name == "yunet":
        from gallery.models.yunet import YuNet

        return YuNet(path, settings.min_score)
    from gallery.models.retinaface import MEAN_BGR, RetinaFace
    from gallery.models.session import open_session

    return RetinaFace(open_session(path, settings, picture_means=MEAN_BGR), settings.min_score)


def load_embedder(
    name: str, settings: Settings, on_bytes: weights.OnBytes | None = None
) -> Embedder:
    """An embedder, its weights fetched if need be.

    Raises:
        ModelError: Unknown name, or the weights or a package cannot be had.
    """
    card = registry.find_card(name, "embedder")
    path = weights.ensure(card, settings, on_bytes)
    version = (weights.expected_sha256(card, settings) or "")[:12]
    if card.deepface:
        from gallery.models.deepface_models import DeepFaceEmbedder, deepface_version

        return DeepFaceEmbedder(card, version or deepface_version(), settings)
    if card.name == "sface":
        from gallery.models.session import open_session
        from gallery.models.sface import SFace

        # Its graph was exported for one face, and does as well with several.
        return SFace(open_session(path, settings, together=True), version)
    if card.name == "facenet-20180408":
        from gallery.models.facenet import FaceNet20180408

        return FaceNet20180408(path, version, settings)
    raise ModelError(f"{card.title} is known but nothing runs it yet.")


def load_tagger(settings: Settings, on_bytes: weights.OnBytes | None = None) -> Tagger:
    """The tagger, its weights fetched and converted if need be.

    Raises:
        ModelError: The weights cannot be had.
    """
    card = registry.find_card(TAGGER, "tagger")
    path = weights.ensure(card, settings, on_bytes)
    from gallery.models.efficientnet import EfficientNetLite0
    from gallery.models.session import open_session

    version = (weights.expected_sha256(card, settings) or "")[:12]
    return EfficientNetLite0(lambda: open_session(path, settings), version, settings.precision)


def load_text_reader(settings: Settings) -> TextReader:
    """The text reader; its weights come with its package and are checked at the first picture.

    Raises:
        ModelError: Its package is not installed.
    """
    card = registry.find_card(TEXT_READER, "text")
    if not weights.is_usable(card, settings):
        raise ModelError(
            f"{card.title} needs the package {card.needs}. Run: pip install -r requirements.txt"
        )
    from gallery.models.ppocr import PPOCRv6
    from gallery.models.session import open_session

    return PPOCRv6(
        lambda path, shapes: open_session(path, settings, shapes=shapes),
        settings.precision,
    )


def load_scene_embedder(
    settings: Settings, on_bytes: weights.OnBytes | None = None
) -> SceneEmbedder:
    """CLIP, its three files fetched if need be.

    Raises:
        ModelError: The extra is not installed, or the files cannot be had.
    """
    if weights.state(TOKENIZER, settings) is weights.FileState.NEEDS_PACKAGE:
        raise ModelError(
            "To search by free text an extra is needed. Run: pip install -r requirements-clip.txt"
        )
    pictures, words, tokenizer = (
        weights.ensure(card, settings, on_bytes) for card in (PICTURES, WORDS, TOKENIZER)
    )
    from gallery.models.clip import Clip, TextNetwork
    from gallery.models.session import open_session

    # Vectors of pictures and words are comparable only where both networks are these.
    version = "-".join((card.sha256 or "")[:8] for card in (PICTURES, WORDS))
    return Clip(
        PICTURES.name,
        version,
        settings.precision,
        lambda: open_session(pictures, settings),
        lambda: TextNetwork(words, tokenizer, settings.threads),
    )


def can_embed_scenes(settings: Settings) -> bool:
    """Whether free text can be searched now, without a download."""
    return all(weights.is_usable(card, settings) for card in CLIP_CARDS)


def default_cards(settings: Settings) -> list[ModelCard]:
    """The models a first run needs: the registry's defaults and those of the settings."""
    chosen = {
        registry.find_card(settings.detector, "detector").name,
        registry.find_card(settings.embedder, "embedder").name,
    }
    return [card for card in registry.cards() if card.default or card.name in chosen]
