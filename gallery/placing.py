"""Fills in the places of photos that have a position and no place yet."""

from __future__ import annotations

import time
from collections.abc import Iterator

from gallery.places import Towns, places_version
from gallery.records import Progress
from gallery.store import places as place_store
from gallery.store.library import Library

# Small enough that a kill loses little, large enough that the disk is not the limit.
_BATCH = 2000


def find_places(library: Library) -> Iterator[Progress]:
    """Look up the place of every photo that waits for it; yields after every batch.

    Photos looked up by an earlier version are looked up again. Killed at any moment it has lost
    a batch at most. The table of towns is loaded only where there is something to do.

    Raises:
        GalleryError: The package that has the towns is missing.
    """
    started = time.perf_counter()
    version = places_version()
    total = place_store.count_waiting(library, version)
    if not total:
        return
    towns = Towns()
    done = 0
    while spots := place_store.waiting(library, version, _BATCH):
        found = towns.find([s.latitude for s in spots], [s.longitude for s in spots])
        ids = [spot.photo_id for spot in spots]
        place_store.keep(library, version, list(zip(ids, found, strict=True)))
        done += len(spots)
        yield Progress("Finding places", done, max(done, total), time.perf_counter() - started)
