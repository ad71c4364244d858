"""Which of several duplicates to keep, and why, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gallery.duplicates import Kind
from gallery.store.worth import Worth
from gallery.wording import counted

# Sizes that differ by less are as good as equal.
PIXELS_EQUAL, _BYTES = 0.98, 0.95
# Formats that lose nothing.
LOSSLESS = ("PNG", "TIFF", "BMP", "GIF")
# How much smaller a file of these is than a JPEG that looks the same.
_DENSER = {"HEIF": 2.0, "HEIC": 2.0, "AVIF": 2.5, "WEBP": 1.4}


@dataclass(frozen=True, slots=True)
class Proposal:
    """The photo to keep.

    Args:
        keep: the photo.
        reason: a sentence.
    """

    keep: int
    reason: str


def propose(kind: Kind, photos: Sequence[Worth]) -> Proposal:
    """Which of some duplicates to keep.

    Of one picture: the largest in pixels, of these the least compressed, then the oldest, then
    the one of which most is known, at last the one that came in first. Of a burst the sharpest, of
    pictures that only look alike the sharpest of the largest.

    Raises:
        ValueError: There are none.
    """
    left, reason = list(photos), "It came in first; nothing else tells them apart."
    if not left:
        raise ValueError("expected at least one photo, got none")
    for step in _STEPS_OF.get(kind, _STEPS):
        best, why = step(left)
        if len(best) < len(left):
            left, reason = best, why
        if len(left) == 1:
            break
    return Proposal(min(left, key=lambda photo: (photo.added_at, photo.id)).id, reason)


def density(photo: Worth) -> float:
    """Bytes that a JPEG of the same quality would have."""
    return photo.size_bytes * _DENSER.get(photo.format.upper(), 1.0)


_Step = tuple[list[Worth], str]


def _sharpest(photos: list[Worth]) -> _Step:
    return _most(photos, lambda photo: photo.sharpness, "It is the sharpest of them.")


def _largest(photos: list[Worth]) -> _Step:
    best = max(photos, key=lambda photo: photo.pixels)
    kept = [photo for photo in photos if photo.pixels >= PIXELS_EQUAL * best.pixels]
    next_ = max((photo for photo in photos if photo not in kept), key=_pixels, default=best)
    return kept, (
        f"It has the most pixels: {best.width:,} × {best.height:,}, "
        f"the next {next_.width:,} × {next_.height:,}."
    )


def _pixels(photo: Worth) -> int:
    return photo.pixels


def _least_compressed(photos: list[Worth]) -> _Step:
    most = max(density(photo) for photo in photos)
    kept = [photo for photo in photos if density(photo) >= _BYTES * most]
    return kept, "It is the least compressed of those with the most pixels."


def _dated(photos: list[Worth]) -> _Step:
    kept = [photo for photo in photos if photo.dated_by == "camera"]
    return kept or photos, "It still has the date from the camera."


def _oldest(photos: list[Worth]) -> _Step:
    first = min(photo.shown_at.replace(microsecond=0) for photo in photos)
    kept = [photo for photo in photos if photo.shown_at.replace(microsecond=0) == first]
    return kept, "It is the oldest of those that are equally large."


def _described(photos: list[Worth]) -> _Step:
    why = "It says the most about itself: camera, lens, place, title, description."
    return _most(photos, lambda photo: len(photo.described), why)


def _confirmed(photos: list[Worth]) -> _Step:
    best = max(photo.confirmed for photo in photos)
    why = f"You confirmed who is on it: {counted(best, 'face')}."
    return _most(photos, lambda photo: photo.confirmed, why)


def _tagged(photos: list[Worth]) -> _Step:
    best = max(photo.tags for photo in photos)
    return _most(photos, lambda photo: photo.tags, f"It has the most tags: {best:,}.")


def _most(photos: list[Worth], key: Callable[[Worth], float], why: str) -> _Step:
    best = max(key(photo) for photo in photos)
    return [photo for photo in photos if key(photo) == best], why


_STEPS = (_largest, _least_compressed, _dated, _oldest, _described, _confirmed, _tagged)
_STEPS_OF = {Kind.BURST: (_sharpest,), Kind.SIMILAR: (_largest, _sharpest)}
