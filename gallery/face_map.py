"""Every face of a library on a map: kept, steady, and with new faces put into it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np

from gallery.layout import FEWEST_FOR_UMAP, Chosen, Places, Tell, is_quick, lay_out, place
from gallery.layout_process import lay_out_apart
from gallery.records import Space, Vectors
from gallery.store import faces as face_store
from gallery.store import layouts
from gallery.store.layouts import Layout
from gallery.store.library import Library

# Share of the faces on a map that were laid out together. Where more came later, the map no longer
# shows what the library is like now.
_LEAST_LAID_OUT = 2 / 3


def kept_map(
    library: Library, space: Space, chosen: Chosen, face_ids: Collection[int]
) -> Layout | None:
    """The map that is kept, brought up to date.

    Args:
        library: whose.
        space: of the vectors.
        chosen: how faces are laid out.
        face_ids: every face that has a vector of the space, rising.

    Returns:
        None where nothing is kept that could be added to.
    """
    kept = layouts.load(layouts.path(library, space, chosen.method.name, chosen.values))
    return None if kept is None else up_to_date(library, space, chosen, kept, face_ids)


def up_to_date(
    library: Library, space: Space, chosen: Chosen, layout: Layout, face_ids: Collection[int]
) -> Layout | None:
    """A map without the faces that are gone, and with those that came beside those they are like.

    No face that has a place moves.

    Args:
        library: whose.
        space: of the vectors.
        chosen: how they were laid out.
        layout: as it was.
        face_ids: every face that has a vector of the space, rising.

    Returns:
        None where so many came that all of them should be laid out anew.
    """
    now = np.fromiter(face_ids, dtype=np.int64, count=len(face_ids))
    there = np.isin(layout.face_ids, now)
    laid_out = int(np.count_nonzero(there & ~layout.later))
    if laid_out < _LEAST_LAID_OUT * len(now) or (
        laid_out < FEWEST_FOR_UMAP and not is_quick(chosen, len(now))
    ):
        return None
    if there.all() and len(now) == len(layout.face_ids):
        return layout
    layout = layout.only(there)
    if len(now) > len(layout.face_ids):
        layout = _with_new(library, space, chosen, layout)
    file = layouts.path(library, space, chosen.method.name, chosen.values)
    layouts.save(file, layout)
    return _without_deleted(library, file, layout)


def _with_new(library: Library, space: Space, chosen: Chosen, kept: Layout) -> Layout:
    described = face_store.embedded(library, space)
    ids = np.array(described.face_ids, dtype=np.int64)
    known = np.isin(ids, kept.face_ids)
    # A face can be deleted between two reads.
    kept = kept.only(np.isin(kept.face_ids, ids))
    places = np.empty((len(ids), 2), dtype=np.float32)
    later = np.ones(len(ids), dtype=np.bool_)
    places[known], later[known] = kept.places, kept.later
    vectors = described.vectors
    places[~known] = place(vectors[~known], vectors[known], kept.places, chosen)
    return Layout(ids, places, later)


def _without_deleted(library: Library, file: Path, layout: Layout) -> Layout:
    """A map that was just saved, less the faces that were deleted while it was made.

    Looked at afterwards: whoever deletes a face from now on takes it off what is saved.
    """
    with library.read() as connection:
        present = face_store.present_ids(library, connection)
    there = np.isin(layout.face_ids, sorted(present))
    if there.all():
        return layout
    layout = layout.only(there)
    layouts.save_or_remove(file, layout)
    return layout


def make_map(library: Library, space: Space, chosen: Chosen, tell: Tell) -> Layout:
    """Lay every face out anew, and keep that.

    Args:
        library: whose.
        space: of the vectors.
        chosen: how.
        tell: hears how far it is; what it raises stops the work.

    Raises:
        GalleryError: It could not be laid out.
    """
    described = face_store.embedded(library, space)
    layout = Layout(
        np.array(described.face_ids, dtype=np.int64),
        _laid_out(described.vectors, chosen, tell),
        np.zeros(len(described.face_ids), dtype=np.bool_),
    )
    file = layouts.path(library, space, chosen.method.name, chosen.values)
    layouts.save_or_remove(file, layout)
    return _without_deleted(library, file, layout)


def _laid_out(vectors: Vectors, chosen: Chosen, tell: Tell) -> Places:
    if is_quick(chosen, len(vectors)):
        return lay_out(vectors, chosen)
    return lay_out_apart(vectors, chosen, tell)
