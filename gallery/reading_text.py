"""Reads the text in the photos that were not read yet, and keeps the lines that are sure enough.

It is the slowest stage, so it runs last, and only where there may be text: the reader glances at
the thumbnail first. Then the original is decoded once, at a scale that is fit to be read.
"""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from gallery.config import Settings
from gallery.decode import decode
from gallery.errors import RefusedPhoto
from gallery.machine import cores
from gallery.matching import has_words
from gallery.media.files import thumbnail_key
from gallery.protocols import TextLine, TextReader
from gallery.query import WORDS, Query
from gallery.reading import in_order
from gallery.records import DecodedPhoto, Pixels, Progress
from gallery.resize import shrink
from gallery.store import text_lines
from gallery.store.library import Library
from gallery.store.originals import read_original

logger = logging.getLogger(__name__)

# Counts up when what is kept of a photo changes, so that all photos are read anew.
RULES = 1
# In 500 portraits 36 of the 37 lines above it lay on text; below 0.7 few do. See docs/text.md.
LEAST_CONFIDENCE = 0.75
# Longest side that is read; letters a hundredth of it high have 20 pixels.
READ_SIDE = 2048

# Letters that can be read are still seen at this share of the size; see docs/text.md.
_GLANCE_SHARE, _GLANCE_SIDE = 0.6, 512
# A thumbnail smaller than this, of a larger photo, says nothing about text.
_LEAST_THUMBNAIL = 400
# A kill loses seconds of work.
_BATCH = 8
_SIGN = re.compile(r"[^\W_]")


@dataclass(slots=True)
class TextReport:
    """What a run did; grows while it goes on.

    Args:
        read: photos that were looked at.
        with_text: those in which there is text.
        lines: in them.
        passed_over: photos that could not be had; the next run finds them again.
        seconds: in all.
    """

    read: int = 0
    with_text: int = 0
    lines: int = 0
    passed_over: int = 0
    seconds: float = 0.0


def version_of(reader: TextReader) -> str:
    """What the lines of a photo depend on, in short: weights and rules."""
    parts = " ".join((reader.version, reader.precision, str(RULES)))
    return f"{reader.name}-{hashlib.sha256(parts.encode()).hexdigest()[:8]}"


def waiting(library: Library, reader: TextReader) -> int:
    """How many photos are to be read."""
    return text_lines.count_unread(library, version_of(reader))


def read_missing(
    library: Library,
    reader: TextReader,
    settings: Settings,
    report: TextReport,
    *,
    limit: int | None = None,
    workers: int | None = None,
) -> Iterator[Progress]:
    """Read the photos that were not read by this version.

    Whenever it is let go, what was read until then is kept.

    Args:
        library: whose.
        reader: what reads.
        settings: limits of decoding.
        report: filled in while the run goes on.
        limit: of photos.
        workers: photos at a time; as many as there are cores unless given.

    Yields:
        Progress after every photo; nothing where all are read.
    """
    started = time.perf_counter()
    version = version_of(reader)
    # Those of one size together: networks are compiled for few shapes at a time.
    photos = sorted(
        text_lines.unread(library, version, limit), key=lambda photo: (photo.width, photo.height)
    )
    work = partial(_read, library, reader, settings)
    found: dict[int, list[TextLine]] = {}
    results = in_order(photos, work, workers or settings.threads or cores())
    try:
        with closing(results):
            for done, (photo, lines) in enumerate(zip(photos, results, strict=True), start=1):
                if lines is None:
                    report.passed_over += 1
                else:
                    found[photo.id] = lines
                    report.read += 1
                    report.with_text += bool(lines)
                    report.lines += len(lines)
                if len(found) == _BATCH:
                    text_lines.keep(library, version, found)
                    found = {}
                report.seconds = time.perf_counter() - started
                note = f"text in {report.with_text:,}"
                yield Progress("Reading text", done, len(photos), report.seconds, note)
    finally:
        if found:
            text_lines.keep(library, version, found)


def _read(
    library: Library, reader: TextReader, settings: Settings, photo: text_lines.Unread
) -> list[TextLine] | None:
    """The lines of a photo, sure ones only; None where it cannot be had now."""
    try:
        if not _may_have_text(library, reader, settings, photo):
            return []
        data = read_original(library, photo.id)
        if data is None:
            logger.warning("the original of photo %s cannot be read now", photo.id)
            return None
        return lines_of(decode(data, settings, longest_side=READ_SIDE), reader)
    except RefusedPhoto as error:
        # Taken in under other limits.
        logger.warning("photo %s cannot be decoded now: %s", photo.id, error.reason)
        return None


def _may_have_text(
    library: Library, reader: TextReader, settings: Settings, photo: text_lines.Unread
) -> bool:
    data = library.media.get(thumbnail_key(photo.sha256))
    if not data:
        return True
    small = decode(data, settings, longest_side=_GLANCE_SIDE)
    if max(small.width, small.height) < min(_LEAST_THUMBNAIL, photo.longest_side):
        return True
    return glance(small.pixels, photo.longest_side, reader)


def glance(thumbnail: Pixels, longest_side: int, reader: TextReader) -> bool:
    """Whether there may be text in a photo.

    Args:
        thumbnail: of it.
        longest_side: of the photo, in pixels.
        reader: that looks.
    """
    side = min(_GLANCE_SIDE, round(longest_side * _GLANCE_SHARE))
    return reader.may_have_text(shrink(thumbnail, side))


def lines_of(photo: DecodedPhoto, reader: TextReader) -> list[TextLine]:
    """The lines of a photo that are sure enough, in pixels of the rotated original."""
    pixels = shrink(photo.pixels, READ_SIDE)
    across, down = photo.width / pixels.shape[1], photo.height / pixels.shape[0]
    kept = []
    for line in reader.read(pixels):
        if line.confidence >= LEAST_CONFIDENCE and len(_SIGN.findall(line.text)) >= 2:
            x0, y0, x1, y1 = line.box
            box = (x0 * across, y0 * down, x1 * across, y1 * down)
            kept.append(TextLine(line.text, line.confidence, box))
    return kept


def lines_found(lines: list[TextLine], query: Query) -> list[TextLine]:
    """Those of a photo's lines in which words stand that were searched for.

    Words that stand in no line together may have been found across several; then each line with
    one of them counts.
    """
    found: set[int] = set()
    for term in query.terms:
        if term.negated or term.name not in (WORDS, "text"):
            continue
        for value in term.values:
            together = _with(lines, value.text, whole=value.quoted)
            apart = (_with(lines, word, whole=value.quoted) for word in value.text.split())
            found |= together or set().union(*apart)
    return [line for at, line in enumerate(lines) if at in found]


def _with(lines: list[TextLine], words: str, *, whole: bool) -> set[int]:
    return {at for at, line in enumerate(lines) if has_words(line.text, words, whole=whole)}
