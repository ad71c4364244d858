"""The faces that a report shows, small and inside the document."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image

from gallery.store import faces as face_store
from gallery.store.library import Library

# Pixels; enough to tell people apart on paper.
_SIDE = 96
_PARTS, _FACES = 4, 5

Pictures = dict[int | str, str]


def pictures_of(library: Library, report: Mapping[str, Any]) -> Pictures:
    """Data addresses of the faces and photos that are shown as examples, as far as there are any.

    Args:
        library: whose faces.
        report: of `gallery.report.collect`.

    Returns:
        By the number of a face, or the path of a photo of a test set.
    """
    wanted = list(dict.fromkeys(item for one in report["evaluations"] for item in _shown(one)))
    keys = face_store.crop_keys(library, [item for item in wanted if isinstance(item, int)])
    found: Pictures = {}
    for item in wanted:
        data = _read(library, keys.get(item) if isinstance(item, int) else None, item)
        if data is not None:
            found[item] = f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}"
    return found


def _shown(one: Mapping[str, Any]) -> Iterator[int | str]:
    for errors in one.get("errors", {}).values():
        for error in errors:
            yield from error.get("faces", error.get("photos", []))
    for key in ("impure_groups", "fragmented_people"):
        for mistake in one.get(key, []):
            for part in mistake["parts"][:_PARTS]:
                yield from part["faces"][:_FACES]


def _read(library: Library, key: str | None, item: int | str) -> bytes | None:
    """A small JPEG; None where the picture is gone."""
    try:
        if isinstance(item, int):
            data = None if key is None else library.media.get(key)
            if data is None:
                return None
            image = Image.open(io.BytesIO(data))
        else:
            image = Image.open(item)
        with image:
            small = image.convert("RGB")
    except OSError:
        return None
    small.thumbnail((_SIDE, _SIDE))
    stream = io.BytesIO()
    small.save(stream, "JPEG", quality=82)
    return stream.getvalue()
