"""Decisions as the history page lists them: by day, the latest first, those taken back marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from gallery.decisions import FINAL, final, stack
from gallery.records import Decision
from gallery.store import history
from gallery.store.library import Library
from gallery.ui import words


@dataclass(frozen=True, slots=True)
class Decided:
    """All decisions of an owner.

    Args:
        listed: what was decided, the latest first; taking back, doing again, and what had
            been said of people who were deleted are left out.
        holding: those that hold, the first first.
        undone: how many can be done again.
        gone: those that hold for good, since what they are about was deleted.
    """

    listed: list[Decision]
    holding: list[Decision]
    undone: int
    gone: Collection[int] = ()

    def since(self, decision_id: int) -> list[Decision]:
        """The decisions that hold from one on, the latest first."""
        return [d for d in reversed(self.holding) if d.id >= decision_id]


def decided(library: Library) -> Decided:
    """What was decided in a library."""
    with library.read() as connection:
        everything = history.everything(library, connection)
    found = stack(everything)
    listed = [d for d in reversed(everything) if d.kind not in ("undo", "redo", "forgotten")]
    return Decided(listed, found.done, len(found.undone), final(everything))


def days(
    shown: Sequence[Decision], holding: Sequence[Decision], gone: Collection[int] = ()
) -> list[dict[str, Any]]:
    """Decisions for the list, under the day they were made on, on this computer's clock."""
    hold = {decision.id for decision in holding}

    def moment(decision: Decision) -> datetime:
        return decision.at.astimezone()

    return [
        {
            "heading": words.day(day),
            "decisions": [
                {
                    "id": decision.id,
                    "time": f"{moment(decision):%H:%M}",
                    "sentence": decision.sentence,
                    "holds": decision.id in hold,
                    "final": decision.kind in FINAL or decision.id in gone,
                }
                for decision in group
            ],
        }
        for day, group in groupby(shown, key=lambda decision: moment(decision).date())
    ]
