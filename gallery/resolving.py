"""Deciding about duplicates: keep one and let the others go to the bin, or keep them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gallery import photo_bin
from gallery.decisions import Act
from gallery.duplicates import Group, Kind, groups
from gallery.errors import GalleryError, NotFoundError
from gallery.event_updating import follow_dates
from gallery.keeping import Proposal, propose
from gallery.store import albums, belongings, members, photo_changes
from gallery.store import duplicates as store
from gallery.store.library import Library
from gallery.store.worth import Worth, worth
from gallery.taking_over import Inheritance
from gallery.wording import counted

# Pictures of one group that can be told apart by one answer: each from each other.
_MOST_APART = 500


@dataclass(frozen=True, slots=True)
class Choice:
    """A group and the photo of it that stays."""

    group: Group
    keep: int


@dataclass(frozen=True, slots=True)
class Resolved:
    """What came of resolving groups.

    Args:
        groups: how many.
        binned: photos that went to the bin.
        size_bytes: of these.
    """

    groups: int
    binned: int
    size_bytes: int


def proposals(
    library: Library, found: Sequence[Group]
) -> list[tuple[Group, Proposal, list[Worth]]]:
    """What to keep of each of some groups, and its photos, the one to keep first.

    Groups that have less than two photos by now are left out.
    """
    known = worth(library, (photo for group in found for photo in group.photos))
    listed = []
    for group in found:
        photos = [known[photo] for photo in group.photos if photo in known]
        if len(photos) > 1:
            best = propose(group.kind, photos)
            photos.sort(key=lambda photo: (photo.id != best.keep, -photo.pixels, photo.id))
            listed.append((group, best, photos))
    return listed


def sure_choices(library: Library) -> list[Choice]:
    """What is proposed for every group of one picture in which nothing was added to any."""
    found = [group for group in groups(library, Kind.SAME_PICTURE) if group.throughout]
    return [Choice(group, best.keep) for group, best, _ in proposals(library, found)]


def resolve(library: Library, choices: Sequence[Choice]) -> Resolved:
    """Keep one photo of each group and put the others into the bin; one decision.

    What was said of the others is taken over by the one that stays: tags, title, place, date,
    albums, and who is on it where a user confirmed that. Of pictures that only look alike nothing
    is.

    Raises:
        GalleryError: There is nothing to resolve, or not in this way.
        NotFoundError: The photo to keep is not in its group.
    """
    if not choices:
        raise GalleryError("There are no duplicates to resolve.")
    for choice in choices:
        if choice.group.kind is Kind.SAME_BYTES:
            raise GalleryError(
                "This is one photo in the library already; only its files are several. Delete "
                "those you do not need in your folders: the gallery never deletes them."
            )
        if choice.keep not in choice.group.photos:
            raise NotFoundError(f"Photo {choice.keep} is not in the group {choice.group.key}.")
    ids = sorted({photo for choice in choices for photo in choice.group.photos})
    going = [p for choice in choices for p in choice.group.photos if p != choice.keep]
    sizes = worth(library, ids)
    turns = {(p.first, p.second): p.turns for p in store.pairs(library, Kind.SAME_PICTURE)}
    with library.write() as connection:
        hangs = belongings.of_photos(library, connection, ids)
        if set(ids) - set(hangs):
            raise NotFoundError("Some of these photos are gone by now. Look at the list again.")
        rejected = members.rejected(library, connection)
        act = Act(library, connection)
        changes = photo_bin.binning(act, going)
        for choice in choices:
            heir = Inheritance(choice.keep, hangs[choice.keep])
            for photo in choice.group.photos:
                # What was said of a picture of another day is not true of this one.
                if photo != choice.keep and choice.group.kind is not Kind.SIMILAR:
                    same = choice.group.kind is Kind.SAME_PICTURE
                    between = _turns(turns, photo, choice.keep)
                    heir.take(hangs[photo], same_picture=same, turns=between)
            heir.say(act, rejected)
            changes += heir.changes.values()
        decision = act.keep("duplicates", _sentence(choices, sizes, len(going)))
        photo_changes.make(library, connection, decision, changes)
        keeps = {
            photo: choice.keep
            for choice in choices
            if choice.group.kind is not Kind.SIMILAR
            for photo in choice.group.photos
        }
        albums.take_over(library, connection, decision, keeps)
        follow_dates(library, connection, [decision])
    size = sum(sizes[photo].size_bytes for photo in going if photo in sizes)
    return Resolved(len(choices), len(going), size)


def _turns(turns: dict[tuple[int, int], int], one: int, other: int) -> int:
    """Quarter turns to the left that bring one picture to another."""
    return turns[one, other] if (one, other) in turns else -turns.get((other, one), 0) % 4


def _sentence(choices: Sequence[Choice], known: dict[int, Worth], going: int) -> str:
    into = f"put {counted(going, 'other', 'others')} into the bin"
    if len(choices) == 1:
        kept = known.get(choices[0].keep)
        name = f"photo {choices[0].keep}" if kept is None else kept.name
        return f"Kept {name} and {into}"
    return f"Kept one photo of each of {len(choices):,} groups and {into}"


def tell_apart(library: Library, group: Group) -> None:
    """Say that the pictures of a group are different; nobody is asked about them again.

    Raises:
        GalleryError: They are one photo, or too many.
    """
    if group.kind is Kind.SAME_BYTES:
        raise GalleryError("These files have the same bytes, so they are one photo.")
    if len(group.photos) > _MOST_APART:
        raise GalleryError(
            f"These are {len(group.photos):,} pictures; at most {_MOST_APART} can be told apart "
            "at a time. Keep some of them first."
        )
    with library.write() as connection:
        act = Act(library, connection)
        these = counted(len(group.photos), "picture")
        said = f"Said that {these} that look alike are different"
        if group.kind is Kind.BURST:
            said = f"Kept all {these} of a burst"
        elif group.kind is Kind.SIMILAR:
            said = f"Kept all {these} that look alike"
        decision = act.keep("different", said)
        store.tell_apart(library, connection, decision, group.photos)
