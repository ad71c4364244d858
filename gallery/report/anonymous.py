"""A report that can be passed on: without names, and without the paths of photos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gallery.report.collect import commands
from gallery.store.evaluations import OWN


def without_people(report: Mapping[str, Any]) -> dict[str, Any]:
    """The same report in which people are numbered and nothing leads to a face or a file.

    Args:
        report: of `gallery.report.collect`.
    """
    names = _Names()
    evaluations = [_evaluation(one, names) for one in report["evaluations"]]
    return {
        **report,
        "evaluations": evaluations,
        "failures": {**report["failures"], "files": []},
        "reproduce": commands(evaluations, report["groupings"]),
    }


class _Names:
    """A number for each person, the same wherever it is named."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, name: object) -> str:
        number = self._numbers.setdefault(str(name), len(self._numbers) + 1)
        return f"person {number}"


def _evaluation(one: Mapping[str, Any], names: _Names) -> dict[str, Any]:
    found = {key: value for key, value in one.items() if key not in ("images", "list", "errors")}
    if one["kind"] == "pairs":
        found["data"] = "a list"
    elif one["kind"] == "clusters" and one["data"] != OWN:
        found["data"] = "a folder of known people"
    if "slices" in found:
        found["slices"] = [
            {**part, "name": names.of(part["name"]), "person": None}
            if part["by"] == "person"
            else part
            for part in found["slices"]
        ]
    if "without_largest" in found:
        rest = found["without_largest"]
        found["without_largest"] = {**rest, "left_out": names.of(rest["left_out"])}
    for key, people_are_inside in (("impure_groups", True), ("fragmented_people", False)):
        if key in found:
            found[key] = [_mistake(m, names, inside=people_are_inside) for m in found[key]]
    return found


def _mistake(mistake: Mapping[str, Any], names: _Names, *, inside: bool) -> dict[str, Any]:
    """How many faces, but not which."""
    return {
        **mistake,
        "of": mistake["of"] if inside else names.of(mistake["of"]),
        "parts": [
            {
                "of": names.of(part["of"]) if inside else part["of"],
                "faces": [None] * len(part["faces"]),
            }
            for part in mistake["parts"]
        ],
    }
