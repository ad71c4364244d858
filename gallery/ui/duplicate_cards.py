"""Groups of duplicates -> what the page draws: plain dictionaries, differences in plain words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gallery.alternative_text import photo_alternative
from gallery.duplicates import Group, Kind
from gallery.keeping import LOSSLESS, PIXELS_EQUAL, Proposal, density
from gallery.media.files import thumbnail_key
from gallery.store.worth import Worth
from gallery.ui import words
from gallery.ui.grid_data import Address

KEEP, DIFFERENT = "keep", "different"

TITLES = {
    Kind.SAME_PICTURE: "Same picture",
    Kind.BURST: "Bursts",
    Kind.SAME_BYTES: "Same file",
    Kind.SIMILAR: "Similar",
}
ABOUT = {
    Kind.SAME_PICTURE: "One picture in files that differ: compressed, resized, turned, with other "
    "tags. Keep one; the others go to the bin, and what you said of them stays with the one you "
    "keep.",
    Kind.BURST: "Taken within seconds and nearly alike. They are different pictures: keep the best "
    "one, or all.",
    Kind.SAME_BYTES: "The very same file in several places. The gallery has each once, so nothing "
    "needs doing here; to free space, delete files in your folders. The gallery never does.",
    Kind.SIMILAR: "Other pictures that look much alike, also of other days. Keep the one you like "
    "best, or all: tags, albums and people stay with the picture they were given to.",
}
_KEEP_ALL = {
    Kind.SAME_PICTURE: "Keep all, they are different",
    Kind.BURST: "Keep all",
    Kind.SIMILAR: "Keep all",
}
# From here on a file is said to be compressed harder.
_HARDER = 1.5


def card(group: Group, best: Proposal, photos: Sequence[Worth], url: Address) -> dict[str, Any]:
    """A group as it is drawn, the proposed photo first."""
    title = words.counted(len(photos), "picture")
    if group.kind is Kind.SAME_PICTURE:
        title = f"{len(photos):,} files of one picture"
    note = best.reason
    if group.kind is Kind.SAME_PICTURE and not group.throughout:
        note += " Look first: something was added to one of them, or covered."
    return {
        "key": group.key,
        "title": title,
        "note": note,
        "action": {"name": DIFFERENT, "label": _KEEP_ALL[group.kind]},
        "places": [],
        "pictures": [
            _picture(photo, photos, group.kind, proposed=photo.id == best.keep, url=url)
            for photo in photos
        ],
    }


def places_card(group: Group, photo: Worth, url: Address, *, in_full: bool) -> dict[str, Any]:
    """One photo and the files it lies in; visitors are not told in full."""
    paths = [path if in_full else words.file_and_folder(path) for path in group.places]
    return {
        "key": group.key,
        "title": f"In {words.counted(len(paths), 'place')}",
        "note": "",
        "action": None,
        "places": paths,
        "pictures": [_drawn(photo, url) | {"facts": [], "badge": "", "action": None}],
    }


def _drawn(photo: Worth, url: Address) -> dict[str, Any]:
    return {
        "id": photo.id,
        "src": url(thumbnail_key(photo.sha256)),
        "alt": _alternative(photo),
        "name": photo.name,
        "proposed": False,
    }


def _picture(
    photo: Worth, photos: Sequence[Worth], kind: Kind, *, proposed: bool, url: Address
) -> dict[str, Any]:
    return _drawn(photo, url) | {
        "proposed": proposed,
        "badge": "Proposed" if proposed else "",
        "facts": facts(photo, photos, kind),
        "action": {"name": KEEP, "label": "Keep this one"},
    }


def facts(photo: Worth, photos: Sequence[Worth], kind: Kind) -> list[dict[str, Any]]:
    """What a photo is like beside the others of its group; the best of each line is marked."""
    most = max(one.pixels for one in photos)
    when = f"{words.day(photo.shown_at.date())}, {photo.shown_at:%H:%M}"
    if kind is Kind.BURST:
        when += f":{photo.shown_at:%S}"
    if photo.dated_by != "camera":
        when += f", {_DATED[photo.dated_by]}"
    first = min(one.shown_at for one in photos)
    rows = [
        ("Pixels", f"{photo.width:,} × {photo.height:,}", photo.pixels == most),
        ("File", f"{photo.format}, {words.size(photo.size_bytes)}", False),
        ("Quality", *_quality(photo, photos, kind)),
        ("Date", when, photo.shown_at == first),
        ("Known", _known(photo), len(photo.described) == max(len(p.described) for p in photos)),
        ("Lies in", words.file_and_folder(photo.path).rpartition("/")[0], False),
    ]
    same = {label for label, _, _ in rows if _is_same(label, photo, photos)}
    return [
        {"label": label, "value": value, "best": best and label not in same}
        for label, value, best in rows
        if value
    ]


_DATED = {"file": "from the file", "added": "when it was added"}


def _is_same(label: str, photo: Worth, photos: Sequence[Worth]) -> bool:
    """Whether a line says nothing about which to keep, since it is the same for all."""
    ways: dict[str, Callable[[Worth], object]] = {
        "Pixels": lambda one: one.pixels,
        "Date": lambda one: one.shown_at,
        "Known": lambda one: len(one.described),
    }
    return label in ways and all(ways[label](one) == ways[label](photo) for one in photos)


def _quality(photo: Worth, photos: Sequence[Worth], kind: Kind) -> tuple[str, bool]:
    if kind in (Kind.BURST, Kind.SIMILAR):
        sharpest = max(one.sharpness for one in photos)
        if photo.sharpness == sharpest:
            return "the sharpest", True
        share = photo.sharpness / sharpest if sharpest else 1.0
        return ("nearly as sharp" if share >= 0.8 else "less sharp"), False
    # A smaller picture needs more bytes for each pixel: only those of one size are compared.
    most = max(one.pixels for one in photos)
    peers = [one for one in photos if one.pixels >= PIXELS_EQUAL * most]
    if photo not in peers:
        return "smaller", False
    if photo.format.upper() in LOSSLESS:
        return "nothing lost", True
    if any(one.format.upper() in LOSSLESS for one in peers):
        return "compressed", False
    harder = max(density(one) for one in peers) / density(photo)
    if harder < _HARDER:
        return "least compressed", True
    return f"compressed {harder:.0f} times as hard", False


def _known(photo: Worth) -> str:
    parts = list(photo.described)
    if photo.tags:
        parts.append(words.counted(photo.tags, "tag"))
    if photo.confirmed:
        parts.append(f"{words.counted(photo.confirmed, 'face')} confirmed")
    return ", ".join(parts)


def _alternative(photo: Worth) -> str:
    # The files of one picture are told apart by their names alone.
    who = photo_alternative(photo.named, photo.faces, photo.shown_at.date())
    return f"{photo.name}: {who}"


def side(photo: Worth, src: str) -> dict[str, Any]:
    """A picture as it is looked at closely."""
    return {
        "src": src,
        "alt": _alternative(photo),
        "name": photo.name,
        "detail": f"{photo.width:,} × {photo.height:,}, {photo.format}, "
        f"{words.size(photo.size_bytes)}",
        "ratio": round(photo.width / photo.height, 4),
    }
