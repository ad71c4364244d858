"""Kill -9 at random moments of ingest, clustering, decisions, exports and backups.

    python benchmarks/kill.py [--kills 50] [--seed 0] [--photos DIR] [--only SCENE] [--json]

Every command runs in a process of its own, on real photos with the real models, and is killed at
moments drawn with the seed: two of three a few milliseconds after the n-th change of the disk,
the others by the clock. What is looked at after each kill is printed with it: SQLite's integrity
and references, all that `gallery doctor --thorough` looks at, that every command that had been
answered is done, that the one that was killed is done or not and nothing in between (`ingest`
keeps what it had finished), and that no file that was written is half of one. Then the rest is
run, and killed in its turn, until it comes to its end; the end has to be what it is undisturbed.
Exit code 1 says that something was not as it should be.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from arguments import positive
from kill_scenes import SCENES, Scene, World, furnish
from kill_story import Kill, Story
from killing import aside, import_everything


@dataclass(frozen=True, slots=True)
class Plan:
    """How often is killed in all, and the seed of the moments."""

    kills: int
    seed: int


def kill_all(
    scenes: Sequence[Scene], work: Path, photos: Path, plan: Plan, tell: Callable[[Kill], None]
) -> list[str]:
    """Kill every scene in its turn; what was wrong with its ends.

    Args:
        scenes: which.
        work: a folder for everything.
        photos: a folder of photos.
        plan: how often, and the seed.
        tell: told of every kill.
    """
    faults = []
    log, world, template = work / "commands.log", World(work / "world"), work / "template"
    # Undisturbed it makes the library that the others begin with.
    ingest = Story(SCENES[0], world, lambda: world.fresh(None, photos), log)
    ingest.hand_over(template, furnish(world))
    for number, scene in enumerate(scenes):
        own = plan.kills // len(scenes) + (number < plan.kills % len(scenes))
        fresh = partial(world.fresh, template, photos)
        story = ingest if scene is SCENES[0] else Story(scene, world, fresh, log)
        for came in story.kills(own, random.Random(f"{plan.seed} {scene.name}")):
            if isinstance(came, Kill):
                tell(came)
            else:
                faults.append(came)
    return faults


def _line(number: int, kill: Kill) -> str:
    left = f", {kill.half_written} half written" if kill.half_written else ""
    said = "; ".join(kill.faults) or "whole, nothing lost, nothing twice"
    return (
        f"{number:3}  {kill.scene:9}  {kill.moment:>24}  {kill.answered} answered, then "
        f"“{kill.command}”, last {kill.last}: {kill.outcome}{left}: {said}"
    )


def _photos(given: Path | None, work: Path) -> Path:
    if given is not None:
        return given.expanduser().absolute()
    from gallery.samples import pull_album

    pull_album(work / "album")
    return work / "album"


def main() -> int:
    """Run it; 1 where something was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=positive, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--photos", type=Path, help="a folder; else the sample album")
    names = [scene.name for scene in SCENES]
    parser.add_argument("--only", choices=names, action="append", help="may be repeated")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    scenes = [scene for scene in SCENES if not given.only or scene.name in given.only]
    # Text takes long to be read, and nothing of a person's own settings is to be changed.
    os.environ["GALLERY_READ_TEXT"] = "false"
    started = time.perf_counter()
    told: list[Kill] = []

    def tell(kill: Kill) -> None:
        told.append(kill)
        if not given.json:
            print(_line(len(told), kill), flush=True)

    import_everything()
    with tempfile.TemporaryDirectory(prefix="gallery-kill-") as folder:
        work = Path(folder)
        photos = aside(lambda: str(_photos(given.photos, work)), work / "commands.log")
        ends = kill_all(scenes, work, Path(photos), Plan(given.kills, given.seed), tell)
    bad = sum(bool(kill.faults) for kill in told) + len(ends)
    seconds = round(time.perf_counter() - started, 1)
    if given.json:
        kills = [asdict(kill) for kill in told]
        print(json.dumps({"seed": given.seed, "kills": kills, "ends": ends, "seconds": seconds}))
    else:
        for fault in ends:
            print(fault)
        print(f"{len(told)} kills, {bad} faults, seed {given.seed}, {seconds} s")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
