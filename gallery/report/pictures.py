"""The faces that a report shows, small and inside the document."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from gallery.config import Settings
from gallery.ingest import small_picture
from gallery.store import faces as face_store
from gallery.store.library import Library

# Pixels; enough to tell people apart on paper.
_SIDE = 96
_PARTS, _FACES = 4, 5

Pictures = dict[int | str, str]


def pictures_of(library: Library, settings: Settings, report: Mapping[str, Any]) -> Pictures:
    """Data addresses of the faces and photos that are shown as examples, as far as there are any.

    Args:
        library: whose faces.
        settings: how large a photo of a test set may be.
        report: of `gallery.report.collect`.

    Returns:
        By the number of a face, or the path of a photo of a test set.
    """
    wanted = list(dict.fromkeys(item for one in report["evaluations"] for item in _shown(one)))
    keys = face_store.crop_keys(library, [item for item in wanted if isinstance(item, int)])
    found: Pictures = {}
    for item in wanted:
        if isinstance(item, int):
            data = _crop(library, keys.get(item))
        else:
            data = small_picture(Path(item), settings, _SIDE)
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


def _crop(library: Library, key: str | None) -> bytes | None:
    """A small JPEG of a face; None where the picture is gone."""
    data = None if key is None else library.media.get(key)
    if data is None:
        return None
    stream = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        small = image.convert("RGB")
    small.thumbnail((_SIDE, _SIDE))
    small.save(stream, "JPEG", quality=82)
    return stream.getvalue()
