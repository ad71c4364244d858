"""Reads the arrays of a PyTorch weights file without PyTorch, and without running it.

The format before 2020: five pickles (a magic number, the protocol, the system, the arrays by
name, the keys of their storages), then each storage as a count and raw little-endian values.
A pickle can call anything; this reader knows four names and refuses all others. It is used on
files whose hash is known.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gallery.errors import ModelError

_MAGIC = 0x1950A86A20F9469CFC6C
_COUNT = 8  # bytes
_TYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


@dataclass(frozen=True, slots=True)
class _View:
    """An array as the pickle has it: a part of a storage, with steps in values."""

    key: str
    dtype: np.dtype[Any]
    offset: int
    shape: tuple[int, ...]
    steps: tuple[int, ...]


def _view(storage: tuple[Any, ...], offset: int, shape: Any, steps: Any, *_rest: object) -> _View:
    """In place of torch's `_rebuild_tensor_v2`."""
    _, kind, key, *_ = storage
    return _View(str(key), kind, int(offset), tuple(shape), tuple(steps))


class _Reader(pickle.Unpickler):
    """Knows an ordered dictionary, an array and two kinds of storage."""

    def find_class(self, module: str, name: str) -> Any:
        """One of the four names, or a refusal."""
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _view
        if module == "torch" and name in _TYPES:
            return _TYPES[name]
        raise ModelError(f"The weights file asks for {module}.{name}, which is not allowed.")

    def persistent_load(self, pid: Any) -> Any:
        """A storage, by its description."""
        return pid


def read_arrays(data: bytes) -> dict[str, NDArray[Any]]:
    """The arrays of a weights file by name.

    Raises:
        ModelError: It is not such a file, is cut short, or asks for something else.
    """
    stream = BytesIO(data)
    try:
        magic, _protocol, system, views, keys = (_Reader(stream).load() for _ in range(5))
        if magic != _MAGIC or not system["little_endian"]:
            raise ModelError("The weights file is not in PyTorch's format of before 2020.")
        at = stream.tell()
        starts: dict[str, int] = {}
        sizes = {view.key: view.dtype.itemsize for view in views.values()}
        for key in keys:
            count = int.from_bytes(data[at : at + _COUNT], "little")
            starts[key] = at + _COUNT
            at += _COUNT + count * sizes[key]
        return {name: _array(data, starts[view.key], view) for name, view in views.items()}
    except (pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"The weights file cannot be read: {error!r}.") from error


def _array(data: bytes, start: int, view: _View) -> NDArray[Any]:
    """The values, laid out in the order of their axes whatever their steps were."""
    size = view.dtype.itemsize
    return np.ndarray(
        view.shape,
        view.dtype,
        data,
        start + view.offset * size,
        [step * size for step in view.steps],
    ).copy(order="C")
