"""A file -> a photo with everything that needs no model: hash, pixels, EXIF, thumbnail."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

import cv2
import numpy as np

from gallery.config import Settings
from gallery.decode import decode
from gallery.errors import RefusedPhoto
from gallery.metadata import merge, read_xmp
from gallery.quality import photo_sharpness
from gallery.records import (
    DecodedPhoto,
    Face,
    Metadata,
    Pixels,
    RefusalCode,
    Stage,
)
from gallery.resize import shrink
from gallery.source_file import SourceFile

# Detection looks at 1280 pixels; crops of small faces gain from somewhat more.
DECODE_SIDE_SHARE = 1.25

# Sharpness, hash and thumbnail all come from one picture of this size.
SMALL_SIDE = 512

_HASH_SIDE = 16
_JPEG_QUALITY = 82
_FACE_SIDE = 160
_FACE_MARGIN = 0.4


@dataclass(frozen=True, slots=True)
class Prepared:
    """A photo ready for the models.

    Args:
        source: the file it came from.
        sha256: of the file's bytes.
        data: the bytes; dropped once the original is stored.
        photo: pixels and size; None where the photo is already in the library.
        metadata: of the file and its sidecar together.
        shown_at: wall clock it is shown under.
        dated_by: camera, file or added.
        sharpness: see `gallery.quality.photo_sharpness`.
        perceptual_hash: 256 bits.
        thumbnail: JPEG.
    """

    source: SourceFile
    sha256: str
    data: bytes
    photo: DecodedPhoto | None
    metadata: Metadata
    shown_at: datetime
    dated_by: str
    sharpness: float
    perceptual_hash: bytes
    thumbnail: bytes


def prepare(
    source: SourceFile,
    settings: Settings,
    known: Collection[str],
    overruled: Collection[RefusalCode] = (),
) -> Prepared:
    """Read, check and decode one file.

    Args:
        source: the file.
        settings: limits and sizes.
        known: hashes of photos that need not be decoded again.
        overruled: reasons for refusal that a person has overruled.

    Raises:
        RefusedPhoto: The file is not taken in, with stage and reason.
    """
    data = source.read()
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 in known:
        return Prepared(
            source, sha256, data, None, Metadata(), datetime.min, "added", 0.0, b"", b""
        )
    photo = decode(data, settings, longest_side=round(settings.detect_side * DECODE_SIDE_SHARE))
    _check_size(photo, settings, overruled)
    small = shrink(photo.pixels, SMALL_SIDE)
    sharpness = photo_sharpness(small)
    if RefusalCode.TOO_BLURRY not in overruled and sharpness < settings.min_sharpness:
        raise RefusedPhoto(
            Stage.CHECK,
            RefusalCode.TOO_BLURRY,
            f"Too blurry: its sharpness is {sharpness:.1f}, the limit {settings.min_sharpness:g}. "
            "It can be taken in all the same.",
        )
    metadata = photo.metadata
    sidecar = source.sidecar()
    if sidecar is not None:
        metadata = merge(metadata, read_xmp(sidecar))
    shown_at, dated_by = shown_under(metadata, source.mtime_ns)
    return Prepared(
        source=source,
        sha256=sha256,
        data=data,
        photo=photo,
        metadata=metadata,
        shown_at=shown_at,
        dated_by=dated_by,
        sharpness=sharpness,
        perceptual_hash=perceptual_hash(small),
        thumbnail=thumbnail(photo.pixels, small, settings.thumbnail_side),
    )


def _check_size(
    photo: DecodedPhoto, settings: Settings, overruled: Collection[RefusalCode]
) -> None:
    shorter = min(photo.width, photo.height)
    if RefusalCode.TOO_SMALL not in overruled and shorter < settings.min_side:
        raise RefusedPhoto(
            Stage.CHECK,
            RefusalCode.TOO_SMALL,
            f"Too small: {photo.width} x {photo.height} pixels; the shorter side needs "
            f"{settings.min_side}. It can be taken in all the same.",
        )


def shown_under(metadata: Metadata, mtime_ns: int | None) -> tuple[datetime, str]:
    """The wall clock a photo is shown under, and what gave it: camera, file or added."""
    if metadata.taken_at is not None:
        wall = metadata.taken_at.replace(tzinfo=None)
        return wall + timedelta(minutes=metadata.taken_offset or 0), "camera"
    if mtime_ns is not None and mtime_ns > 0:
        return datetime.fromtimestamp(mtime_ns // 1_000_000_000), "file"
    return datetime.now().replace(microsecond=0), "added"


def perceptual_hash(pixels: Pixels) -> bytes:
    """256-bit DCT hash (pHash), alike for pictures that look alike."""
    import imagehash
    from PIL import Image

    found = imagehash.phash(Image.fromarray(shrink(pixels, 256)), hash_size=_HASH_SIDE)
    return np.packbits(found.hash).tobytes()


def thumbnail(pixels: Pixels, small: Pixels, side: int) -> bytes:
    """JPEG with the longest side at most `side`, from the small picture where that will do."""
    return _jpeg(shrink(small if side <= SMALL_SIDE else pixels, side))


def small_picture(path: Path, settings: Settings, side: int) -> bytes | None:
    """JPEG of a file that is not in a library, turned upright; None where it cannot be read.

    Args:
        path: of the photo.
        settings: how large it may be.
        side: of the longest side, in pixels.
    """
    try:
        return _jpeg(shrink(decode(path.read_bytes(), settings, longest_side=side).pixels, side))
    except (OSError, RefusedPhoto):
        return None


def face_picture(photo: DecodedPhoto, face: Face) -> bytes:
    """JPEG of a face with some surroundings, square, for avatars."""
    x0, y0, x1, y1 = face.scaled(photo.scale).box
    side = max(x1 - x0, y1 - y0)
    height, width = photo.pixels.shape[:2]
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    # At the edge of a photo with less around it, so that the face and not its neighbour is in the
    # middle; then moved inside rather than padded: a black bar looks like a fault.
    room = min(cx, cy, width - cx, height - cy)
    half = max(side / 2, min(side * (1 + _FACE_MARGIN) / 2, room))
    half = min(half, width / 2, height / 2)
    cx = min(max(cx, half), width - half)
    cy = min(max(cy, half), height - half)
    left, top = round(cx - half), round(cy - half)
    edge = max(1, round(2 * half))
    square = photo.pixels[max(0, top) : top + edge, max(0, left) : left + edge]
    how = cv2.INTER_AREA if edge > _FACE_SIDE else cv2.INTER_CUBIC
    return _jpeg(
        np.asarray(cv2.resize(square, (_FACE_SIDE, _FACE_SIDE), interpolation=how), dtype=np.uint8)
    )


def extension_of(source: SourceFile, format_name: str) -> str:
    """What to call the stored original: the file's own extension if it is a plain one."""
    own = PurePosixPath(source.name.replace("\\", "/")).suffix.lower()
    if own[1:].isascii() and own[1:].isalnum() and len(own) <= 6:
        return own
    return f".{format_name.lower()}"


def _jpeg(pixels: Pixels) -> bytes:
    _, encoded = cv2.imencode(".jpg", pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return bytes(encoded)
