"""Who with a name is on photos."""

from __future__ import annotations

import small_library as small
from small_library import Seen

from gallery.people import hide, name_person
from gallery.store import named, people, timeline
from gallery.store.library import Library


def test_names_stand_from_left_to_right_and_hidden_ones_do_not(library: Library) -> None:
    together = [Seen(who, photo="together") for who in (1, 0, 2, 3)]
    alone = [Seen(who) for who in (0, 0, 1, 2) for _ in range(2)]
    faces = small.add(library, [*together, *alone])
    small.regroup(library)
    for face, name in zip(faces[:3], ("Ada", "Grace", "Joan"), strict=True):
        name_person(library, small.owner(library, face), name)
    hide(library, small.owner(library, faces[2]))
    tiles = {tile.name: tile for tile in timeline.browse(library, limit=50)}
    both = tiles["together.jpg"]
    assert (both.named, both.faces) == (("Ada", "Grace"), 4)
    assert sum(tile.named == ("Grace",) for tile in tiles.values()) == 4
    with library.read() as connection:
        found = named.on_photos(library, connection, [tile.id for tile in tiles.values()])
    # Those on whom nobody has a name, or somebody hidden, are not among them.
    assert set(found) == {tile.id for tile in tiles.values() if tile.named}
    assert len(found) < len(tiles)
    assert {p.name for p in people.everyone(library)} >= {"Ada", "Grace"}
