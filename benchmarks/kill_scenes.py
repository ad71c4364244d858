"""What is killed: commands one after the other on a world of files that is made anew for each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kill_state import State, backup_state, library_state, written

from gallery.search import read_query
from gallery.store import events, found, members, people
from gallery.store.library import open_library

Commands = list[list[str]]


@dataclass(frozen=True, slots=True)
class World:
    """The folders of a scene, always at the same place, since libraries know paths.

    Args:
        root: all of it.
    """

    root: Path

    @property
    def library(self) -> Path:
        """The library."""
        return self.root / "library"

    @property
    def photos(self) -> Path:
        """The photos to be taken in."""
        return self.root / "photos"

    @property
    def out(self) -> Path:
        """Where exports and backups go."""
        return self.root / "out"

    def fresh(self, template: Path | None, photos: Path) -> None:
        """Make it anew: a copy of a library, or none yet, and of the photos."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        shutil.copytree(photos, self.photos)
        if template is not None:
            shutil.copytree(template, self.library)


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that takes long enough, or matters enough, to be killed.

    Args:
        name: of it.
        commands: the commands, given the world; told once, before any kill.
        look: what is compared; `library` says which commands are done.
        between: whether a command may leave a state between before and after, as a run that
            keeps what it has done so far does.
    """

    name: str
    commands: Callable[[World], Commands]
    look: Callable[[World], State]
    between: bool = False


def _of(world: World, *lines: str) -> Commands:
    return [[*line.split(), "--library", str(world.library)] for line in lines]


def _library(world: World) -> State:
    return {"library": library_state(world.library)}


def furnish(world: World) -> Commands:
    """Commands that make of a library with photos one in which somebody has said something."""
    return _of(
        world,
        "people name 1 Grace --another",
        "people confirm 1",
        "people name 2 Eileen --another",
        "tags add seen 1 2 3",
        "albums create All 1 2 3 4 5 6 7 8",
        "duplicates list",
    )


def _ingest(world: World) -> Commands:
    return _of(world, f"ingest {world.photos} --no-tag --no-text")


def _cluster(world: World) -> Commands:
    return _of(
        world,
        "cluster --link 0.3",
        "runs use 1",
        "cluster --algorithm dbscan --hold-back",
    )


def _decisions(world: World) -> Commands:
    """One of every kind of decision, about whoever is in the library."""
    library = open_library(world.library)
    try:
        first, second, third, *_ = [person.id for person in people.everyone(library)]
        faces = {person: people.face_ids(library, person) for person in (first, second, third)}
        photos = [tile.id for tile in found.page(library, read_query(""), limit=6)]
        face = faces[third][-1]
        with library.read() as connection:
            with_face = members.photos_of(library, connection, [face])[face]
        event = events.listed(library)[0].id
    finally:
        library.close()
    a, b, c, d, *_ = faces[first]
    lines = [
        f"people name {first} Ada --another",
        f"people name {second} Bea --another",
        f"people merge {first} {second} --twice",
        "people undo",
        "people redo",
        "people undo",
        f"people split {first} --faces {a},{b}",
        f"people move {c} --to {second} --twice",
        f"people move {d} --to new",
        f"people reject {second} {faces[second][-1]}",
        "people undo --steps 2",
        f"people confirm {second}",
        f"people born {first} 1950",
        f"people hide {third}",
        f"faces remove {faces[second][0]}",
        f"albums create Best {photos[0]} {photos[1]} {photos[2]}",
        f"albums remove Best {photos[1]}",
        f"tags add kept {photos[0]} {photos[3]}",
        f"tags remove kept {photos[3]}",
        f"events rename {event} Holiday",
        f"bin put {photos[4]} {with_face}",
        f"bin restore {photos[4]}",
        "duplicates resolve --all",
        "people undo",
        "bin empty --yes",
        f"people forget {first} --yes",
    ]
    return _of(world, *lines)


def _export(world: World) -> Commands:
    out = world.out
    return _of(
        world,
        f"export dataset --out {out / 'set'} --faces people --overwrite",
        f"export dataset --out {out / 'set'} --overwrite",
        f"export dataset --out {out / 'set.zip'} --zip --overwrite",
        f"export album All --out {out / 'all.zip'} --overwrite",
        f"export album All --out {out / 'all.zip'} --overwrite --side 640 --without-locations",
        f"export xmp --all --out {out / 'xmp'}",
        "export xmp --all --faces people",
        f"report --no-measure --no-faces --out {out / 'report.html'}",
        f"explore --method pca --out {out / 'map.csv'}",
    )


def _exported(world: World) -> State:
    """Each file for itself, and a data set as a whole."""
    state: State = _library(world)
    state["set"] = written(world.out / "set") or written(world.out / ".set.before.part")
    for folder in (world.out, world.photos):
        for file in sorted(folder.rglob("*")):
            inside = file.relative_to(world.root)
            if (
                file.is_file()
                and not _is_hidden(inside)
                and (world.out / "set") not in file.parents
            ):
                state[str(inside)] = written(file)
    return state


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _backup(world: World) -> Commands:
    backup, restored = world.out / "backup", world.out / "restored"
    commands = _of(world, f"backup {backup}", "tags add later 1 2", f"backup {backup}")
    return [*commands, ["restore", str(backup), "--library", str(restored)]]


def _backed_up(world: World) -> State:
    spare = world.root / "spare"
    shutil.rmtree(spare, ignore_errors=True)
    state: dict[str, Any] = _library(world)
    state["backup"] = backup_state(world.out / "backup", spare)
    state["restored"] = library_state(world.out / "restored")
    return state


SCENES: Sequence[Scene] = (
    Scene("ingest", _ingest, _library, between=True),
    Scene("cluster", _cluster, _library),
    Scene("decisions", _decisions, _library),
    Scene("export", _export, _exported),
    Scene("backup", _backup, _backed_up),
)
