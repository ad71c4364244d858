"""One network, loaded once: OpenVINO where it is installed, onnxruntime otherwise.

The same weights give the same vectors on both (cosine difference below 1e-6 at f32).
The precision is always set explicitly: OpenVINO's own default is bf16 where the CPU has
it, and results would then differ between machines without anyone having asked.
"""

from __future__ import annotations

import importlib.util
import os
import threading
from abc import ABC, abstractmethod
from collections import Counter, OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from gallery.config import Settings
from gallery.errors import ModelError
from gallery.machine import cores

Array = NDArray[np.float32]
# Floats, or the bytes of a picture where the session makes floats of them.
Given = NDArray[Any]
# Of a network that takes BGR: what is taken away from blue, green and red.
Means = tuple[float, float, float]

# How a network is compiled, which takes as long as a few photos:
# - common: for any shape at first, then also for the shapes that a library is full of, for which
#   it is up to 15 % faster;
# - any: for any shape only;
# - each: for the shape of each input, where those of one shape come together. For a large input a
#   network that takes any shape holds twice the memory, and as much as its largest input needed.
Shapes = Literal["common", "any", "each"]

# With the one for any shape. Each holds its own memory, 100 MB where photos are looked at.
_KEPT = {"common": 4, "any": 1, "each": 2}
_WORTH_COMPILING = 12
# Several crops at once read the weights once, which takes a fifth of the time away; with more,
# another thread may wait.
_TOGETHER = 8

_FIRST_ARRAY = threading.Lock()


class Session(ABC):
    """A loaded network with one input."""

    runtime: str
    precision: str

    @abstractmethod
    def run(self, array: Given) -> list[Array]:
        """Outputs, in the graph's order, for one input array."""

    @abstractmethod
    def metadata(self, key: str) -> str | None:
        """What the file of the network says of itself under a key."""

    def run_many(self, arrays: Sequence[Given]) -> list[list[Array]]:
        """Outputs for several inputs of one shape, in order."""
        return [self.run(array) for array in arrays]


