"""What memory holds of a library, let go when somebody in it is deleted or its visitor leaves."""

from __future__ import annotations

from typing import Any

from gallery.store.library import Library
from gallery.ui import layout_work, review_work
from gallery.ui.images import Pictures


def release(library: Library, pictures: Pictures) -> None:
    """Hold nothing of a library any more, and stop what is in the making for it.

    Args:
        library: whose faces are let go; it may be closed.
        pictures: of it.
    """
    layout_work.forget(library)
    review_work.forget(library)
    # They do not tell libraries apart: what is held of others is read anew when it is wanted.
    for cached in caches():
        cached.clear()
    pictures.clear()


def caches() -> tuple[Any, ...]:
    """Every cached function that holds vectors or names, or what was made of them."""
    # Here, not at the top: all of them come through the frame, which comes through here.
    from gallery.ui import (
        describing,
        explore_map,
        grouping_effect,
        grouping_lab,
        lab_faces,
        own_people,
        photo_map_part,
        searching_faces,
        similar_strip,
        what_changed,
    )

    return (
        describing._read,
        explore_map._coloured,
        explore_map._read,
        grouping_effect._preview,
        grouping_lab._labels,
        lab_faces._own_set,
        own_people._pairs,
        photo_map_part._packed,
        searching_faces._opened,
        similar_strip._index,
        what_changed._compared,
    )
