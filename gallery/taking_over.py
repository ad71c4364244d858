"""What goes into the bin leaves behind what was said of it: tags, titles, places, dates, people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gallery.decisions import Act
from gallery.detect import overlap
from gallery.records import Box
from gallery.store.belongings import Belongings, FaceAt
from gallery.store.photo_changes import PhotoChange, as_text, tag_field, tag_text
from gallery.store.tags import SAID, GivenTag

_PLACE = ("latitude", "longitude", "altitude", "city", "region", "country", "placed_by")
# Fields that are taken over together, where the first of them is empty.
_ALWAYS = (("title",), ("description",), _PLACE)
_OF_ONE_PICTURE = (("camera_make", "camera_model"), ("lens",))
_DATE = ("taken_at", "taken_offset", "shown_at", "dated_by")
# A date from the camera is worth more than that of the file, and that more than the day it came.
_DATED = ("camera", "file", "added")

# Shares of boxes that lie on each other in two files of one picture, of which one may be trimmed.
_SAME_FACE = 0.4


@dataclass(slots=True)
class Inheritance:
    """What a photo that stays takes over from those that go.

    Args:
        photo_id: that stays.
        own: what hangs on it; what it takes over is added.
        changes: of its fields and tags.
        confirmed: whose its faces are, as a user said of the same face in another file.
    """

    photo_id: int
    own: Belongings
    changes: dict[str, PhotoChange] = field(default_factory=dict)
    confirmed: dict[int, int] = field(default_factory=dict)

    def take(self, other: Belongings, *, same_picture: bool, turns: int = 0) -> None:
        """Take over what another photo has and this one has not.

        Args:
            other: what hangs on the other.
            same_picture: whether it is the same picture; of another one of the moment only
                words, tags and place count.
            turns: quarter turns to the left that bring the other to this one.
        """
        for fields in (*_ALWAYS, *(_OF_ONE_PICTURE if same_picture else ())):
            if self.own.fields[fields[0]] is None and other.fields[fields[0]] is not None:
                self._set(other, fields)
        for tag, given in other.tags.items():
            self._tag(tag, given)
        if same_picture:
            mine, its = (_DATED.index(b.fields["dated_by"]) for b in (self.own, other))
            if its < mine:
                self._set(other, _DATE)
            self._take_people(other.faces, turns)

    def _tag(self, tag: int, given: GivenTag) -> None:
        """What somebody said of the other; what a tagger sees in it, it sees in this one too."""
        own = self.own.tags.get(tag)
        if given.source not in SAID or given.removed:
            return
        # Taken away from this one, or given to it by somebody: so it stays.
        if own is not None and (own.removed or own.source in SAID):
            return
        self.own.tags[tag] = given
        name = tag_field(tag)
        before = None if own is None else tag_text(own)
        self.changes[name] = PhotoChange(self.photo_id, name, before, tag_text(given))

    def _set(self, other: Belongings, fields: Sequence[str]) -> None:
        for name in fields:
            before, after = self.own.fields[name], other.fields[name]
            if before != after:
                earlier = self.changes.get(name)
                first = as_text(before) if earlier is None else earlier.before
                self.changes[name] = PhotoChange(self.photo_id, name, first, as_text(after))
                self.own.fields[name] = after

    def _take_people(self, others: Sequence[FaceAt], turns: int) -> None:
        sure = {face.person_id for face in self.own.faces if face.confirmed}
        sure |= set(self.confirmed.values())
        for face in others:
            if not face.confirmed or face.person_id is None or face.person_id in sure:
                continue
            mine = self._same_face(turned(face.box, turns))
            if mine is not None and not mine.confirmed and mine.id not in self.confirmed:
                self.confirmed[mine.id] = face.person_id
                sure.add(face.person_id)

    def _same_face(self, box: Box) -> FaceAt | None:
        best = max(self.own.faces, key=lambda face: overlap(face.box, box), default=None)
        return best if best is not None and overlap(best.box, box) >= _SAME_FACE else None

    def say(self, act: Act, rejected: Mapping[int, set[int]]) -> None:
        """Let the people be part of a decision.

        Args:
            act: the decision.
            rejected: persons that faces are not.
        """
        for face, person in self.confirmed.items():
            if person in rejected.get(face, ()):
                continue
            # Whom grouping had put elsewhere in this photo gives way.
            act.free(f.id for f in self.own.faces if f.person_id == person and f.id != face)
            act.confirm([face], person)


def turned(box: Box, turns: int) -> Box:
    """A box, as shares of width and height, after quarter turns of the picture to the left."""
    for _ in range(turns % 4):
        x0, y0, x1, y1 = box
        box = (y0, 1 - x1, y1, 1 - x0)
    return box
