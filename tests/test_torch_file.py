"""Weights are read without running what a pickle asks for."""

from __future__ import annotations

import os
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gallery.errors import ModelError
from gallery.models.efficientnet_graph import convert
from gallery.models.torch_file import read_arrays

MAGIC = 0x1950A86A20F9469CFC6C
SYSTEM = {"protocol_version": 1001, "little_endian": True}


class _Evil:
    """Leaves a folder behind where it is run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.folder),)


def file_of(*pickles: object, tail: bytes = b"") -> bytes:
    return b"".join(pickle.dumps(one, protocol=2) for one in pickles) + tail


@pytest.mark.parametrize("place", range(5))
def test_nothing_else_is_called(place: int, tmp_path: Path) -> None:
    pickles: list[object] = [MAGIC, 1001, SYSTEM, OrderedDict(), []]
    pickles[place] = _Evil(tmp_path / "run")
    with pytest.raises(ModelError, match="not allowed"):
        read_arrays(file_of(*pickles))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", file_of(MAGIC, 1001), file_of(1, 1001, SYSTEM, OrderedDict(), [])],
    ids=["empty", "zip", "cut short", "other number"],
)
def test_another_file_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError):
        read_arrays(data)


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(ModelError, match="another network"):
        convert(file_of(MAGIC, 1001, SYSTEM, OrderedDict(), []))


def opcodes(value: object) -> bytes:
    """A plain value inside a pickle."""
    return pickle.dumps(value, protocol=2)[2:-1]


def test_steps_and_offsets_are_heeded() -> None:
    """As torch writes the transposed second half of twelve numbers."""
    kind, rebuild = b"ctorch\nFloatStorage\n", b"ctorch._utils\n_rebuild_tensor_v2\n"
    storage = b"(" + opcodes("storage") + kind + opcodes("k") + opcodes("cpu") + opcodes(12)
    hooks = b"ccollections\nOrderedDict\n)R"
    array = rebuild + b"(" + storage + b"NtQ" + opcodes(6) + opcodes((3, 2)) + opcodes((1, 3))
    views = b"\x80\x02}" + opcodes("a") + array + opcodes(False) + hooks + b"tRs."
    values = (12).to_bytes(8, "little") + np.arange(12, dtype="<f4").tobytes()
    data = file_of(MAGIC, 1001, SYSTEM) + views + pickle.dumps(["k"], protocol=2) + values
    found = read_arrays(data)["a"]
    assert found.tolist() == [[6, 9], [7, 10], [8, 11]]
    assert found.dtype == np.float32
    with pytest.raises(ModelError):
        read_arrays(data[:-4])
