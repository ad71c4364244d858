"""EfficientNet-Lite0 from its weights: every batch norm folded into its convolution, as ONNX."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gallery.errors import ModelError
from gallery.models.onnx_file import Graph
from gallery.models.torch_file import read_arrays

Arrays = dict[str, NDArray[Any]]

SIDE, CLASSES, DIM = 224, 1000, 1280
# Of TensorFlow's EfficientNet, which the weights were trained with.
_EPSILON = 1e-3
# Repeats, kernel, stride of the first, expansion (EfficientNet-Lite0's table; no squeeze-excite).
_STAGES = (
    (1, 3, 1, 1),
    (2, 3, 2, 6),
    (2, 5, 2, 6),
    (3, 3, 2, 6),
    (3, 5, 1, 6),
    (4, 5, 2, 6),
    (1, 3, 1, 6),
)


def convert(weights: bytes) -> bytes:
    """The network as an ONNX file; the same weights give the same bytes.

    The batch norms are folded in float64 by sums, products, quotients and roots, which IEEE 754
    rounds alike everywhere.

    Args:
        weights: the `.pth` file.

    Returns:
        A graph from `image` (1, 3, 224, 224) to `probabilities` (1, 1000) and `vector` (1, 1280).

    Raises:
        ModelError: They are not those of EfficientNet-Lite0.
    """
    arrays = read_arrays(weights)
    try:
        return _Builder(arrays).build()
    except KeyError as error:
        raise ModelError(f"The weights have no {error}: they are of another network.") from error


class _Builder:
    """Lays one layer after the other."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self._graph = Graph("efficientnet-lite0")
        self._graph.weight("zero", np.array(0, np.float32))
        self._graph.weight("six", np.array(6, np.float32))

    def build(self) -> bytes:
        """The whole network."""
        graph = self._graph
        x = self._convolution("image", "_conv_stem", "_bn0", kernel=3, stride=2)
        number = 0
        for repeats, kernel, stride, expansion in _STAGES:
            for index in range(repeats):
                step = stride if index == 0 else 1
                x = self._block(x, number, kernel, step, expands=expansion > 1, skips=index > 0)
                number += 1
        x = self._convolution(x, "_conv_head", "_bn1")
        x = graph.node("GlobalAveragePool", [x], "pooled")
        vector = graph.node("Flatten", [x], "vector", axis=1)
        weights = [graph.weight(f"_fc.{kind}", self._arrays[f"_fc.{kind}"]) for kind in
                   ("weight", "bias")]  # fmt: skip
        scores = graph.node("Gemm", [vector, *weights], "scores", transB=1)
        graph.node("Softmax", [scores], "probabilities", axis=1)
        return graph.to_bytes(
            {"image": (1, 3, SIDE, SIDE)}, {"probabilities": (1, CLASSES), "vector": (1, DIM)}
        )

    def _block(
        self, x: str, number: int, kernel: int, stride: int, *, expands: bool, skips: bool
    ) -> str:
        """An inverted residual."""
        name, first = f"_blocks.{number}", x
        if expands:
            x = self._convolution(x, f"{name}._expand_conv", f"{name}._bn0")
        x = self._convolution(
            x, f"{name}._depthwise_conv", f"{name}._bn1", kernel=kernel, stride=stride, deep=True
        )
        x = self._convolution(x, f"{name}._project_conv", f"{name}._bn2", clips=False)
        return self._graph.node("Add", [x, first], f"{name}.out") if skips else x

    def _convolution(
        self,
        x: str,
        name: str,
        norm: str,
        *,
        kernel: int = 1,
        stride: int = 1,
        deep: bool = False,
        clips: bool = True,
    ) -> str:
        """A convolution with its batch norm, and ReLU6 after it."""
        weight, bias = _folded(self._arrays, name, norm)
        if weight.shape[2:] != (kernel, kernel):
            raise ModelError(f"{name} is {weight.shape[2:]}, expected {(kernel, kernel)}.")
        graph = self._graph
        x = graph.node(
            "Conv",
            [x, graph.weight(f"{name}.weight", weight), graph.weight(f"{name}.bias", bias)],
            name,
            auto_pad="SAME_UPPER",
            group=len(weight) if deep else 1,
            kernel_shape=(kernel, kernel),
            strides=(stride, stride),
        )
        return graph.node("Clip", [x, "zero", "six"], f"{name}.clipped") if clips else x


def _folded(arrays: Arrays, name: str, norm: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Weight and bias of a convolution that does what it and its batch norm did."""
    gain, shift, mean, variance = (
        arrays[f"{norm}.{kind}"].astype(np.float64)
        for kind in ("weight", "bias", "running_mean", "running_var")
    )
    scale = gain / np.sqrt(variance + _EPSILON)
    weight = arrays[f"{name}.weight"].astype(np.float64) * scale[:, None, None, None]
    return weight.astype(np.float32), (shift - mean * scale).astype(np.float32)
