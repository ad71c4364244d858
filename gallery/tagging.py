"""Runs the tagger over the photos that it has not seen yet, and keeps what it and users say.

The thumbnails are enough for it, so that neither the originals' folder has to be connected nor
a large photo be decoded again.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import cv2
import numpy as np
from sqlalchemy import Row

from gallery.errors import TagError
from gallery.machine import cores
from gallery.media.files import thumbnail_key
from gallery.people_tags import PORTRAIT_SHARE
from gallery.picture_tags import RULES, PictureFacts, picture_tags
from gallery.protocols import Tagger, identity
from gallery.records import Pixels, Progress
from gallery.store import history, photo_changes, scenes, tagging
from gallery.store import photos as photo_store
from gallery.store import tags as tag_store
from gallery.store.library import Library
from gallery.store.photo_changes import PhotoChange, tag_field, tag_text
from gallery.store.tagging import TagChange
from gallery.tags import tags_of
from gallery.vocabulary import vocabulary
from gallery.wording import counted, file_name

logger = logging.getLogger(__name__)

# A kill loses a second of work.
_BATCH = 32
_LONGEST = 200


@dataclass(slots=True)
class TagReport:
    """What a run did; grows while it goes on.

    Args:
        tagged: photos.
        passed_over: photos whose thumbnail could not be read; the next run finds them again.
        seconds: in all.
    """

    tagged: int = 0
    passed_over: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Seen:
    """A photo with its thumbnail and what is measured on it."""

    photo_id: int
    pixels: Pixels
    measured: list[str]
    beside_face: bool


def version_of(tagger: Tagger) -> str:
    """What the tags of a photo depend on, in short: weights, words and rules."""
    parts = (tagger.version, tagger.precision, vocabulary().version, str(RULES))
    return (
        f"{tagger.name.split('-')[-1]}-{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:8]}"
    )


def waiting(library: Library, tagger: Tagger) -> int:
    """How many photos are to be tagged."""
    return len(tagging.stale(library, version_of(tagger)))


def tag_missing(library: Library, tagger: Tagger, report: TagReport) -> Iterator[Progress]:
    """Tag the photos that were not tagged by this version, batch by batch.

    Args:
        library: whose.
        tagger: what looks at them.
        report: filled in while the run goes on.

    Yields:
        Progress after every batch; nothing where all are tagged.
    """
    started = time.perf_counter()
    ids = tagging.stale(library, version_of(tagger))
    with ThreadPoolExecutor(cores()) as pool:
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            with library.read() as connection:
                rows = tagging.photos_with(library, connection, batch)
            names = photo_store.paths(library, batch)
            found = [seen for seen in pool.map(partial(_see, library, names), rows) if seen]
            _keep(library, tagger, found)
            report.tagged += len(found)
            report.passed_over += len(rows) - len(found)
            report.seconds = time.perf_counter() - started
            yield Progress("Tagging photos", start + len(batch), len(ids), report.seconds)


def _see(library: Library, names: dict[int, str], row: Row[Any]) -> _Seen | None:
    """The thumbnail of a photo and what can be measured; None where it cannot be read."""
    pixels = read_thumbnail(library, row.sha256)
    if pixels is None:
        logger.warning("the thumbnail of photo %s cannot be read", row.id)
        return None
    facts = PictureFacts(
        width=row.width,
        height=row.height,
        format=row.format,
        name=file_name(names.get(row.id, "")),
        sharpness=row.sharpness,
        camera=bool(row.camera_make or row.camera_model),
        clock=row.shown_at if row.dated_by == "camera" else None,
        faces=row.faces or 0,
    )
    beside_face = (row.share or 0.0) >= PORTRAIT_SHARE
    return _Seen(row.id, pixels, picture_tags(pixels, facts), beside_face)


def read_thumbnail(library: Library, sha256: str) -> Pixels | None:
    """The thumbnail of a photo in RGB; None where it cannot be read."""
    data = library.media.get(thumbnail_key(sha256))
    decoded = None if not data else cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        return None
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def _keep(library: Library, tagger: Tagger, found: Sequence[_Seen]) -> None:
    """Look at a batch and keep what is seen, in one transaction."""
    if not found:
        return
    scene = tagger.look([seen.pixels for seen in found])
    guesses = tags_of(scene.probabilities, vocabulary(), [seen.beside_face for seen in found])
    said = {}
    for seen, guessed in zip(found, guesses, strict=True):
        # What is measured is sure, also where the network guesses the same.
        tags: dict[str, float | None] = {tag.name: tag.confidence for tag in guessed}
        said[seen.photo_id] = list((tags | dict.fromkeys(seen.measured)).items())
    with library.write() as connection:
        # Some may have been deleted while they were looked at.
        there = {row.id for row in tagging.photos_with(library, connection, list(said))}
        kept = {photo: tags for photo, tags in said.items() if photo in there}
        vectors = {
            seen.photo_id: vector
            for seen, vector in zip(found, scene.vectors, strict=True)
            if seen.photo_id in there
        }
        tagging.replace_guesses(library, connection, version_of(tagger), kept)
        scenes.replace(library, connection, identity(tagger), vectors)


def clean_tag(given: str) -> str:
    """A tag as it is kept: one blank between words, none around them.

    Raises:
        TagError: It is empty or too long.
    """
    name = " ".join(given.split())
    if not name:
        raise TagError("A tag needs at least one letter.")
    if len(name) > _LONGEST:
        raise TagError(f"A tag has at most {_LONGEST} letters, this one has {len(name)}.")
    return name


def add_tag(library: Library, name: str, photo_ids: Sequence[int]) -> TagChange:
    """Give photos a tag; one that was taken away comes back, and is the user's own from then on.

    One decision, which undo takes back exactly; none where all of them have it already.

    Raises:
        TagError: It is empty or too long.
        NotFoundError: A photo is not there.
    """
    return _decide(library, clean_tag(name), photo_ids, present=True)


def remove_tag(library: Library, name: str, photo_ids: Sequence[int]) -> TagChange:
    """Take a tag away from photos; no tagger brings it back. One decision, as `add_tag`.

    Raises:
        TagError: It is empty or too long, or the library has no such tag.
        NotFoundError: A photo is not there.
    """
    known = tag_store.spelled(library, clean_tag(name))
    if known is None:
        raise TagError(f"No photo has the tag {clean_tag(name)!r}. See: gallery tags list")
    return _decide(library, known, photo_ids, present=False)


def _decide(library: Library, name: str, photo_ids: Sequence[int], *, present: bool) -> TagChange:
    with library.write() as connection:
        done = tagging.change(library, connection, photo_ids, name, present=present)
        if not done.before:
            return done
        many = counted(len(done.before), "photo")
        kind, said = "tag", f"Tagged {many} “{done.name}”"
        if not present:
            kind, said = "untag", f"Took the tag “{done.name}” away from {many}"
        decision = history.append(library, connection, kind, said)
        field = tag_field(done.tag_id)
        changes = [
            PhotoChange(photo, field, None if was is None else tag_text(was), tag_text(after))
            for (photo, was), after in zip(done.before.items(), done.after.values(), strict=True)
        ]
        photo_changes.make(library, connection, decision, changes)
    return done
