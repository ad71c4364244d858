"""What is known about a photo beside who is in it."""

from __future__ import annotations

from collections.abc import Sequence

from gallery.records import Album, Photo
from gallery.ui import words
from gallery.ui.frame import definitions


def draw(photo: Photo, albums: Sequence[Album] = (), *, in_full: bool) -> None:
    """What the file and its sidecar say, and where it lies; visitors are not told in full."""
    where = "\n".join(photo.places) if in_full else photo.name
    meta = photo.metadata
    camera = " ".join(part for part in (meta.camera_make, meta.camera_model) if part)
    position = ""
    if meta.latitude is not None and meta.longitude is not None:
        position = words.place(meta.latitude, meta.longitude)
        if meta.altitude is not None:
            position += f", {meta.altitude:.0f} m above the sea"
    megapixels = photo.width * photo.height / 1e6
    definitions(
        [
            ("Title", meta.title or ""),
            ("Description", meta.description or ""),
            ("Albums", ", ".join(album.name for album in albums)),
            ("Date", f"{words.moment(photo)}, {words.DATED_BY.get(photo.dated_by, '')}"),
            ("Camera", camera),
            ("Lens", meta.lens or ""),
            (
                "Size",
                f"{photo.width:,} × {photo.height:,} ({megapixels:.1f} megapixels), "
                f"{photo.format}, {words.size(photo.size_bytes)}",
            ),
            ("Place", "\n".join(part for part in (photo.locality.name, position) if part)),
            ("Added", words.day(photo.added_at.date())),
            ("Where it lies", where),
        ]
    )
