"""Every card says all there is to know, and every name that people use finds its card."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from gallery.align import find_alignment
from gallery.config import Settings
from gallery.errors import ModelError
from gallery.models.cards import ModelCard, Url
from gallery.models.loading import default_cards
from gallery.models.registry import REGISTRY, cards, find_card

ALL = cards()


@pytest.fixture(params=ALL, ids=lambda card: card.name)
def card(request: pytest.FixtureRequest) -> ModelCard:
    return request.param


def test_names_are_unique() -> None:
    plain = [re.sub(r"[^a-z0-9]", "", card.name) for card in ALL]
    assert len(set(plain)) == len(plain)
    assert list(REGISTRY.values()) == ALL


def test_a_card_has_licence_and_input(card: ModelCard) -> None:
    assert card.title
    assert card.licence
    assert card.input
    assert urlsplit(card.licence_url).scheme == "https"


def test_a_file_can_be_checked_or_is_recorded(card: ModelCard) -> None:
    if card.sha256 is not None:
        assert re.fullmatch(r"[0-9a-f]{64}", card.sha256)
        assert card.file
        assert card.size
        assert card.sources
    elif card.file is not None:
        assert card.deepface, "no hash, and nobody who would fetch it either"
        assert not card.sources, "a source without a hash would be trusted blindly"
    else:
        assert card.needs, "neither a file nor a package brings the weights"


def test_sources_are_pinned(card: ModelCard) -> None:
    for source in card.sources:
        if isinstance(source, Url):
            assert urlsplit(source.url).scheme == "https"
            assert (source.compression == "bz2") is source.url.endswith(".bz2")
        else:
            assert re.fullmatch(r"[a-z0-9-]+==[0-9.]+", source.requirement)
            assert not source.member.startswith("/")
            assert ".." not in source.member


def test_the_same_file_is_described_the_same_way() -> None:
    by_file: dict[str, set[tuple[object, ...]]] = {}
    for card in ALL:
        if card.file:
            by_file.setdefault(card.file, set()).add((card.sha256, card.size, card.sources))
    assert {file: kinds for file, kinds in by_file.items() if len(kinds) > 1} == {}


def test_an_embedder_has_all_that_grouping_needs(card: ModelCard) -> None:
    if card.task != "embedder":
        assert card.thresholds is None
        return
    assert card.dim
    assert card.alignment
    assert find_alignment(card.alignment).name == card.alignment
    thresholds = card.thresholds
    assert thresholds is not None
    assert thresholds.evidence
    assert 0 < thresholds.verify <= thresholds.link <= thresholds.join < 1


def test_a_guess_is_called_one() -> None:
    """Only the default embedder's link threshold was measured."""
    for card in cards("embedder"):
        assert card.thresholds is not None
        if card.name != "sface":
            assert "estimate" in card.thresholds.evidence, card.name


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("sface", "sface"),
        ("SFace", "sface"),
        (" S-Face ", "sface"),
        ("YuNet", "yunet"),
        ("RetinaFace", "retinaface"),
        ("retinaface-mnet0.25", "retinaface"),
        ("RetinaFace MobileNet-0.25", "retinaface"),
        ("RetinaFace-R50", "retinaface-r50"),
        ("VGG-Face", "vgg-face"),
        ("vggface", "vgg-face"),
        ("Facenet", "facenet"),
        ("Facenet512", "facenet512"),
        ("FaceNet 20180408-102900", "facenet-20180408"),
        ("facenet_20180408", "facenet-20180408"),
        ("ArcFace", "arcface"),
        ("GhostFaceNet", "ghostfacenet"),
        ("MTCNN", "mtcnn"),
        ("EfficientNet-Lite0", "efficientnet-lite0"),
    ],
)
def test_spellings(name: str, found: str) -> None:
    assert find_card(name).name == found


def test_deepfaces_names_find_their_cards(card: ModelCard) -> None:
    if card.deepface and card.task == "embedder":
        assert find_card(card.deepface, "embedder").deepface == card.deepface


@pytest.mark.parametrize(
    ("name", "task", "message"),
    [
        ("nobody", None, "There is no model named 'nobody'. Known: retinaface, yunet, sface"),
        ("sface", "detector", "There is no detector named 'sface'. Known: retinaface, yunet"),
        ("", None, "There is no model named ''"),
        ("face", None, "There is no model named 'face'"),
    ],
)
def test_unknown_names(name: str, task: str | None, message: str) -> None:
    with pytest.raises(ModelError) as error:
        find_card(name, task)  # type: ignore[arg-type]
    assert message in str(error.value)


def test_the_default_models() -> None:
    settings = Settings()
    names = {card.name for card in default_cards(settings)}
    assert names == {"retinaface", "yunet", "sface", "efficientnet-lite0"}
    assert all(card.sha256 for card in default_cards(settings))
    chosen = settings.with_changes(embedder="dlib", detector="mtcnn")
    assert {card.name for card in default_cards(chosen)} == names | {"dlib", "mtcnn"}
