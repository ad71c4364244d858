"""Faces in boxes that somebody drew, here or in another program."""

from __future__ import annotations

from dataclasses import replace

from gallery.config import Settings
from gallery.detect import face_in_box
from gallery.embed import with_quality
from gallery.ingest import DECODE_SIDE_SHARE
from gallery.protocols import Detector
from gallery.records import Box, DecodedPhoto, Face

# The name of the detector of a box that a person drew.
BY_HAND = "by-hand"

# A drawn face gets this many decoded pixels, if the original has them: as many as a crop.
_FACE_PIXELS = 160


def as_drawn(photo: DecodedPhoto, box: Box, detector: Detector) -> tuple[Face, bool]:
    """The face in a drawn box, with quality, and whether the detector recognises one there.

    Args:
        photo: decoded at `drawn_side`.
        box: in pixels of the rotated original.
        detector: finds the landmarks; where it sees no face they are those of an average one.
    """
    drawn = Face(box, score=1.0)
    found = face_in_box(photo, drawn, detector)
    # Nobody has measured how good guessed landmarks are: such a face joins, but starts nothing.
    face = replace(drawn, landmarks=found.landmarks) if found else replace(drawn, score=0.5)
    return with_quality(photo, [face])[0], found is not None


def drawn_side(size: tuple[int, int], box: Box, settings: Settings) -> int:
    """Pixels the longest side of a photo is decoded at for a face that was drawn in it.

    Args:
        size: width and height of the original.
        box: in its pixels.
        settings: how large it is decoded at least.
    """
    longest = max(size)
    face = min(box[2] - box[0], box[3] - box[1])
    side = max(settings.detect_side * DECODE_SIDE_SHARE, longest * _FACE_PIXELS / face)
    return min(longest, round(side))