class OpenVINOSession(Session):
    """Runs on OpenVINO, compiled per input shape.

    Args:
        path: of the network.
        precision: `f32` or `bf16`.
        threads: to compute with; 0 takes every core.
        shapes: for which it is compiled.
        together: whether several inputs may be run as one, whatever the file says.
        picture_means: the input is (1, height, width, 3) RGB bytes, of which the network gets
            BGR floats less these, channels first.
    """

    runtime = "openvino"

    def __init__(
        self,
        path: Path,
        precision: str,
        threads: int,
        *,
        shapes: Shapes = "common",
        together: bool = False,
        picture_means: Means | None = None,
    ) -> None:
        import openvino

        self.precision = precision
        # Two threads that show OpenVINO their first array at the same moment wait for each other
        # for ever: each holds what the other needs, its own lock or Python's.
        with _FIRST_ARRAY:
            openvino.Tensor(np.zeros(1, dtype=np.float32))
        self._core = core = openvino.Core()
        self._path = path
        self._shapes: Shapes = "any" if together else shapes
        self._together = together
        self._picture_means = picture_means
        static = core.read_model(str(path)).inputs[0].partial_shape.is_static
        self._is_static = static and not together
        threads = threads or cores()
        self._config: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": precision,
            # Two threads a photo are as quick as a photo a thread, and need half the memory.
            "NUM_STREAMS": max(1, threads // 2),
            "INFERENCE_NUM_THREADS": threads,
            # Bound to cores, the threads of two networks, or of two processes, would wait for
            # each other on one core while the other has nothing to do.
            "ENABLE_CPU_PINNING": False,
        }
        self._compiled: OrderedDict[tuple[int, ...] | None, Any] = OrderedDict()
        self._seen: Counter[tuple[int, ...]] = Counter()
        self._lock = threading.Lock()

    def _compile(self, shape: tuple[int, ...]) -> Any:
        """The network for a shape; for one rarely seen, the network that takes any."""
        with self._lock:
            self._seen[shape] += 1
            key = shape if self._is_static or self._is_worth_compiling(shape) else None
            if key in self._compiled:
                self._compiled.move_to_end(key)
                return self._compiled[key]
            model = self._read(key)
            compiled = self._core.compile_model(model, "CPU", self._config)
            self._compiled[key] = compiled
            while len(self._compiled) > _KEPT[self._shapes]:
                self._compiled.popitem(last=False)
            return compiled

    def _is_worth_compiling(self, shape: tuple[int, ...]) -> bool:
        if self._shapes != "common":
            return self._shapes == "each"
        # What is there stays: shapes in turn would else be compiled again and again.
        has_room = len(self._compiled) < _KEPT[self._shapes]
        return shape in self._compiled or (has_room and self._seen[shape] >= _WORTH_COMPILING)

    def _read(self, shape: tuple[int, ...] | None) -> Any:
        """The network, for one shape of its input or for any."""
        model = self._core.read_model(str(self._path))
        if self._together:
            model.reshape([-1, *list(model.inputs[0].partial_shape)[1:]])
        if self._picture_means is None:
            if shape is not None:
                model.reshape(list(shape))
            return model
        if shape is not None:
            model.reshape([shape[0], shape[3], shape[1], shape[2]])
        return _of_pictures(model, self._picture_means)

    def run(self, array: Given) -> list[Array]:
        """Outputs for one input; compiles on the first of a shape."""
        request = self._compile(array.shape).create_infer_request()
        results = request.infer([array])
        return [np.array(value) for value in results.values()]

    def metadata(self, key: str) -> str | None:
        """What the file of the network says of itself under a key."""
        said = self._core.read_model(str(self._path)).get_rt_info()
        if "framework" not in said or key not in said["framework"]:
            return None
        return str(said["framework"][key].value)

    def run_many(self, arrays: Sequence[Given]) -> list[list[Array]]:
        """Outputs for several inputs, through several requests that fill every core."""
        if not self._together:
            return self._run_all(arrays)
        groups = [
            np.concatenate(arrays[start : start + _TOGETHER])
            for start in range(0, len(arrays), _TOGETHER)
        ]
        return [
            [output[row : row + 1] for output in outputs]
            for outputs, group in zip(self._run_all(groups), groups, strict=True)
            for row in range(len(group))
        ]

    def _run_all(self, arrays: Sequence[Given]) -> list[list[Array]]:
        if not arrays:
            return []
        compiled = self._compile(arrays[0].shape)
        # Twice as many as can run, so that none waits for its next picture. No callbacks: they
        # need Python's lock on OpenVINO's threads, and a session let go of while one of them
        # ends waits for its thread with that lock held, for ever.
        count = 2 * int(compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        requests = [compiled.create_infer_request() for _ in range(min(count, len(arrays)))]
        outputs: list[list[Array]] = []
        for index, array in enumerate(arrays):
            request = requests[index % len(requests)]
            if index >= len(requests):
                outputs.append(_results(request))
            request.start_async([array])
        for index in range(len(outputs), len(arrays)):
            outputs.append(_results(requests[index % len(requests)]))
        return outputs


def _of_pictures(model: Any, means: Means) -> Any:
    """The same network for RGB bytes; it turns them into floats in less time than we would."""
    import openvino
    from openvino.preprocess import ColorFormat, PrePostProcessor

    given = PrePostProcessor(model)
    tensor = given.input().tensor()
    tensor.set_element_type(openvino.Type.u8)
    tensor.set_layout(openvino.Layout("NHWC"))
    tensor.set_color_format(ColorFormat.RGB)
    given.input().model().set_layout(openvino.Layout("NCHW"))
    steps = given.input().preprocess()
    steps.convert_element_type(openvino.Type.f32)
    steps.convert_color(ColorFormat.BGR)
    steps.mean(list(means))
    return given.build()


def _results(request: Any) -> list[Array]:
    """The outputs of a request, once it is done."""
    request.wait()
    return [np.array(tensor.data) for tensor in request.output_tensors]


class OnnxSession(Session):
    """Runs on onnxruntime."""

    runtime = "onnxruntime"
    precision = "f32"

    def __init__(self, path: Path, threads: int, picture_means: Means | None = None) -> None:
        import onnxruntime

        self._picture_means = picture_means

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3  # SFace's graph warns about harmless initialisers
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name

    def run(self, array: Given) -> list[Array]:
        """Outputs for one input."""
        if self._picture_means is not None:
            # One pass in C: to floats, RGB to BGR, means away, channels first.
            array = cv2.dnn.blobFromImage(array[0], mean=self._picture_means, swapRB=True)
        return [np.asarray(value) for value in self._session.run(None, {self._input: array})]

    def metadata(self, key: str) -> str | None:
        """What the file of the network says of itself under a key."""
        said: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
        return said.get(key)


def available_runtime(settings: Settings) -> str:
    """The runtime that `open_session` will use: `openvino` or `onnxruntime`.

    Raises:
        ModelError: The one asked for is not installed.
    """
    wanted = ("openvino", "onnxruntime") if settings.runtime == "auto" else (settings.runtime,)
    for name in wanted:
        if importlib.util.find_spec(name) is not None:
            return name
    raise ModelError(
        f"No runtime for the networks: {' or '.join(wanted)} is not installed. "
        "Run: pip install -r requirements.txt"
    )


def open_session(
    path: Path,
    settings: Settings,
    *,
    shapes: Shapes = "common",
    together: bool = False,
    picture_means: Means | None = None,
) -> Session:
    """Load a network.

    Args:
        path: of its file.
        settings: runtime, precision and threads.
        shapes: for which OpenVINO compiles it.
        together: whether several inputs may be run as one, whatever the file says.
        picture_means: the input is (1, height, width, 3) RGB bytes, of which the network gets
            BGR floats less these, channels first.

    Raises:
        ModelError: The runtime is missing, cannot do the precision asked for, or the graph
            cannot be read.
    """
    runtime = available_runtime(settings)
    if runtime == "onnxruntime" and settings.precision != "f32":
        raise ModelError(
            f"Precision {settings.precision} needs OpenVINO. "
            "Run: pip install openvino, or set GALLERY_PRECISION=f32"
        )
    try:
        if runtime == "openvino":
            return OpenVINOSession(
                path,
                settings.precision,
                settings.threads,
                shapes=shapes,
                together=together,
                picture_means=picture_means,
            )
        return OnnxSession(path, settings.threads or os.cpu_count() or 1, picture_means)
    except Exception as error:  # onnxruntime's own are neither RuntimeError nor OSError
        said = " ".join(str(error).split())  # OpenVINO's messages have many lines
        raise ModelError(
            f"{path.name} cannot be loaded by {runtime}: {said}. Run: gallery models verify"
        ) from error
