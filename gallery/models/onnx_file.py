"""Writes a network as an ONNX file, byte for byte the same wherever it is done.

An ONNX file is one protobuf message, of which a network of plain layers needs a dozen fields.
The package `onnx` would write them too, but its bytes change with the version of protobuf, and
a file that is only accepted by its hash must not. Field numbers are those of `onnx.proto`,
which never change.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

# Of 2021, which every runtime that we allow reads.
_IR_VERSION, _OPSET = 7, 13
_FLOAT, _INT64 = 1, 7
# AttributeProto.AttributeType
_IS_FLOAT, _IS_INT, _IS_STRING, _IS_INTS = 1, 2, 3, 7

Attribute = int | float | str | Sequence[int]


@dataclass(slots=True)
class Graph:
    """A network in the making: layers in the order they are computed, with their weights."""

    name: str
    _nodes: list[bytes] = field(default_factory=list)
    _weights: list[bytes] = field(default_factory=list)

    def weight(self, name: str, values: NDArray[np.float32]) -> str:
        """Add an array; its name."""
        array = np.ascontiguousarray(values, dtype="<f4")
        body = b"".join(_number(1, side) for side in values.shape)
        body += _number(2, _FLOAT) + _text(8, name) + _bytes(9, array.tobytes())
        self._weights.append(_bytes(5, body))
        return name

    def node(self, kind: str, inputs: Sequence[str], output: str, **attributes: Attribute) -> str:
        """Add a layer; the name of its output."""
        body = b"".join(_text(1, name) for name in inputs) + _text(2, output)
        body += _text(3, output) + _text(4, kind) + _attributes(attributes)
        self._nodes.append(_bytes(1, body))
        return output

    def to_bytes(
        self,
        inputs: Mapping[str, Sequence[int | str]],
        outputs: Mapping[str, Sequence[int | str]],
        whole: Collection[str] = (),
    ) -> bytes:
        """The whole file.

        Args:
            inputs: shape of each input, by name; a side with a name may be of any length.
            outputs: likewise, in the order they are given back.
            whole: inputs that are int64; all else is float32.
        """
        graph = b"".join(self._nodes) + _text(2, self.name) + b"".join(self._weights)
        graph += b"".join(
            _bytes(11, _shaped(name, shape, _INT64 if name in whole else _FLOAT))
            for name, shape in inputs.items()
        )
        graph += b"".join(_bytes(12, _shaped(name, shape)) for name, shape in outputs.items())
        opset = _bytes(8, _text(1, "") + _number(2, _OPSET))
        return _number(1, _IR_VERSION) + _text(2, "gallery") + _bytes(7, graph) + opset


def _shaped(name: str, shape: Sequence[int | str], kind: int = _FLOAT) -> bytes:
    """A ValueInfoProto."""
    sides = b"".join(
        _bytes(1, _text(2, side) if isinstance(side, str) else _number(1, side)) for side in shape
    )
    tensor = _number(1, kind) + _bytes(2, sides)
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _attributes(values: Mapping[str, Attribute]) -> bytes:
    return b"".join(_bytes(5, _attribute(name, value)) for name, value in values.items())


def _attribute(name: str, value: Attribute) -> bytes:
    head = _text(1, name)
    if isinstance(value, str):
        return head + _text(4, value) + _number(20, _IS_STRING)
    if isinstance(value, float):
        return head + _key(2, 5) + struct.pack("<f", value) + _number(20, _IS_FLOAT)
    if isinstance(value, int):
        return head + _number(3, value) + _number(20, _IS_INT)
    return head + b"".join(_number(8, one) for one in value) + _number(20, _IS_INTS)


def _key(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _number(number: int, value: int) -> bytes:
    return _key(number, 0) + _varint(value)


def _bytes(number: int, value: bytes) -> bytes:
    return _key(number, 2) + _varint(len(value)) + value


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode())


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; only what is not negative is ever written."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
