"""What a photo says about itself: date, place, camera, words. Bad fields count as absent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PIL import Image

from gallery.exif import read_exif, read_orientation
from gallery.records import Metadata
from gallery.xmp import read_xmp

__all__ = ["merge", "read_embedded", "read_exif", "read_orientation", "read_xmp"]


def read_embedded(image: Image.Image) -> Metadata:
    """What the file itself says: its EXIF, and its XMP where the EXIF says nothing."""
    exif = read_exif(image)
    packet = image.info.get("xmp")
    if isinstance(packet, str):
        packet = packet.encode()
    if not isinstance(packet, bytes):
        return exif
    return replace(merge(read_xmp(packet), exif), orientation=exif.orientation)


def merge(file: Metadata, sidecar: Metadata) -> Metadata:
    """Both together; the sidecar wins where it says something.

    A date goes with its zone and a place with its altitude, so that neither is mixed from two.
    The orientation stays the file's: it says how those very pixels lie.
    """
    taken = sidecar if sidecar.taken_at is not None and not _same_clock(file, sidecar) else file
    placed = sidecar if sidecar.latitude is not None else file
    return Metadata(
        taken_at=taken.taken_at,
        taken_offset=taken.taken_offset,
        camera_make=sidecar.camera_make or file.camera_make,
        camera_model=sidecar.camera_model or file.camera_model,
        lens=sidecar.lens or file.lens,
        latitude=placed.latitude,
        longitude=placed.longitude,
        altitude=placed.altitude if sidecar.altitude is None else sidecar.altitude,
        orientation=file.orientation,
        title=sidecar.title or file.title,
        description=sidecar.description or file.description,
        keywords=sidecar.keywords or file.keywords,
        regions=sidecar.regions or file.regions,
    )


def _same_clock(file: Metadata, sidecar: Metadata) -> bool:
    """Whether the sidecar repeats the file's wall clock and only lost its zone."""
    if file.taken_at is None or sidecar.taken_at is None:
        return False
    if file.taken_offset is None or sidecar.taken_offset is not None:
        return False
    wall = file.taken_at + timedelta(minutes=file.taken_offset)
    return wall.replace(microsecond=0) == sidecar.taken_at.replace(microsecond=0)
