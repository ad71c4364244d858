"""Malformed files as a folder, and what a library says of each of them after taking it in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import malformed_bombs
import malformed_cuts
import malformed_folder
import malformed_metadata
import malformed_pictures
import malformed_zips
from malformed_photo import Expected, Made
from sqlalchemy import func, select

from gallery.records import Refusal, RefusalCode
from gallery.source_file import readable
from gallery.store.library import Library
from gallery.store.tables import faces, photo_files


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file.

    Args:
        made: the file.
        became: taken in, refused, or passed over, which is neither.
        reasons: all that were given for it.
        codes: of these.
        faces: that were found.
    """

    made: Made
    became: Expected
    reasons: tuple[str, ...] = ()
    codes: tuple[RefusalCode, ...] = ()
    faces: int = 0

    @property
    def wrong(self) -> str | None:
        """What is not as expected, in words; None where all is."""
        made = self.made
        allowed: set[Expected] = {made.expected}
        if made.expected is Expected.EITHER:
            allowed = {Expected.TAKEN_IN, Expected.REFUSED}
        if RefusalCode.INTERNAL in self.codes:
            return f"a fault of the gallery itself: {self.reasons}"
        if self.became not in allowed:
            return f"{self.became} instead of {made.expected} {self.reasons}"
        if self.became is Expected.REFUSED and made.codes and set(self.codes) - set(made.codes):
            return f"refused as {self.codes} instead of {made.codes}: {self.reasons}"
        if self.became is Expected.TAKEN_IN and self.faces < made.faces:
            return f"{self.faces} faces were found instead of {made.faces}"
        return None


def make(seed: int, side: int = 1000) -> list[Made]:
    """All files, the same for a seed.

    Args:
        seed: of everything random.
        side: of the pictures that hold as many pixels as they say, see `malformed_bombs`.
    """
    made = [
        *malformed_cuts.files(seed),
        *malformed_metadata.files(seed),
        *malformed_pictures.files(seed),
        *malformed_bombs.files(seed, side),
        *malformed_zips.files(seed),
        *malformed_folder.files(seed),
    ]
    paths = [one.path for one in made]
    assert len(set(paths)) == len(paths), "a path stands for one file"
    return made


def write(folder: Path, made: Iterable[Made]) -> None:
    """Put them below a folder."""
    for one in made:
        path = folder / one.path
        if one.put is None and one.data is None:
            continue  # within a ZIP
        path.parent.mkdir(parents=True, exist_ok=True)
        if one.put is not None:
            one.put(path)
        elif one.data is not None:
            path.write_bytes(one.data)


def outcomes(
    library: Library, folder: Path | None, made: Sequence[Made], refused: Sequence[Refusal]
) -> list[Outcome]:
    """What became of each file.

    Args:
        library: after the run.
        folder: in which they lie; None for names as they are.
        made: the files.
        refused: what the run named as kept out.
    """
    said: dict[str, list[Refusal]] = {}
    for refusal in refused:
        said.setdefault(refusal.path, []).append(refusal)
    there = _taken_in(library)
    found = []
    for one in made:
        path = shown_as(folder, one)
        own = said.get(path, [])
        became = Expected.REFUSED if own else Expected.PASSED_OVER
        # Of a ZIP that can be opened only the members are named.
        opened = one.expected is Expected.EITHER and any(
            name.startswith(f"{path}/") for name in (*there, *said)
        )
        if path in there or opened:
            became = Expected.TAKEN_IN
        reasons = tuple(refusal.reason for refusal in own)
        codes = tuple(refusal.code for refusal in own)
        found.append(Outcome(one, became, reasons, codes, there.get(path, 0)))
    return found


def shown_as(folder: Path | None, made: Made) -> str:
    """The path that the library shows."""
    return readable(made.path if folder is None else f"{folder}/{made.path}")


def strangers(
    library: Library, folder: Path, made: Sequence[Made], refused: Sequence[Refusal]
) -> list[str]:
    """Paths that the run named although nothing was known of them beforehand."""
    known = {shown_as(folder, one) for one in made}
    named = {*(refusal.path for refusal in refused), *_taken_in(library)}
    return sorted(path for path in named - known if _archive(path) not in known)


def _archive(path: str) -> str:
    """The ZIP with a broken directory that a member is in; its names may be anything."""
    before, zipped, _ = path.partition(".zip/")
    return before + ".zip" if zipped else path


def _taken_in(library: Library) -> Mapping[str, int]:
    """How many faces the photo of each file has."""
    places, seen = photo_files.c, faces.c
    query = (
        select(places.path, func.count(seen.id))
        .outerjoin(faces, seen.photo_id == places.photo_id)
        .group_by(places.id)
    )
    with library.read() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def unlock(folder: Path) -> None:
    """Let what may not be looked into be deleted again."""
    for closed in folder.rglob("folder/closed"):
        closed.chmod(0o700)
