"""A scene told undisturbed, and then again with kills; what is compared after each."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kill_scenes import Commands, Scene, World
from kill_state import State, difference, is_alike
from killing import Moment, Run, aside, end_of, run

# So long a moment after a change of the disk lasts at most, in seconds.
_AFTER = 0.004
# Of three kills, one goes by the clock alone.
_BY_CLOCK = 1 / 3
# What was kept of these stays as it is while photos come in.
_FILES = "photo_files"
# What a kill may leave; and what, after one, is looked at by itself or may still be on its way.
_LITTER = frozenset({"half_written"})
_BESIDE = _LITTER | {"faults", "media"}
_KEPT = ("faces", "vectors", _FILES)
# What is left of a scene in which every file is known, as a share of its work.
_ANYWAY = 0.2


@dataclass(slots=True)
class Kill:
    """A kill, and what was found after it.

    Args:
        scene: what was killed.
        command: of it.
        moment: as drawn.
        last: the latest change of the disk that it had begun.
        answered: commands that had come to their end, of how many.
        outcome: what became of the one that was killed.
        half_written: files that nobody takes for whole, which lie there.
        faults: what was not as it should be.
    """

    scene: str
    command: str
    moment: str
    last: str
    answered: str
    outcome: str = ""
    half_written: int = 0
    faults: list[str] = field(default_factory=list)


class Story:
    """A scene told undisturbed, and then again and again with kills.

    Args:
        scene: which.
        world: its folders.
        fresh: makes the world anew.
        log: where the commands print to.
    """

    def __init__(self, scene: Scene, world: World, fresh: Callable[[], None], log: Path) -> None:
        self._scene, self._world, self._fresh, self._log = scene, world, fresh, log
        fresh()
        self._commands: Commands = aside(lambda: scene.commands(world), log)
        states = log.with_name(f"{scene.name}.states")
        done = run(self._commands, log, after_each=lambda: _append(states, scene.look(world)))
        if done.code:
            raise RuntimeError(end_of(log))
        told = [json.loads(line) for line in states.read_text(encoding="utf-8").splitlines()]
        self._states: list[State] = told
        self._writes = [0, *(writes for writes, _ in done.counted)]
        self._seconds = [0.0, *(seconds for _, seconds in done.counted)]
        self._is_begun, self._at = False, 0
        self._before: State = {}

    def hand_over(self, template: Path, furnishing: Commands) -> None:
        """Make a template of the library that the undisturbed scene has left."""
        if run(furnishing, self._log).code:
            raise RuntimeError(end_of(self._log))
        shutil.copytree(self._world.library, template)

    def kills(self, number: int, draw: random.Random) -> list[Kill | str]:
        """Kill the scene so often, then run what is left; kills, and faults of the ends.

        Args:
            number: how often.
            draw: of the moments.
        """
        came: list[Kill | str] = []
        shares = [draw.random() for _ in range(number)]
        if not self._scene.between:
            # In this order one telling is enough for many.
            shares.sort()
        while shares:
            self._begin()
            moment = self._moment(shares[0], draw)
            commands = self._commands[self._at :]
            done = run(commands, self._log, moment)
            if done.killed:
                shares.pop(0)
                came.append(self._killed(done, moment, commands))
            else:
                came += self._ended(done)
                if self._scene.between:
                    shares[0] = draw.random()
        if self._is_begun:
            came += self._ended(run(self._commands[self._at :], self._log))
        return came

    def _begin(self) -> None:
        if not self._is_begun:
            self._fresh()
            self._is_begun, self._at, self._before = True, 0, {}

    def _moment(self, share: float, draw: random.Random) -> Moment:
        """A moment at a share of the whole scene, or soon, where that is over."""
        if self._scene.between:
            share *= self._unfinished()
        if draw.random() < _BY_CLOCK:
            left = share * self._seconds[-1] - self._seconds[self._at]
            return Moment(None, left if left > 0 else draw.uniform(0, self._next(self._seconds)))
        writes = round(share * self._writes[-1]) - self._writes[self._at]
        if writes < 1:
            writes = draw.randint(1, max(1, int(self._next(self._writes))))
        return Moment(writes, draw.uniform(0, _AFTER))

    def _unfinished(self) -> float:
        """How much of a command that keeps what it has done is left, as a share."""
        done, whole = (
            len((_rows(s) or {}).get(_FILES, ())) for s in (self._before, self._states[-1])
        )
        return max(_ANYWAY, 1 - done / whole)

    def _next(self, counted: list[float] | list[int]) -> float:
        """How much of something the next command has."""
        at = min(self._at, len(self._commands) - 1)
        return counted[at + 1] - counted[at]

    def _ended(self, done: Run) -> list[Kill | str]:
        self._is_begun = False
        if done.code:
            return [f"{self._scene.name}: exit code {done.code}: {end_of(self._log)}"]
        state, expected = (_without(one, _LITTER) for one in (self._look(), self._states[-1]))
        if is_alike(state, expected):
            return []
        said = difference(expected, state)
        return [f"{self._scene.name}: the end is not what it is undisturbed:{said}"]

    def _look(self) -> State:
        return dict(aside(lambda: self._scene.look(self._world), self._log))

    def _killed(self, done: Run, moment: Moment, commands: Commands) -> Kill:
        at, total = self._at + done.answered, len(self._commands)
        # Killed after the last answer, and before its end.
        command = commands[done.answered] if done.answered < len(commands) else ["(its end)"]
        words = command[: command.index("--library")] if "--library" in command else command
        state = self._look()
        kill = Kill(
            self._scene.name,
            " ".join(word.removeprefix(f"{self._world.root}/") for word in words),
            str(moment),
            done.last,
            f"{at} of {total}",
        )
        hidden = [path for path in self._world.root.rglob(".*") if path.name.endswith(".part")]
        kill.half_written = state["library"].get("half_written", 0) + len(hidden)
        kill.faults += state["library"].get("faults", ())
        self._at = at
        if self._scene.between:
            kill.outcome = "kept as far as it was"
            kill.faults += _lost(self._before, state)
        else:
            before, after = self._states[at], self._states[min(at + 1, total)]
            kill.outcome = _judged(state, before, after, kill.faults)
            is_told = not is_alike(_rows(before), _rows(after))
            self._at += is_told and is_alike(_rows(state), _rows(after))
        self._before = state
        return kill


def _append(file: Path, state: State) -> None:
    with file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(state) + "\n")


def _rows(state: State) -> Any:
    return state.get("library", {}).get("rows")


def _without(state: Any, names: Collection[str]) -> Any:
    """A state without some of what was looked at."""
    if not isinstance(state, dict):
        return state
    return {key: _without(value, names) for key, value in state.items() if key not in names}


def _judged(state: State, before: State, after: State, faults: list[str]) -> str:
    """What became of the command that was killed; what is wrong goes to the faults."""
    found = set()
    for name in sorted({*state, *before, *after}):
        now, was, is_to_be = (_without(one.get(name), _BESIDE) for one in (state, before, after))
        if is_alike(was, is_to_be) and is_alike(now, was):
            continue
        if is_alike(now, is_to_be):
            found.add("done")
        elif is_alike(now, was):
            found.add("not done")
        else:
            faults.append(f"{name} is half done:{difference(was, now)}")
    if faults:
        return "half done"
    return "each file done or not" if len(found) > 1 else "".join(found) or "nothing to be seen"


def _lost(before: State, after: State) -> list[str]:
    """What an earlier kill had left in the library and is not there any more."""
    faults = []
    was, now = _rows(before) or {}, _rows(after) or {}
    for table in _KEPT:
        there = {json.dumps(row) for row in now.get(table, ())}
        lost = sum(json.dumps(row) not in there for row in was.get(table, ()))
        if lost:
            faults.append(f"{lost} of {table} are not there any more")
    return faults
