"""The bin: photos go there instead of being deleted, and come back whole.

In the bin a photo is seen nowhere, and its faces count as deleted boxes: in no person, question,
grouping or map. The library deletes only what is its own; files elsewhere are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from gallery.decisions import Act, final, stack
from gallery.errors import NotFoundError
from gallery.merged import Merges
from gallery.store import (
    binned,
    history,
    leaving,
    members,
    people,
    photo_changes,
    text_index,
)
from gallery.store.binned import Binned
from gallery.store.clock import later, surely
from gallery.store.library import Library
from gallery.store.members import Placement
from gallery.store.photo_changes import BINNED, PhotoChange, as_text
from gallery.wording import counted

# Days after which what is in the bin is deleted for good.
DAYS = 30


def put(library: Library, photo_ids: Sequence[int]) -> int:
    """Put photos into the bin; how many went there.

    Raises:
        NotFoundError: One of them does not exist.
    """
    ids = list(dict.fromkeys(photo_ids))
    with library.write() as connection:
        act = Act(library, connection)
        changes = binning(act, ids)
        if changes:
            decision = act.keep("bin", f"Put {counted(len(changes), 'photo')} into the bin")
            photo_changes.make(library, connection, decision, changes)
    return len(changes)


def binning(act: Act, photo_ids: Sequence[int]) -> list[PhotoChange]:
    """Let photos go to the bin as part of a decision: their faces now, the rest as changes.

    Raises:
        NotFoundError: One of them does not exist.
    """
    library, connection = act.library, act.connection
    there = binned.among(library, connection, photo_ids)
    faces = binned.face_ids(library, connection, photo_ids)
    missing = set(photo_ids) - binned.existing(library, connection, photo_ids)
    if missing:
        raise NotFoundError(f"There is no photo {min(missing)} in this library.")
    # Not by a clock that was set back: the photos would go for good as soon as it is right again.
    now = as_text(later(library, connection))
    going = [photo for photo in photo_ids if photo not in there]
    act.remove(face for photo in going for face in faces[photo])
    return [PhotoChange(photo, BINNED, None, now) for photo in going]


def restore(library: Library, photo_ids: Sequence[int] | None = None) -> int:
    """Bring photos back from the bin with their faces and people; how many came.

    A face goes back to whom it was with, or to whom that person became. Where a user has said
    meanwhile that this cannot be, it is nobody's.

    Args:
        library: whose.
        photo_ids: which; all, if None.

    Raises:
        NotFoundError: One of them is not in the bin.
    """
    if photo_ids is None:
        photo_ids = [photo.id for photo in binned.listed(library)]
    ids = list(dict.fromkeys(photo_ids))
    with library.write() as connection:
        absent = set(ids) - binned.among(library, connection, ids)
        if absent:
            raise NotFoundError(f"Photo {min(absent)} is not in the bin.")
        act = Act(library, connection)
        by = _put_in_by(library, connection, ids)
        before = _before(library, connection, by)
        for face, placement in before.items():
            act.put_back(face, placement)
        _bring_covers(act, before, set(by.values()))
        if ids:
            since = binned.since(library, connection, ids)
            changes = [PhotoChange(photo, BINNED, as_text(since[photo]), None) for photo in ids]
            said = f"Brought {counted(len(ids), 'photo')} back from the bin"
            decision = act.keep("restore", said)
            photo_changes.make(library, connection, decision, changes)
    return len(ids)


def _put_in_by(
    library: Library, connection: Connection, photo_ids: Sequence[int]
) -> dict[int, int]:
    """The decision that put each of some photos where they are, the bin."""
    everything = history.steps(library, connection)
    holding = {decision.id for decision in stack(everything).done} | final(everything)
    return photo_changes.binned_by(library, connection, photo_ids, holding)


def _before(
    library: Library, connection: Connection, put_in_by: Mapping[int, int]
) -> dict[int, Placement]:
    """Where the faces of photos in the bin were, as far as they can be there today."""
    faces = binned.face_ids(library, connection, list(put_in_by))
    photo_of = {face: photo for photo, some in faces.items() for face in some}
    was: dict[int, Placement] = {}
    for decision in sorted(set(put_in_by.values())):
        for change in history.face_changes_of(library, connection, decision):
            if put_in_by.get(photo_of.get(change.face_id, -1)) == decision:
                was[change.face_id] = change.before
    merged = Merges.of(stack(history.everything(library, connection)).done)
    return _possible(library, connection, was, photo_of, merged)


def _bring_covers(act: Act, returned: Mapping[int, Placement], decisions: set[int]) -> None:
    """Who was shown by a face that comes back is again, unless another one was chosen since."""
    for decision in sorted(decisions):
        for change in history.field_changes_of(act.library, act.connection, decision):
            if change.field != "cover_face_id" or change.before is None:
                continue
            now = people.field_text(act.library, act.connection, change.person_id, change.field)
            place = returned.get(int(change.before))
            if now == change.after and place is not None and place.person_id == change.person_id:
                act.set(change.person_id, change.field, change.before)


def _possible(
    library: Library,
    connection: Connection,
    was: Mapping[int, Placement],
    photo_of: Mapping[int, int],
    merged: Merges,
) -> dict[int, Placement]:
    known = people.names(library, connection)
    barred = members.barred(library, connection, sorted(was))
    seats: set[tuple[int, int]] = set()
    found = {}
    for face in sorted(was, key=lambda face: (not was[face].confirmed, face)):
        placement = was[face]
        person = placement.person_id
        if person is not None:
            person = merged.today(person)
            seat = (photo_of[face], person)
            if person not in known or person in barred.get(face, ()) or seat in seats:
                placement = Placement()
            else:
                seats.add(seat)
                placement = replace(placement, person_id=person)
        found[face] = placement
    return found


@dataclass(frozen=True, slots=True)
class Emptied:
    """What was deleted for good.

    Args:
        photos: how many.
        copies: originals that the library had copied.
        elsewhere: photos whose files lie elsewhere and were left alone.
    """

    photos: int
    copies: int
    elsewhere: int

    @property
    def sentence(self) -> str:
        """In words."""
        if not self.photos:
            return "There was nothing to delete."
        said = f"Deleted {counted(self.photos, 'photo')} for good."
        if self.elsewhere:
            of_those = counted(self.elsewhere, "file that lies", "files that lie")
            said += f" {of_those} in folders of your own stayed there."
        return said


def empty(library: Library, photos: Iterable[Binned] | None = None) -> Emptied:
    """Delete what is in the bin for good: faces, vectors, pictures, and the library's own copies.

    Originals that were left in their folders are not touched. Cannot be undone, and neither
    can what had put these photos there.

    Args:
        library: whose.
        photos: which; all, if None.

    Raises:
        LibraryError: The rows are gone, but some files could not be deleted.
    """
    done = _erase(library, binned.listed(library) if photos is None else photos)
    leaving.finish_or_say(library)
    return done


def _erase(library: Library, photos: Iterable[Binned]) -> Emptied:
    """Delete the rows, and name the files that go with them."""
    going = list(photos)
    with library.write() as connection:
        # Another program may have brought some back meanwhile.
        there = binned.among(library, connection, [photo.id for photo in going])
        going = [photo for photo in going if photo.id in there]
        ids = [photo.id for photo in going]
        if not ids:
            return Emptied(0, 0, 0)
        faces = [f for some in binned.face_ids(library, connection, ids).values() for f in some]
        pictures = binned.pictures(library, connection, ids)
        about = photo_changes.decisions_about(library, connection, ids)
        binned.erase(library, connection, ids)
        text_index.forget_gone(connection)
        said = f"Deleted {counted(len(ids), 'photo')} from the bin for good"
        gone = ",".join(str(decision) for decision in about)
        history.append(library, connection, "empty-bin", said, value=gone)
        # After the rows: a picture nobody refers to is harmless, the other way round is a fault.
        keys = [key for some in pictures.values() for key in some]
        leaving.announce(library, connection, keys, faces)
    copies = sum(photo.copied for photo in going)
    return Emptied(len(going), copies, len(going) - copies)


def empty_old(library: Library) -> Emptied:
    """Delete for good what has been in the bin for longer than `DAYS`.

    Only once the library was used after they were over: a clock that ran ahead is no reason. And
    what an earlier deletion for good has left that was cut off.
    """
    leaving.finish(library)
    with library.read() as connection:
        due = surely(library, connection) - timedelta(days=DAYS)
    if not binned.count(library, before=due):
        return Emptied(0, 0, 0)
    done = _erase(library, binned.listed(library, before=due))
    # What cannot be deleted now must not keep the library from being opened.
    leaving.finish(library)
    return done
