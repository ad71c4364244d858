"""Addresses of pictures for the browser."""

from __future__ import annotations

import base64
import threading
from collections import OrderedDict
from io import BytesIO

from PIL import Image
from streamlit import runtime

from gallery.config import Settings
from gallery.decode import decode
from gallery.errors import RefusedPhoto
from gallery.media.files import Media, thumbnail_key
from gallery.records import Photo
from gallery.store.library import Library
from gallery.store.originals import read_original

# Longest side of a photo shown alone: enough for a large screen.
_SHOWN_SIDE = 1600
# Bytes of pictures held per library, some 1,500 thumbnails.
_HELD = 64_000_000


def address(data: bytes, name: str, mimetype: str = "image/jpeg") -> str:
    """Where the browser finds a picture: a path on this server, or the picture itself.

    Args:
        data: the file.
        name: tells it from the other pictures of the page; the same name replaces.
        mimetype: of the file.
    """
    if not runtime.exists():
        return itself(data, mimetype)
    return runtime.get_instance().media_file_mgr.add(data, mimetype, name)


def itself(data: bytes, mimetype: str = "image/jpeg") -> str:
    """A picture as an address that holds it, so that the server need not."""
    return f"data:{mimetype};base64,{base64.b64encode(data).decode('ascii')}"


class Pictures:
    """The pictures of one library, the latest held in memory."""

    def __init__(self, media: Media, held: int = _HELD) -> None:
        self._media = media
        self._limit = held
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        # Sessions of one library share it, each in its own thread.
        self._lock = threading.Lock()

    def url(self, key: str | None) -> str:
        """The address of a picture by its key in `media/`, empty where there is none."""
        data = self.data(key)
        return "" if data is None or key is None else address(data, key)

    def inline(self, key: str | None) -> str:
        """A picture itself in place of its address, for one that the next act may replace."""
        data = self.data(key)
        return "" if data is None else itself(data)

    def data(self, key: str | None) -> bytes | None:
        """A picture by its key, or None where there is none."""
        data = None if key is None else self._get(key)
        if data is None and key is not None:
            data = self._media.get(key)
            if data is not None:
                self._put(key, data)
        return data

    def photo(self, library: Library, photo: Photo, settings: Settings) -> tuple[str, bool]:
        """The address of a photo at the size of a screen, and whether it is the original."""
        key = f"screen/{photo.sha256}"
        data = self._get(key)
        if data is None:
            data = _screen_size(library, photo, settings)
            if data is None:
                return self.url(thumbnail_key(photo.sha256)), False
            self._put(key, data)
        return address(data, key), True

    def clear(self) -> None:
        """Hold none any more."""
        with self._lock:
            self._held.clear()
            self._size = 0

    def _get(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def _put(self, key: str, data: bytes) -> None:
        with self._lock:
            self._size += len(data) - len(self._held.pop(key, b""))
            self._held[key] = data
            while self._size > self._limit and len(self._held) > 1:
                self._size -= len(self._held.popitem(last=False)[1])


def _screen_size(library: Library, photo: Photo, settings: Settings) -> bytes | None:
    """The original as a JPEG no larger than a screen; None where it cannot be had now."""
    data = read_original(library, photo.id)
    if data is None:
        return None
    try:
        pixels = decode(data, settings, longest_side=_SHOWN_SIDE).pixels
    except RefusedPhoto:
        # Taken in under other limits, or its decoder is gone: the thumbnail still shows it.
        return None
    image = Image.fromarray(pixels)
    image.thumbnail((_SHOWN_SIDE, _SHOWN_SIDE))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
