"""Every face of a library on a map: kept, steady, and with new faces put into it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from gallery.layout import Chosen, Places, Tell, is_quick, lay_out, place
from gallery.layout_process import lay_out_apart
from gallery.records import Space, Vectors
from gallery.store import faces as face_store
from gallery.store import layouts
from gallery.store.layouts import Layout
from gallery.store.library import Library


def kept_map(
    library: Library, space: Space, chosen: Chosen, face_ids: Collection[int]
) -> Layout | None:
    """The map that is kept, with the faces that came since beside those they are like.

    No face that has a place moves.

    Args:
        library: whose.
        space: of the vectors.
        chosen: how faces are laid out.
        face_ids: every face that has a vector of the space, rising.

    Returns:
        None where nothing is kept that could be added to.
    """
    file = layouts.path(library, space, chosen.method.name, chosen.values)
    kept = layouts.load(file)
    if kept is None:
        return None
    now = np.fromiter(face_ids, dtype=np.int64, count=len(face_ids))
    if np.array_equal(now, kept.face_ids):
        return kept
    kept = kept.only(np.isin(kept.face_ids, now))
    if not len(kept.face_ids):
        return None
    new = np.setdiff1d(now, kept.face_ids)
    if len(new):
        kept = _with_new(library, space, chosen, kept)
    layouts.save(file, kept)
    return kept


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
    layouts.save(layouts.path(library, space, chosen.method.name, chosen.values), layout)
    return layout


def _laid_out(vectors: Vectors, chosen: Chosen, tell: Tell) -> Places:
    if is_quick(chosen, len(vectors)):
        return lay_out(vectors, chosen)
    return lay_out_apart(vectors, chosen, tell)
