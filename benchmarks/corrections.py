"""A library of 2,000 LFW photos is put right by hand, added to, regrouped and undone.

    python benchmarks/corrections.py --lfw DIR [--library DIR] [--json]

`DIR` holds `lfw-deepfunneled/`. Photos of people with 12 to 60 photos and of people seen once
or twice are taken in, a tenth of the former held back. Then, through the use cases that page and
command line use: people are named, merged, split, a face is rejected, one ignored; the photos held
back join; all is grouped again, stricter and looser; and everything is undone. After every step
the state is compared with what it must be, and the run fails where it is not.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from gallery import corrections, people
from gallery.cluster import GraphOptions
from gallery.config import Settings, load_settings
from gallery.decisions import standing, undo
from gallery.grouping import use_run
from gallery.pipeline import FaceModels, ingest
from gallery.questions import questions
from gallery.records import IngestReport, Person
from gallery.sources import find_photos
from gallery.store import members, runs
from gallery.store import people as people_store
from gallery.store.library import Library, open_library
from gallery.workflow import (
    group_if_needed,
    group_library,
    group_options,
    join_library,
    load_models,
)

_PHOTOS = 2000
_NAMED = 20
_STATE = (
    "SELECT face_id, person_id, confirmed FROM memberships ORDER BY face_id",
    "SELECT id, number, name, hidden, ignored, birth_year, cover_face_id FROM people "
    "WHERE name IS NOT NULL OR id IN (SELECT person_id FROM memberships) ORDER BY id",
    "SELECT face_id, person_id FROM rejections WHERE holds ORDER BY face_id, person_id",
)


@dataclass(slots=True)
class Log:
    """What was seen at every step."""

    as_json: bool
    steps: list[dict[str, Any]] = field(default_factory=list)

    def say(self, step: str, **seen: Any) -> None:
        """Keep a step, and print it unless a document is wanted at the end."""
        self.steps.append({"step": step, **seen})
        if not self.as_json:
            facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in seen.items())
            print(f"{step:34} {facts}", flush=True)

    def check(self, what: str, holds: bool) -> None:
        """Stop the run where something is not as it must be."""
        self.say(f"  {what}", holds=holds)
        if not holds:
            sys.exit(f"not as it must be: {what}")


def main() -> None:
    """Run as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lfw", type=Path, required=True, help="folder with lfw-deepfunneled/")
    parser.add_argument("--library", type=Path, help="where to make it; default: a temporary one")
    parser.add_argument("--photos", type=int, default=_PHOTOS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    now, later = choose(options.lfw / "lfw-deepfunneled", options.photos)
    folder = options.library or Path(tempfile.mkdtemp(prefix="corrections-"))
    log = Log(options.json)
    try:
        library = open_library(folder / "library")
        settings = load_settings()
        walk(library, settings, load_models(settings), now, later, log)
        library.close()
    finally:
        if options.library is None:
            shutil.rmtree(folder, ignore_errors=True)
    if options.json:
        print(json.dumps(log.steps, indent=2))


def choose(root: Path, count: int, seed: int = 7) -> tuple[list[Path], list[Path]]:
    """Photos to take in at once, and every tenth of the larger people's to take in later."""
    folders = {p: sorted(p.glob("*.jpg")) for p in sorted(root.iterdir()) if p.is_dir()}
    rng = random.Random(seed)
    many = [p for p, photos in folders.items() if 12 <= len(photos) <= 60]
    once = [p for p, photos in folders.items() if len(photos) <= 2]
    rng.shuffle(many)
    rng.shuffle(once)
    now: list[Path] = []
    later: list[Path] = []
    for folder in many + once:
        if len(now) >= count:
            break
        for number, photo in enumerate(folders[folder]):
            held_back = len(folders[folder]) >= 12 and number % 10 == 9
            (later if held_back else now).append(photo)
    return now, later


def walk(
    library: Library,
    settings: Settings,
    models: FaceModels,
    now: list[Path],
    later: list[Path],
    log: Log,
) -> None:
    """All the steps."""
    take_in(library, settings, models, now)
    group_if_needed(library, settings, models.space)
    everyone = people_store.everyone(library)
    log.say("taken in", photos=len(now), people=len(everyone), **quality(library))
    link = group_options(settings).link
    asked = Counter(q.kind.value for q in questions(library, models.space, link))
    log.say("questions to ask", **asked)
    first = state(library)
    named = correct(library, everyone, log)
    corrected = state(library)
    log.say("decisions", count=len(standing(library)))

    take_in(library, settings, models, later)
    report = join_library(library, settings, models.space)
    joined = joining(library, later)
    log.say("photos added", photos=len(later), faces=report.faces, joined=report.joined, **joined)
    log.check(
        "nobody who was there moved", corrected[0] == without(library, state(library)[0], later)
    )
    added = state(library)

    first_run = runs.current(library)
    for way in (GraphOptions(0.6, 0.6), GraphOptions(0.4, 0.4), None):
        group_library(library, settings, models.space, way)
        log.say("grouped again", link=way.link if way else link, people=people_store.count(library))
        log.check("names, ids and covers stay", identities(library, named) == named)
        log.check("confirmed faces stay", confirmed_of(corrected) <= confirmed_of(state(library)))
    log.check("the run is kept", first_run is not None)
    if first_run is not None:
        use_run(library, first_run.id)
    back = state(library)
    log.check("going back to the run gives its people", back[0] == added[0])
    log.check(
        "and names, covers, rejections", identities(library, named) == named and back[2] == added[2]
    )

    # Of persons without a name the picture may be another of theirs by now.
    first = shown_by_any(first)
    steps = len(standing(library))
    while undo(library):
        pass
    log.say("undone", decisions=steps)
    last = without_later(library, state(library), later)
    log.check("as it was before", first == shown_by_any(last))


def shown_by_any(seen: tuple[Any, ...]) -> tuple[Any, ...]:
    """A state without the pictures that persons are shown by."""
    return seen[0], frozenset(row[:-1] for row in seen[1]), seen[2]


def take_in(library: Library, settings: Settings, models: FaceModels, photos: list[Path]) -> None:
    """Take photos in where they lie."""
    from gallery.reading import IngestOptions

    report = IngestReport()
    sources = find_photos(photos, settings)
    for _ in ingest(library, sources, models, settings, report, IngestOptions(in_place=True)):
        pass


def correct(library: Library, everyone: list[Person], log: Log) -> dict[int, tuple[Any, ...]]:
    """Name, merge, split, reject and ignore; the identity of everybody who was named."""
    truth = who_really(library)
    for person in everyone[:_NAMED]:
        people.name_person(library, person.id, majority(library, person.id, truth))
    log.say("named", people=_NAMED)
    one, other, third, stranger = (person.id for person in everyone[_NAMED : _NAMED + 4])
    before = state(library)
    corrections.merge(library, one, [other, third])
    log.say("merged", people=3)
    undo(library)
    log.check("unmerged as before", state(library) == before)
    corrections.merge(library, one, [other, third])
    parts = [people_store.face_ids(library, one)[:5]]
    corrections.split(library, one, parts)
    log.say("split off", faces=5)
    odd = people_store.face_ids(library, everyone[0].id)[-1]
    corrections.reject(library, [odd], everyone[0].id)
    log.say("rejected", faces=1)
    people.ignore(library, stranger)
    people.hide(library, everyone[1].id)
    people.set_birth_year(library, everyone[2].id, 1950)
    corrections.confirm(library, everyone[3].id)
    log.say("ignored, hidden, dated, confirmed", people=4)
    return identities(library, {person.id: () for person in everyone[:_NAMED]})


def identities(library: Library, of: dict[int, tuple[Any, ...]]) -> dict[int, tuple[Any, ...]]:
    """Number, name and cover by id."""
    found = people_store.by_ids(library, of)
    return {i: (p.number, p.name, p.cover_face_id) for i, p in sorted(found.items())}


def state(library: Library) -> tuple[Any, ...]:
    """Who is who, every decided field and every rejection."""
    with library.read() as connection:
        return tuple(
            frozenset(tuple(row) for row in connection.execute(text(query))) for query in _STATE
        )


def confirmed_of(seen: tuple[Any, ...]) -> frozenset[Any]:
    """The faces with a person that a user confirmed."""
    return frozenset(row for row in seen[0] if row[2])


def _faces_of(library: Library, photos: list[Path]) -> set[int]:
    names = {photo.name for photo in photos}
    return {face for face, name in _photo_names(library).items() if name in names}


def without(library: Library, rows: frozenset[Any], photos: list[Path]) -> frozenset[Any]:
    """Rows of memberships without those of some photos."""
    leave_out = _faces_of(library, photos)
    return frozenset(row for row in rows if row[0] not in leave_out)


def without_later(library: Library, seen: tuple[Any, ...], later: list[Path]) -> tuple[Any, ...]:
    """A state without the faces that came later and the persons made of them alone."""
    rows = without(library, seen[0], later)
    persons = {row[1] for row in rows}
    return rows, frozenset(row for row in seen[1] if row[0] in persons), seen[2]


def _photo_names(library: Library) -> dict[int, str]:
    query = text("SELECT faces.id, photo_files.path FROM faces JOIN photo_files USING (photo_id)")
    with library.read() as connection:
        return {row[0]: Path(row[1]).name for row in connection.execute(query)}


def who_really(library: Library) -> dict[int, str]:
    """The name in the file of each face's photo; bystanders have the wrong one."""
    return {face: name[: -len("_0001.jpg")] for face, name in _photo_names(library).items()}


def majority(library: Library, person_id: int, truth: dict[int, str]) -> str:
    """The name most of a person's faces have."""
    faces = people_store.face_ids(library, person_id)
    return Counter(truth[face] for face in faces).most_common(1)[0][0].replace("_", " ")


def quality(library: Library) -> dict[str, Any]:
    """How pure the persons are, by the names of the files."""
    truth = who_really(library)
    with library.read() as connection:
        person_of = members.everyone(library, connection)
    groups: dict[int, Counter[str]] = {}
    for face, person in person_of.items():
        groups.setdefault(person, Counter())[truth[face]] += 1
    right = sum(counter.most_common(1)[0][1] for counter in groups.values())
    return {"faces": len(person_of), "with_the_majority": f"{right / len(person_of):.4f}"}


def joining(library: Library, later: list[Path]) -> dict[str, Any]:
    """Of the faces that came later, how many went to a person of their name."""
    truth = who_really(library)
    new = _faces_of(library, later)
    with library.read() as connection:
        person_of = members.everyone(library, connection)
    names: dict[int, Counter[str]] = {}
    for face, person in person_of.items():
        if face not in new:
            names.setdefault(person, Counter())[truth[face]] += 1
    right = wrong = fresh = 0
    for face in new:
        whose = person_of.get(face)
        if whose is not None and whose in names:
            best = names[whose].most_common(1)[0][0]
            right, wrong = (right + 1, wrong) if best == truth[face] else (right, wrong + 1)
        elif whose is not None:
            fresh += 1
    waiting = len(new) - right - wrong - fresh
    return {"of_that_name": right, "of_another": wrong, "new": fresh, "not_sure": waiting}


if __name__ == "__main__":
    main()
