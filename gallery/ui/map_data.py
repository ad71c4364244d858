"""Places, colours and what is pointed at -> what the component draws.

Numbers of every face go as bare bytes. Places are a file, which the browser keeps while they stay
the same; colours and what is chosen change with every act, and a file that is replaced before it
was fetched is gone.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gallery.records import Person
from gallery.store.facts import Facts
from gallery.store.layouts import Layout
from gallery.ui import words
from gallery.ui.grid_data import Address
from gallery.ui.images import address
from gallery.ui.map_colours import REST, Colours

_BARE = "application/octet-stream"
NOT_SURE = "Not sure whose"


def map_data(
    layout: Layout,
    colours: Colours,
    chosen: Sequence[int],
    turn: int,
    looked: Sequence[int],
    seen: list[dict[str, Any]],
    version: object,
) -> dict[str, Any]:
    """All of it.

    Args:
        layout: where faces lie.
        colours: of each of them.
        chosen: faces that are chosen.
        turn: how often that changed; the browser heeds what is newer than what it knows.
        looked: faces that the browser asked for last.
        seen: those that are there, from `glances`.
        version: something else whenever what was seen is out of date.
    """
    points = layout.places.astype("<f4").tobytes() + layout.face_ids.astype("<u4").tobytes()
    count = words.counted(len(layout.face_ids), "face")
    return {
        "title": f"Map of {count}, those that are alike side by side.",
        "version": str(version),
        "turn": turn,
        "points": address(points, "map-points", _BARE),
        "codes": _text(colours.codes.tobytes()),
        "chosen": _text(np.array(chosen, dtype="<u4").tobytes()),
        "palette": colours.palette,
        "rest": REST,
        "legend": colours.legend,
        "looked": list(looked),
        "seen": seen,
    }


def _text(numbers: bytes) -> str:
    return base64.b64encode(numbers).decode("ascii")


def glances(
    face_ids: Sequence[int],
    facts: Mapping[int, Facts],
    people: Mapping[int, Person],
    crops: Mapping[int, str],
    url: Address,
) -> list[dict[str, Any]]:
    """Faces that are pointed at: picture, name, day."""
    return [
        {
            "id": face,
            "src": url(crops.get(face)),
            "label": label_of(facts[face], people),
            "detail": "" if (at := facts[face].shown_at) is None else words.day(at.date()),
        }
        for face in face_ids
        if face in facts
    ]


def label_of(fact: Facts, people: Mapping[int, Person]) -> str:
    """Whose a face is, in words."""
    person = None if fact.person_id is None else people.get(fact.person_id)
    return NOT_SURE if person is None else person.label
